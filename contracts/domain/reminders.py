"""Who is reminded of a return that was not sent, and when: each reminder once, on its own working day (R-077).

The office's rules say how many working days before or after the due date, and to whom. Each is counted from the date as
it is today, so that after an extension they follow the new one. When the schedule stood still, the latest that was
missed is sent, and the ones before it never. Nothing is sent once the return is in.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Max, QuerySet

from contracts.domain.schedule import due_words
from contracts.enums import ReminderTo, ReturnState
from contracts.models import KpiReturn, ReminderRule
from engagement.access import local_date
from engagement.domain.calendar import add_working_days
from engagement.domain.outbox import announce
from engagement.enums import PROVIDER_ROLES, Audience, EventKind, Role
from engagement.models import Event, Membership, User


def send_due(*, at: datetime) -> int:
    """Sends the reminders whose day has come. Safe to run every day, late, and twice; returns how many it sent."""
    today, rules = local_date(at), list(ReminderRule.objects.filter(is_on=True))
    due: QuerySet[KpiReturn] = KpiReturn.objects.filter(state=ReturnState.DUE, agreement__provider__isnull=False)
    due = due.annotate(extended_at=Max("extensions__granted_at"))
    people = ("agreement__activity__contract_manager", "agreement__provider")
    owed = {
        key_of(kpi_return, rule): (kpi_return, rule)
        for kpi_return in due.select_related(*people).order_by("due_at", "pk")
        for rule in owing(
            rules,
            due_on=local_date(kpi_return.due_at),
            told_on=local_date(kpi_return.extended_at or kpi_return.opened_at),
            today=today,
        )
    }
    told = set(Event.objects.filter(key__in=owed).values_list("key", flat=True))
    return sum(_remind(*what, key=key, at=at) for key, what in owed.items() if key not in told)


def key_of(kpi_return: KpiReturn, rule: ReminderRule) -> str:
    """What makes a reminder once for ever: the return, the rule, and the due date that it is about."""
    return f"return-reminder:{kpi_return.pk}:{rule.sent_to}:{rule.days}:{local_date(kpi_return.due_at)}"


def owing(rules: Iterable[ReminderRule], *, due_on: date, told_on: date, today: date) -> Sequence[ReminderRule]:
    """The rules whose day has come, the latest for each audience. Pure.

    What lies on or before the day on which the provider was told of the due date is not sent: they have just read it.
    """
    latest: dict[str, ReminderRule] = {}
    for rule in sorted(rules, key=lambda rule: rule.days):
        if told_on < day_of(rule.days, due_on=due_on) <= today:
            latest[rule.sent_to] = rule
    return list(latest.values())


def day_of(days: int, *, due_on: date) -> date:
    """The working day on which a rule is carried out: so many before or after the due date."""
    return add_working_days(due_on, days)


def _remind(kpi_return: KpiReturn, rule: ReminderRule, *, key: str, at: datetime) -> bool:
    """Whether there was somebody to remind."""
    recipients = people_reminded(kpi_return, rule.sent_to, on=local_date(at))
    if not recipients:
        return False
    agreement, of_provider = kpi_return.agreement, rule.sent_to == ReminderTo.PROVIDER
    whose = "Your return" if of_provider else f"{agreement.provider}: the return"
    announce(
        key=key,
        kind=EventKind.RETURN_DUE if of_provider else EventKind.RETURN_LATE,
        activity=agreement.activity,
        audience=Audience.PEOPLE,
        organisation=agreement.provider if of_provider else None,
        people=recipients,
        title=f"{whose} for {kpi_return.period.label} {rule.when_words}"[:200],
        summary=f"{agreement.title}. It {'is' if rule.days <= 0 else 'was'} due by {due_words(kpi_return.due_at)}. "
        f"{rule.words}".strip(),
        path=kpi_return.get_absolute_url() if of_provider else kpi_return.get_office_url(),
        at=at,
        payload={"return": kpi_return.reference, "days": rule.days, "due_on": f"{local_date(kpi_return.due_at)}"},
    )
    return True


def people_reminded(kpi_return: KpiReturn, sent_to: str, *, on: date) -> list[User]:
    """Who reads a reminder: those who report for this provider today, its Contract Manager, or the Management Team."""
    if sent_to == ReminderTo.CONTRACT_MANAGER:
        manager = kpi_return.agreement.activity.contract_manager
        return [manager] if manager else []
    members: QuerySet[Membership] = Membership.objects.current(on=on).filter(user__is_active=True)
    if sent_to == ReminderTo.MANAGEMENT:
        members = members.filter(role=Role.MANAGEMENT)
    else:
        members = members.filter(organisation=kpi_return.agreement.provider, role__in=PROVIDER_ROLES)
    return list({member.user_id: member.user for member in members.select_related("user").order_by("pk")}.values())
