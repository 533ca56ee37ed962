"""What the office types about a measure of the library, and which of them an agreement takes."""

from typing import Any

from django import forms

from contracts.domain.targets import AIM
from contracts.enums import MeasureType
from contracts.forms.indicators import IndicatorForm, bands_as_typed, figure_field, plain
from contracts.forms.tables import TABLE_BOXES, lines_as_typed, tables_as_typed

NOT_OF_THE_LIBRARY = ("group", "asked_every", "rated_from", "baseline", "tolerance", "tolerance_in", "weight")


class MeasureForm(IndicatorForm):
    """One version of a measure: as an indicator, without what each agreement decides. Its target is what is usual."""

    group = asked_every = rated_from = baseline = tolerance = tolerance_in = weight = None
    collection = forms.CharField(
        label="Set",
        max_length=60,
        help_text="The services it is for, for example “Support for victims”.",
        error_messages={"required": "Enter the set it belongs to"},
    )
    note = forms.CharField(
        label="What is new in this version, and why",
        max_length=300,
        help_text="Agreements decide by this whether to take it.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what is new in this version, and why"},
    )

    def __init__(self, *args, **kwargs):
        """The code is unique in its set: a measure of the library belongs to no agreement."""
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].help_text = "Short and unique in this set, for example V2. Files use it."

    def sections(self):
        """As an indicator's, with the set before and the note after."""
        if "collection" in self.fields:
            yield "Where it belongs", [self["collection"]]
        yield from super().sections()
        if "note" in self.fields:
            yield "What is new", [self["note"]]

    @classmethod
    def facts_of(cls, version):
        """A version as the form shows it, to write the next one from."""
        names = [name for name in cls.base_fields if name not in {"code", "collection", "note", *TABLE_BOXES, *AIM}]
        facts = {name: getattr(version, name) for name in names}
        facts |= {name: plain(getattr(version, name)) for name in AIM if name != "bands"}
        return (
            facts
            | tables_as_typed(version.tables)
            | {
                "is_rated": "yes" if version.is_rated else "no",
                "bands": bands_as_typed(version.bands),
                "breakdowns": lines_as_typed(version.breakdowns),
                "note": version.note if version.is_draft else "",
            }
        )

    def _refuse_missing_bands(self, cleaned):
        """What is usual may be left open; each agreement agrees its own."""


class LibraryFilter(forms.Form):
    """Which measures the library's list shows."""

    fields: dict[str, Any]

    mark_optional = False
    q = forms.CharField(label="Name or code", required=False, max_length=80)
    collection = forms.ChoiceField(label="Set", required=False)
    measure_type = forms.ChoiceField(label="Type", required=False, choices=[("", "All types"), *MeasureType.choices])

    def __init__(self, *args, collections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collection"].choices = [("", "All sets"), *((name, name) for name in collections)]


class ApproveForm(forms.Form):
    """The draft that the person read, by the moment it was written."""

    seen = forms.DateTimeField(widget=forms.HiddenInput)


class ChooseForm(forms.Form):
    """Measures of the library for an agreement: those that are ticked, each with its target."""

    mark_optional = False

    def __init__(self, *args, versions, **kwargs):
        super().__init__(*args, **kwargs)
        self.versions = versions
        for version in versions:
            take = forms.BooleanField(label=f"{version.name} ({version.measure.code})", required=False)
            self.fields[f"take_{version.pk}"] = take
            if version.is_rated and version.approaching_by is not None:
                target = figure_field(f"Target for {version.measure.code}", "")
                target.initial = plain(version.target)
                self.fields[f"target_{version.pk}"] = target

    def rows(self):
        """Each measure with its boxes."""
        for version in self.versions:
            target = f"target_{version.pk}"
            yield version, self[f"take_{version.pk}"], self[target] if target in self.fields else None

    def clean(self):
        super().clean()
        chosen = {}
        for version in self.versions:
            if self.cleaned_data.get(f"take_{version.pk}"):
                name = f"target_{version.pk}"
                chosen[version] = self.cleaned_data.get(name)
                if name in self.fields and chosen[version] is None and name not in self.errors:
                    self.add_error(name, f"Enter the target for {version.measure.code}")
        if not chosen and not self.errors:
            raise forms.ValidationError("Choose at least one measure")
        self.cleaned_data["chosen"] = chosen
        return self.cleaned_data


class TargetForm(forms.Form):
    """The target from a day on. The days are the first days of periods that no return has been asked for."""

    fields: dict[str, Any]

    from_date = forms.ChoiceField(
        label="From which period on?",
        error_messages={"required": "Choose a period", "invalid_choice": "Choose a period"},
    )
    target = figure_field("Target", "This or better is Good. Best between two values: the lower one.")
    high = figure_field("The upper value", "")
    approaching_by = figure_field("Approaching target: how far off, at most?", "Leave empty to keep the distance.")
    improvement_by = figure_field("Requires improvement: how far off, at most?", "Leave empty to keep the distance.")
    note = forms.CharField(
        label="Why", required=False, max_length=300, help_text="For example “Agreed at the review in May”."
    )

    def __init__(self, *args, starts, ranged, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_date"].choices = starts
        self.fields["target"].required = True
        self.fields["target"].error_messages["required"] = "Enter the target"
        if not ranged:
            del self.fields["high"]
