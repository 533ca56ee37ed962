"""The forms with which the office answers comments on a draft: what becomes of a theme, where sections stand now."""

from django import forms

from consultations.domain.disposing import REMOVED
from consultations.forms.preparing import RefusableForm, long_text
from consultations.models.comment import Disposition


class DisposeForm(RefusableForm):
    """What becomes of one theme, and why."""

    mark_optional = False

    disposition = forms.ChoiceField(
        label="What becomes of it?",
        choices=Disposition,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of it"},
    )
    why = long_text(
        "Why?",
        "What changes in the next version, or why nothing does. The public reads it beside the section.",
        error_messages={"required": "Say why"},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class MovesForm(RefusableForm):
    """Where each section that was commented on stands in the newer version."""

    mark_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, moves, parts, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", "Not decided yet"), (REMOVED, "It is not there any more")]
        choices += [(part.number, part.name) for part in parts]
        for move in moves:
            decided = (move.decided.now_number or REMOVED) if move.decided else ""
            proposed = move.proposed.number if move.proposed else ""
            because = f"Proposed: {move.because}. Look before you save." if move.proposed and not move.decided else ""
            self.fields[move.part.id] = forms.ChoiceField(
                label=f"{move.part.name}: where does it stand now?",
                help_text=because,
                choices=choices,
                required=False,
                initial=decided or proposed,
            )

    def moves(self):
        """The place of each section by its id, as the domain takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
