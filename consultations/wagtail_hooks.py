"""Questionnaires are written in the CMS: questions in an order, each with its choices."""

from django.contrib import messages
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies.base import BasePermissionPolicy

from consultations import rules
from consultations.domain import authoring
from consultations.domain.questionnaires import QuestionnaireRefused
from consultations.forms.questionnaires import QuestionnaireForm
from consultations.forms.routing import RouteForm
from consultations.forms.wordings import WordingForm
from consultations.models import Questionnaire
from engagement.access import local_date
from engagement.models import Membership, User

PREVIEW = "consultations:questionnaire-preview"


class QuestionnairePolicy(BasePermissionPolicy):
    """Answers Wagtail's questions with the one policy of the package."""

    def user_has_permission(self, user, action):
        return rules.writes_questionnaires(user, at=timezone.now())

    def users_with_any_permission(self, actions):
        writers = Membership.objects.current(on=local_date(timezone.now())).filter(role__in=rules.QUESTIONNAIRE_ROLES)
        return User.objects.filter(pk__in=writers.values("user"), is_active=True)


def preview_button(questionnaire, priority):
    """The way from the CMS to the questions as respondents will read them."""
    return Button("Preview", url=reverse(PREVIEW, args=[questionnaire.pk]), icon_name="view", priority=priority)


class QuestionnaireIndexView(generic.IndexView):
    def get_list_more_buttons(self, instance):
        return [*super().get_list_more_buttons(instance), preview_button(instance, 15)]


class QuestionnaireCreateView(generic.CreateView):
    def save_instance(self):
        questionnaire = super().save_instance()
        return authoring.note_writing(
            questionnaire=questionnaire, actor=self.request.user, at=timezone.now(), begun=True
        )

    def get_success_url(self):
        return self.get_edit_url()


class QuestionnaireEditView(generic.EditView):
    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, preview_button(self.object, 5)]

    def save_instance(self):
        questionnaire = super().save_instance()
        return authoring.note_writing(
            questionnaire=questionnaire, actor=self.request.user, at=timezone.now(), begun=False
        )

    def get_success_url(self):
        return self.get_edit_url()


class QuestionnaireDeleteView(generic.DeleteView):
    """Throws away a questionnaire that was never asked; else says which consultation asks it."""

    def form_valid(self, form):
        try:
            authoring.delete_questionnaire(questionnaire=self.object, actor=self.request.user, at=timezone.now())
        except QuestionnaireRefused as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.edit_url_name, self.object.pk)
        messages.success(self.request, self.get_success_message())
        return redirect(self.get_success_url())


class RowsPanel(InlinePanel):
    """Rows under a question or a questionnaire that have a form of their own."""

    row_form: type

    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = self.row_form
        return options


class RoutesPanel(RowsPanel):
    """Routes, whose form offers the answers and the questions that are there."""

    row_form = RouteForm


class WordingsPanel(RowsPanel):
    """The wordings that are offered. Their words have a page of their own."""

    row_form = WordingForm


def for_kinds(*kinds):
    """The class of a panel that only these kinds need: `kinds.js` shows it for them; without script it is there."""
    return " ".join(["for-kinds", *(f"for-kind-{kind}" for kind in kinds)])


QUESTION_PANELS = [
    FieldPanel("section"),
    FieldPanel("text"),
    FieldPanel("kind"),
    FieldPanel("hint"),
    MultiFieldPanel(
        [FieldPanel("evidence_title"), FieldPanel("evidence")],
        heading="What to know before answering",
        help_text="For “Information: nothing is asked” this is what people read.",
    ),
    FieldPanel("required"),
    FieldPanel("reusable"),
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("dont_know"), FieldPanel("prefer_not")])],
        heading="Beside the choices",
        classname=for_kinds("SINGLE", "SEVERAL", "SCALE", "PLACE", "MATRIX"),
    ),
    MultiFieldPanel(
        [FieldPanel("other")],
        heading="Other",
        help_text="People who choose “Other” can say what. Their words are kept beside the choice, never in its place.",
        classname=for_kinds("SINGLE", "SEVERAL", "PLACE"),
    ),
    MultiFieldPanel(
        [FieldPanel("max_length")],
        heading="Length",
        help_text="“A few words” take at most 200 characters, whatever stands here.",
        classname=for_kinds("SHORT_TEXT", "LONG_TEXT"),
    ),
    MultiFieldPanel(
        [FieldPanel("places")],
        heading="Ranking",
        help_text="Add the things to rank as choices, ten at most. People need not give every one a place.",
        classname=for_kinds("RANKING"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("minimum"), FieldPanel("maximum")]),
            FieldRowPanel([FieldPanel("decimals"), FieldPanel("unit")]),
            FieldPanel("bands"),
        ],
        heading="Numbers and amounts",
        help_text="The smallest is 0 when left empty. Bands are fixed when it opens; without them five of one width "
        "are made, which needs a largest number.",
        classname=for_kinds("NUMBER", "MONEY"),
    ),
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("earliest"), FieldPanel("latest")])],
        heading="Dates",
        help_text="Both are needed: answers are counted by month between them, by year when that is over three years.",
        classname=for_kinds("DATE"),
    ),
    MultiFieldPanel(
        [FieldPanel("files_reason")],
        heading="Files",
        help_text="Pictures (JPEG, PNG) and plain text. We take out what tells of their maker, but a picture can still "
        "show who somebody is. Nobody has to send one, and only people who give no name are asked.",
        classname=for_kinds("FILE"),
    ),
    InlinePanel(
        "statements",
        panels=[FieldPanel("label")],
        heading="Statements",
        label="Statement",
        help_text="Two or more. People answer each on the same scale, which the choices name.",
        classname=for_kinds("MATRIX"),
    ),
    InlinePanel(
        "choices",
        panels=[FieldPanel("label"), FieldPanel("hint")],
        heading="Choices",
        label="Choice",
        help_text="For one or several choices, places and ranking: two or more. For a scale: five, or none for agree "
        "to disagree. For statements: two to seven, or none for agree to disagree.",
        classname=for_kinds("SINGLE", "SEVERAL", "SCALE", "PLACE", "MATRIX", "RANKING"),
    ),
    RoutesPanel(
        "routes",
        panels=[FieldPanel("when"), FieldPanel("choices"), FieldPanel("goal")],
        heading="Then go to",
        label="Route",
        help_text="Without a route the next question follows. Save first: then every answer and every later question "
        "can be picked here.",
    ),
]


class QuestionnaireViewSet(ModelViewSet):
    """Questionnaires in the CMS. Consultations ask frozen versions, so a change here counts for the next one only."""

    model = Questionnaire
    icon = "form"
    menu_label = "Questionnaires"
    menu_order = 250
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["title"]
    search_fields = ["title"]
    search_backend_name = None
    ordering = ["title"]
    index_view_class = QuestionnaireIndexView
    add_view_class = QuestionnaireCreateView
    edit_view_class = QuestionnaireEditView
    delete_view_class = QuestionnaireDeleteView
    edit_handler = ObjectList(
        [
            HelpPanel(
                "<p>A consultation asks a frozen version of its questionnaire. What you change here counts for "
                "consultations that open later; those that are open or over keep the words people answered. To correct "
                "one that is open, change it here and then publish the correction from the consultation’s page.</p>"
            ),
            FieldPanel("title"),
            FieldPanel("reusable"),
            InlinePanel("questions", panels=QUESTION_PANELS, heading="Questions", label="Question"),
            WordingsPanel(
                "wordings",
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("language")])],
                heading="Other wordings",
                label="Wording",
                help_text="People choose in which words they read the questions; the answers count together. Save, "
                "then write the words from the preview.",
            ),
        ],
        base_form_class=QuestionnaireForm,
    )

    @property
    def permission_policy(self):
        return QuestionnairePolicy(Questionnaire)


@hooks.register("register_admin_viewset")
def register_questionnaires():
    return QuestionnaireViewSet("questionnaires")


@hooks.register("insert_global_admin_js")
def show_only_what_a_kind_needs():
    """Hides the panels that the chosen kind of question has no use for."""
    return format_html('<script src="{}" defer></script>', static("portal/kinds.js"))
