"""What imports share: the mapping of a foreign file, the activity it belongs to, and what there is to report."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engagement.access import local_date
from engagement.domain.activities import begin_activity
from engagement.domain.tabular import CellProblem, Column, ColumnMapping, TableRefused
from engagement.enums import Role
from engagement.models import Activity, Membership, User

Progress = Callable[[int, int], None]


@dataclass
class ImportReport:
    """What an import did, or with a dry run would do. `dropped` are columns nobody asked for; `notes` are sentences."""

    counts: Counter[str] = field(default_factory=Counter)
    dropped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def columns_of(mapping: Mapping[str, Any], columns: Mapping[str, Column]) -> ColumnMapping:
    """The column mapping of a TOML file, or, without one, the product's own column names."""
    return ColumnMapping(
        columns=mapping.get("columns", {name: name for name in columns}),
        constants=mapping.get("constants", {}),
        values=mapping.get("values", {}),
        encoding=mapping.get("encoding", "utf-8"),
        strict="columns" in mapping,
    )


def activity_of(mapping: Mapping[str, Any], *, at: datetime) -> Activity:
    """The activity that a mapping names, begun in draft under the office's Lead Commissioner when there is none yet."""
    said = mapping.get("activity")
    if not said:
        raise TableRefused([CellProblem("Say which activity these belong to, with --activity and its reference.")])
    found = Activity.objects.filter(title=said["title"]).first()
    if found:
        return found
    leads = User.objects.filter(memberships__role=Role.LEAD_COMMISSIONER, is_active=True).order_by("pk")
    current = leads.filter(memberships__in=Membership.objects.current(on=local_date(at))).first()
    if current is None:
        raise TableRefused(
            [CellProblem("There is no Lead Commissioner to own the activity. Give one that role first.")]
        )
    return begin_activity(
        title=said["title"], summary=said["summary"], priorities=[], lead_commissioner=current, actor=None, at=at
    )
