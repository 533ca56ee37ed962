"""What of a signed agreement runs out soon: its term, its notice, the money that is confirmed for it (R-022)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse

from contracts.domain.matters import Matter
from contracts.models import Agreement
from engagement.domain.calendar import uk_date

NEAR = timedelta(days=30)


def endings_of(agreements: Iterable[Agreement], *, on: date) -> Iterator[Matter]:
    """Agreements whose end, notice date or end of confirmed funding is within the office's number of days. Pure.

    Money that is confirmed to the end or beyond warns of nothing: the end itself does. What is within 30 days, or is
    past, is urgent. An agreement that has ended is named no more.
    """
    until = on + timedelta(days=int(settings.AGREEMENT_WARNING_DAYS))
    for agreement in agreements:
        last_day = agreement.ends.latest if agreement.ends else None
        if last_day and last_day < on:
            continue
        url = reverse("contracts:agreement-money", args=[agreement.reference])
        sure = agreement.funding_confirmed_to
        if sure and sure <= until and (last_day is None or sure < last_day):
            runs_on = f"the agreement runs to {uk_date(last_day)}" if last_day else "the agreement has no known end"
            detail = f"Money is confirmed until {uk_date(sure)}, and {runs_on}"
            yield _matter(agreement, "Funding not confirmed", detail, sure, url, on=on)
        if agreement.notice_by and not agreement.ended_on and on <= agreement.notice_by <= until:
            detail = "The last day on which an extension or the end can be told"
            yield _matter(agreement, "Notice date", detail, agreement.notice_by, url, on=on)
        if last_day and last_day <= until:
            furthest = agreement.extends_to
            longer = not agreement.ended_on and furthest is not None and furthest > last_day
            may = f". It may be extended to {uk_date(furthest)}" if furthest and longer else ""
            detail = f"Its last day is {uk_date(last_day)}{may}"
            yield _matter(agreement, "Agreement ends", detail, last_day, agreement.get_absolute_url(), on=on)


def _matter(agreement: Agreement, kind: str, detail: str, day: date, url: str, *, on: date) -> Matter:
    return Matter(agreement, kind, detail, day, url, urgent=day <= on + NEAR, ahead=day >= on)
