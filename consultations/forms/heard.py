"""The form in which the office enters its areas and how many people live in each."""

from django import forms

from consultations.forms.preparing import RefusableForm, long_text

LARGEST_FILE = 200_000


class AreasForm(RefusableForm):
    """Areas one a line, typed or pasted from a spreadsheet, or in a CSV file of the same."""

    mark_optional = False

    areas = long_text(
        "Areas",
        "One a line: the name as people choose it in an answer, a comma, and how many people live there. For example:"
        " Abbey, 12,400. Two columns pasted from a spreadsheet do as well.",
        rows=12,
        required=False,
    )
    file = forms.FileField(
        label="Or a CSV file",
        help_text="Two columns: name and population. It takes the place of the list above.",
        required=False,
        allow_empty_file=True,
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_file(self):
        """The file as text, or nothing when none was chosen."""
        file = self.cleaned_data["file"]
        if not file:
            return None
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("This file is too large for a list of areas.")
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                "This is not a CSV file in UTF-8. Save it as “CSV UTF-8” and try again."
            ) from None

    def text(self):
        """The list that was sent: the file's when there is one."""
        sent = self.cleaned_data.get("file")
        return self.cleaned_data["areas"] if sent is None else sent
