"""Uploading the file of a return, and keeping what it says."""

from django import forms

from contracts.domain.filled import Verdict
from contracts.domain.spreadsheet import LARGEST_FILE

KINDS = ".xlsx,.ods,.csv"


class UploadFile(forms.Form):
    """One spreadsheet. What is inside is judged by the domain, by sheet and cell."""

    summary = False

    file = forms.FileField(
        label="The filled-in file",
        help_text=f"XLSX, ODS or CSV, {LARGEST_FILE // 1024 // 1024} MB or less. Nothing is kept until you say so.",
        widget=forms.FileInput(attrs={"accept": KINDS}),
        max_length=None,
        allow_empty_file=True,
        error_messages={"required": "Choose the file you have filled in.", "invalid": "Choose the file again."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
        return file


class KeepUpload(forms.Form):
    """The decision over a file in preview, and the version of the return that the preview was shown against.

    `partly`: keep what is right although some of it is not. `over`: the codes of measures for which the file goes
    before what a colleague saved meanwhile.
    """

    summary = False
    mark_optional = False

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    partly = forms.BooleanField(required=False)

    def __init__(self, *args, filled, **kwargs):
        super().__init__(*args, **kwargs)
        conflicts = filled.of(Verdict.CONFLICT)
        right, wrong = filled.of(Verdict.ACCEPTED, Verdict.WARNED), filled.of(Verdict.REFUSED)
        if conflicts:
            self.fields["over"] = forms.MultipleChoiceField(
                label="A colleague changed these after you downloaded the file",
                help_text="Both figures are in the table. Tick to keep yours. Left unticked, your colleague’s stays.",
                required=False,
                choices=[(line.indicator.code, f"Keep mine for {line.indicator.name_and_code}") for line in conflicts],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "Look at the table again: this has changed."},
            )
        if not wrong:
            del self.fields["partly"]
        else:
            left = ", ".join(line.indicator.code for line in wrong)
            self.fields["partly"].label = f"Keep the {len(right)} that can be kept, and leave out {left} for now"
