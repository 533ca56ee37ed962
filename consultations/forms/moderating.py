"""The forms of moderation: what becomes of one comment, and which comments to read."""

from django import forms

from consultations.domain.moderating import LONGEST_THEME, LONGEST_WORDS, TO_READ, Decision, Which
from consultations.enums import ConcernReason
from consultations.forms.preparing import RefusableForm, offer
from consultations.forms.redacting import RedactForm
from consultations.models.comment import Moderated, WhyHeldBack

WORDS = {
    Moderated.PUBLISHED: "Publish it, less what is taken out below",
    Moderated.HELD_BACK: "Do not publish it",
    Moderated.PRIVATE: "I have read it. Its writer asked us not to publish it",
}


class ModerateForm(RedactForm):
    """Publish a comment less some words, or not, and why; the theme it counts under; or that somebody is in danger."""

    decision = forms.ChoiceField(
        label="What becomes of it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of this comment"},
    )
    reason = forms.ChoiceField(
        label="Why is it not published?",
        help_text="The public reads how many comments are not published for each reason.",
        choices=[("", "Choose a reason"), *WhyHeldBack.choices],
        required=False,
    )
    words = forms.CharField(
        label="In a sentence",
        help_text="For the office and its auditors. It is not published.",
        max_length=LONGEST_WORDS,
        required=False,
    )
    theme = forms.ChoiceField(label="Theme", required=False)
    new_theme = forms.CharField(
        label="Or a new theme",
        help_text="What it comes to, in a few words. The public reads it beside what becomes of it.",
        max_length=LONGEST_THEME,
        required=False,
    )
    danger = forms.ChoiceField(
        label="What may it mean?", choices=ConcernReason, required=False, widget=forms.RadioSelect
    )
    withheld = None

    def __init__(self, *args, offered, themes, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["decision"], choices=[(one.value, WORDS[one]) for one in offered])
        named = [(str(theme.pk), theme.name) for theme in themes]
        offer(self.fields["theme"], choices=[("", "No theme yet"), *named])

    def decided(self):
        """What was decided, as the domain takes it."""
        given = self.cleaned_data
        names = ("decision", "reason", "words", "theme", "new_theme")
        return Decision(lines=self.lines(), **{name: given[name] for name in names})


class ThemeNameForm(RefusableForm):
    """What a theme of comments is called."""

    mark_optional = False

    name = forms.CharField(
        label="What do these comments come to?",
        help_text="In a few words. The public reads it beside what becomes of it.",
        max_length=LONGEST_THEME,
        error_messages={"required": "Say what these comments come to, in a few words"},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class CommentFilter(forms.Form):
    """Which comments to read. What cannot be understood is left out, never an error."""

    use_required_attribute = False
    mark_optional = False

    part = forms.ChoiceField(label="Section", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any state"), (TO_READ, "To be read"), *Moderated.choices],
    )
    theme = forms.ChoiceField(label="Theme", required=False)

    def __init__(self, data, *, parts, themes):
        super().__init__(data)
        offer(self.fields["part"], choices=[("", "Every section"), *((part.id, part.name) for part in parts)])
        named = [(str(theme.pk), f"{theme.number}: {theme.name}") for theme in themes]
        offer(self.fields["theme"], choices=[("", "Any theme"), *named])

    def which(self):
        """The comments asked for, as the domain takes it."""
        self.is_valid()
        given = self.cleaned_data
        return Which(**{name: given.get(name) or "" for name in ("part", "state", "theme")})
