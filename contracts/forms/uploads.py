"""Uploading the file of a return, and keeping what it says."""

from django import forms

from contracts.domain.spreadsheet import LARGEST_FILE


class UploadFile(forms.Form):
    """One CSV file. What is inside is judged by the domain, by row and column."""

    summary = False

    file = forms.FileField(
        label="The filled-in template",
        help_text=f"A CSV file of {LARGEST_FILE // 1024 // 1024} MB or less. In Excel: Save as, “CSV UTF-8”.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
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
    """The version of the return that the preview was shown against."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
