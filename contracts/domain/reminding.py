"""Changing the office's reminders: from the next morning on, and logged."""

from datetime import datetime

from django.db import transaction

from contracts import rules
from contracts.models import ReminderRule
from engagement.domain import log
from engagement.models import User


class ReminderRefused(Exception):
    """The reminder cannot be kept like this; the message says why."""


@transaction.atomic
def keep_rule(
    *, rule: ReminderRule | None, days: int, sent_to: str, words: str, is_on: bool, actor: User, at: datetime
) -> ReminderRule:
    """Keeps a reminder, a new one where `rule` is none. Raises `ReminderRefused` where that day and reader have one."""
    if not rules.sets_reminders(actor, at=at):
        raise ReminderRefused("The Management Team decides about reminders.")
    rule = ReminderRule.objects.select_for_update().get(pk=rule.pk) if rule else ReminderRule()
    if ReminderRule.objects.filter(days=days, sent_to=sent_to).exclude(pk=rule.pk).exists():
        raise ReminderRefused("There is a reminder for that day and these readers already. Change that one.")
    rule.days, rule.sent_to, rule.words, rule.is_on = days, sent_to, words, is_on
    rule.save()
    state = "sent" if is_on else "not sent"
    log.record(
        action="reminder.kept",
        subject=rule,
        actor=actor,
        at=at,
        summary=f"The reminder to {rule.get_sent_to_display().lower()} when a return {rule.when_words} is {state}.",
        data={"days": days, "sent_to": sent_to, "words": words, "is_on": is_on},
    )
    return rule
