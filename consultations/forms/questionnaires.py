"""The form in which the office writes a questionnaire, in the CMS."""

from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from wagtail.admin.forms import WagtailAdminModelForm

from consultations.domain.fitness import QuestionUnfit
from consultations.forms.routing import frozen_of, offer_routes, say_what_is_wrong_with_the_way


class QuestionnaireForm(WagtailAdminModelForm):
    """Refuses questions that nobody could answer, each beside the question itself.

    `questionnaires.as_asked` refuses the same before a consultation opens; here the author sees it while writing.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_routes(self.formsets["questions"].forms)

    def clean(self):
        cleaned = super().clean()
        for form in kept_forms(self.formsets.get("questions")):
            if unfit := what_is_unfit(form):
                form.add_error(unfit.field, str(unfit))
        if self.formsets["questions"].is_valid():
            say_what_is_wrong_with_the_way(in_order(kept_forms(self.formsets["questions"])), kept_rows)
        return cleaned


def kept_forms(formset):
    """The valid forms of a formset that are filled in and not marked for deletion."""
    if formset is None:
        return []
    formset.is_valid()
    return [
        form
        for form in formset.forms
        if form.is_valid() and form.cleaned_data and not form.cleaned_data.get(DELETION_FIELD_NAME)
    ]


def in_order(kept):
    """Kept forms in the order of the page."""
    return sorted(kept, key=lambda form: form.cleaned_data.get(ORDERING_FIELD_NAME) or 0)


def kept_rows(form, name):
    """The rows, as they would be saved, of one of a form's own formsets, in the order of the page."""
    return [kept.instance for kept in in_order(kept_forms(form.formsets.get(name)))]


def what_is_unfit(form):
    """Why the question of a form cannot be asked as it stands, as the `QuestionUnfit` that freezing would raise."""
    try:
        frozen_of(form, kept_rows)
    except QuestionUnfit as unfit:
        return unfit
    return None
