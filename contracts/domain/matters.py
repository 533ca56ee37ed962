"""One thing that needs attention, as each source of the list says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.models import Agreement
from engagement.domain.calendar import uk_date


@dataclass(frozen=True)
class Matter:
    """One thing that needs attention: of which agreement, what, since when, and where it is dealt with.

    `since` is a day to come where the matter is to be dealt with by then (`ahead`).
    """

    agreement: Agreement
    kind: str
    detail: str
    since: date
    url: str
    urgent: bool = False
    ahead: bool = False

    @property
    def title(self) -> str:
        """As a queue shows it."""
        return f"{self.kind}: {self.agreement.title}"

    @property
    def when(self) -> str:
        """Since when, or by when, in words."""
        return f"{'By' if self.ahead else 'Since'} {uk_date(self.since)}"
