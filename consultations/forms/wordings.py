"""Reading and writing the questions in other words than the standard ones."""

from django import forms
from django.utils.html import format_html
from wagtail.admin.forms import WagtailAdminModelForm

from consultations.domain.wordings import STANDARD
from consultations.enums import WordingKind

LINE = 300  # characters that still fit a single line


class ChooseWordingForm(forms.Form):
    """The wordings that are offered, the standard one first. `offered` are `OfferedWording`s."""

    mark_optional = False

    def __init__(self, *args, offered=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["wording"] = forms.ChoiceField(
            label="How would you like to read the questions?",
            help_text="You can change this on every page. You will not lose your answers.",
            choices=[(STANDARD, "In standard words"), *((one.code, name_of(one)) for one in offered)],
            required=False,
            initial=STANDARD,
            widget=forms.RadioSelect(attrs={"label_size": "m"}),
        )


def name_of(offered):
    """A wording by the name its readers look for; another language in itself and in English."""
    if not offered.language:
        return offered.own_name
    return format_html('<span lang="{}">{}</span> ({})', offered.language, offered.own_name, offered.title)


class WordingForm(WagtailAdminModelForm):
    """Which wording a questionnaire offers, in the CMS. Only another language has a language."""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") != WordingKind.LANGUAGE:
            cleaned["language"] = ""
        elif not cleaned.get("language"):
            self.add_error("language", "Choose the language.")
        return cleaned


class WordsForm(forms.Form):
    """Every piece of words of a questionnaire in one wording. Nothing is required: people write in several sittings.

    `sheets` are `rewording.Sheet`s; a field is named after its sheet and slot.
    """

    mark_optional = False
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, sheets, wording, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheets = sheets
        for sheet in sheets:
            for slot in sheet.slots:
                name = self.name_of(sheet, slot)
                self.fields[name] = words_field(slot, wording)
                self.initial.setdefault(name, sheet.words.get(slot.name, ""))

    @staticmethod
    def name_of(sheet, slot):
        """The name of a field."""
        return f"{sheet.key}--{slot.name.replace(' ', '--')}"

    def groups(self):
        """Each sheet with its bound fields, for the page."""
        return [(sheet, [self[self.name_of(sheet, slot)] for slot in sheet.slots]) for sheet in self.sheets]

    def words(self):
        """What was written, by sheet and slot."""
        return {
            sheet.key: {slot.name: self.cleaned_data.get(self.name_of(sheet, slot), "") for slot in sheet.slots}
            for sheet in self.sheets
        }


def words_field(slot, wording):
    """The field of one piece of words, with the standard words above it."""
    look = {"lang": wording.language, "dir": "auto"} if wording.language else {}
    box = forms.Textarea(attrs={**look, "rows": 4}) if slot.limit > LINE else forms.TextInput(attrs=look)
    return forms.CharField(
        label=f"{slot.about[:1].upper()}{slot.about[1:]}",
        help_text=hint_of(slot),
        max_length=slot.limit,
        required=False,
        widget=box,
        error_messages={"max_length": "Use at most %(limit_value)d characters. This has %(show_value)d"},
    )


def hint_of(slot):
    """The standard words, unless the label says them; or what is said when nothing is written."""
    if slot.plain:
        return f"Left empty: {slot.plain}"
    return "" if slot.standard in slot.about else f"Standard: {slot.standard}"
