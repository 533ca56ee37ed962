"""One thing that needs attention, as a queue shows it."""

from dataclasses import dataclass
from datetime import date

from contracts.models import Agreement
from engagement.domain.calendar import uk_date


@dataclass(frozen=True)
class Matter:
    """One thing that needs attention: of which agreement, what, since when, and where it is dealt with."""

    agreement: Agreement
    kind: str
    detail: str
    since: date
    url: str
    urgent: bool = False

    @property
    def title(self) -> str:
        """As a queue shows it."""
        return f"{self.kind}: {self.agreement.title}"

    @property
    def when(self) -> str:
        """Since when, in words."""
        return f"Since {uk_date(self.since)}"
