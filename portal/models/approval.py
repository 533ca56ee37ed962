"""The step of Wagtail's workflow at which the Management Team approves what others wrote (A15)."""

from wagtail.models import AbstractGroupApprovalTask


class ManagementApproval(AbstractGroupApprovalTask):
    """Approval by a second person: nobody is offered, or may carry out, the approval of their own words."""

    class Meta:
        verbose_name = "approval by the Management Team"

    def get_actions(self, obj, user):
        if wrote(user, obj):
            return []
        return super().get_actions(obj, user)

    def on_action(self, task_state, user, action_name, **kwargs):
        obj = task_state.workflow_state.content_object
        if action_name == "approve":
            obj.specific.refuse_publication(obj.get_latest_revision(), user)
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states if states.query.is_empty() else states.exclude(revision__user=user)

    @classmethod
    def get_description(cls):
        return "The Management Team approves, and never what the same person wrote"


def wrote(user, page):
    """Whether a person wrote part of what would go live."""
    revision = page.get_latest_revision()
    return revision is not None and user.pk in page.specific.authors_since_live(revision)
