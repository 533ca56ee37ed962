"""The one place that changes the state of a return: under its lock, and only along the table of moves."""

from django.db.models import Q

from contracts.enums import RETURN_MOVES, ReturnState
from contracts.models import KpiReturn
from engagement.models import User


class ReturnRefused(Exception):
    """The return cannot be changed like this by this person now; the message says why."""


def lock(kpi_return: KpiReturn) -> KpiReturn:
    """The return as it is in the database, held until the transaction ends."""
    rows = KpiReturn.objects.select_related("agreement__activity", "agreement__provider", "submitted_by", "accepted_by")
    return rows.select_for_update(of=("self",)).get(pk=kpi_return.pk)


def refuse_strangers(kpi_return: KpiReturn, policy: Q, *, words: str) -> None:
    """Refuses, in `words`, when a policy of `contracts.rules` does not give this return to this person."""
    if not KpiReturn.objects.filter(policy, pk=kpi_return.pk).exists():
        raise ReturnRefused(words)


def refuse_unwritable(kpi_return: KpiReturn) -> None:
    """Refuses when the provider cannot change the return now, saying where it stands."""
    if not kpi_return.is_writable:
        raise ReturnRefused(refusal(kpi_return))


def move(kpi_return: KpiReturn, *, to_state: ReturnState) -> KpiReturn:
    """Sets the state of a locked return; the caller saves what goes with it. Raises `ReturnRefused`."""
    if to_state not in RETURN_MOVES[ReturnState(kpi_return.state)]:
        raise ReturnRefused(refusal(kpi_return))
    kpi_return.state = to_state
    kpi_return.version += 1
    return kpi_return


def refusal(kpi_return: KpiReturn) -> str:
    """Why nothing can be done with the return where it stands, naming who did the last step."""
    who: User | None = kpi_return.accepted_by or kpi_return.submitted_by
    by = f" by {who}" if who else ""
    return {
        ReturnState.DUE: "This return has not been submitted yet.",
        ReturnState.SUBMITTED: f"This return has already been submitted{by}. It can be changed when it is queried.",
        ReturnState.QUERIED: "This return has been queried, and waits for the provider.",
        ReturnState.ACCEPTED: f"This return has already been accepted{by}.",
    }[ReturnState(kpi_return.state)]


def refuse_stale(kpi_return: KpiReturn, *, seen_submission: int) -> None:
    """Refuses when the provider has submitted again since the person looked."""
    if kpi_return.submissions != seen_submission:
        raise ReturnRefused("This return has been submitted again since you opened it. Look at it again first.")


def touch(kpi_return: KpiReturn, **fields: object) -> KpiReturn:
    """Saves a locked return with these fields, its state and its version."""
    for name, value in fields.items():
        setattr(kpi_return, name, value)
    kpi_return.save(update_fields=["state", "version", *fields])
    return kpi_return
