"""What is shown of a voice of many beside the answers, and frozen with the results."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CollectiveRow:
    """A petition, a campaign or the answer of a group, in words. `people` is in no sum."""

    kind: str
    title: str
    from_whom: str
    people: int
    unit: str
    channel: str
    received_on: str
    summary: str

    @property
    def day(self) -> date:
        """The day on which it came in."""
        return date.fromisoformat(self.received_on)
