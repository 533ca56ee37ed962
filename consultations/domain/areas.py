"""Whom have we not heard from? Answers by area beside the people who live there, while something can be done about it.

The office keeps its areas and their populations. A consultation is compared by the first question whose answers are
names of these areas. Its counts are those that are shown in any case, so they move in steps of ten and are protected.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from consultations import rules
from consultations.domain.counting import Results
from consultations.domain.preparing import ConsultationRefused
from consultations.domain.tables import QuestionResult
from consultations.models import Area
from engagement.domain import log
from engagement.domain.tabular import GROUPED
from engagement.models import User

MOST = 500
LARGEST = 100_000_000
LONGEST_NAME = 200
SMALLEST_MATCH = 2
QUIET = 2  # an area is quiet when its share of the answers is less than its share of the people over this


@dataclass(frozen=True)
class AreaHeard:
    """One area: its people, and of the answers shown how many came from it. `None` when that is withheld.

    `share` is its whole percentage of all people who live in the areas asked about, `percent` that of the answers.
    """

    name: str
    population: int
    share: int
    count: int | None
    percent: int | None
    per_10000: Decimal | None
    quiet: bool


def areas() -> list[Area]:
    """The areas of the office, by name. One query."""
    return list(Area.objects.order_by("name", "pk"))


def as_text(kept: Iterable[Area]) -> str:
    """Areas as they are typed, one a line: `Abbey, 12,400`."""
    return "\n".join(f"{area.name}, {area.population:,}" for area in kept)


def fingerprint(text: str) -> str:
    """What a form remembers of the areas it was opened with, to notice that somebody has changed them (C04)."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read_areas(text: str) -> list[tuple[str, int]]:
    """Names and populations from what was typed or pasted from a spreadsheet, one area a line.

    Between the two stand a comma, a semicolon or a tab. A first line that says “population” is a header. Raises
    `ConsultationRefused`, which names the line.
    """
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.replace("\ufeff", "").splitlines(), start=1):
        if not line.strip():
            continue
        name, people = _parted(line)
        if people is None and number == 1 and "population" in line.casefold():
            continue
        if people is None or not name:
            raise _wrong(number, line, "Write the name, a comma, and how many people live there.")
        if not 0 < people <= LARGEST:
            raise _wrong(number, line, "Nobody can live there, or too many.")
        if len(name) > LONGEST_NAME:
            raise _wrong(number, line, "The name is too long.")
        if name.casefold() in found:
            raise _wrong(number, line, "This area stands above already.")
        found[name.casefold()] = (name, people)
    if len(found) > MOST:
        raise ConsultationRefused(f"There are {len(found)} areas. Enter at most {MOST}.", "areas")
    return list(found.values())


def _wrong(number: int, line: str, why: str) -> ConsultationRefused:
    return ConsultationRefused(f"Line {number}, “{line.strip()[:40]}”: {why}", "areas")


def _parted(line: str) -> tuple[str, int | None]:
    """The name and the number at the end, which may have commas of its own."""
    for sign in ("\t", ";"):
        if sign in line:
            name, _, last = line.strip().rpartition(sign)
            return _name(name), _number(last)
    cells = [cell.strip() for cell in next(csv.reader(io.StringIO(line), skipinitialspace=True), [])]
    for start in range(1, len(cells)):
        people = _number(",".join(cells[start:]))
        if people is not None:
            return _name(", ".join(cells[:start])), people
    return _name(line), None


def _name(text: str) -> str:
    return " ".join(text.strip().strip('"').split())


def _number(text: str) -> int | None:
    text = text.strip().strip('"')
    if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) + 1:
        return int(text)
    return int(text.replace(",", "")) if GROUPED.fullmatch(text) and "." not in text and text[0] != "-" else None


@transaction.atomic
def keep_areas(*, text: str, seen: str, actor: User, at: datetime) -> int:
    """Puts this list in the place of the one before; says how many areas there are now.

    `seen` is the `fingerprint` of the list that the person saw. Raises `ConsultationRefused` for anybody but the
    Involvement Team, for a line that cannot be read, and when somebody else has changed the list meanwhile.
    """
    if not rules.runs_consultations(actor, at=at):
        raise ConsultationRefused("Only the Involvement Team can do this.")
    wanted = read_areas(text)
    kept = list(Area.objects.select_for_update().order_by("name", "pk"))
    if seen != fingerprint(as_text(kept)):
        raise ConsultationRefused(
            "Somebody else changed the areas while you were writing. Your list is still here: look at theirs, then save"
            " again to put yours in its place."
        )
    if {(area.name, area.population) for area in kept} != set(wanted):
        Area.objects.all().delete()
        Area.objects.bulk_create(Area(name=name, population=people) for name, people in wanted)
        log.record(
            action="areas.kept",
            subject=actor,
            actor=actor,
            at=at,
            summary=f"The areas and their populations were entered: {len(wanted)}.",
            data={"areas": len(wanted)},
        )
    return len(wanted)


def heard_from(results: Results, kept: Sequence[Area]) -> tuple[QuestionResult, list[AreaHeard]] | None:
    """Areas and the answers that came from each, in the order of the question; `None` when no question asks for them.

    An area without an answer to choose is not among them: those who live there could not say so. No query.
    """
    people = {area.name.casefold(): area for area in kept}
    for question in results.questions:
        rows = [(row, people[name]) for row in question.rows if (name := row.label.strip().casefold()) in people]
        if len(rows) >= SMALLEST_MATCH:
            everybody = sum(area.population for _, area in rows)
            return question, [
                _heard(area, row.count, everybody, sum(row.count or 0 for row, _ in rows)) for row, area in rows
            ]
    return None


def _heard(area: Area, count: int | None, everybody: int, answers: int) -> AreaHeard:
    share = Decimal(100 * area.population) / everybody
    percent = Decimal(100 * count) / answers if count is not None and answers else None
    each = Decimal(10_000 * count) / area.population if count is not None else None
    return AreaHeard(
        name=area.name,
        population=area.population,
        share=int(share.quantize(Decimal(1), ROUND_HALF_UP)),
        count=count,
        percent=None if percent is None else int(percent.quantize(Decimal(1), ROUND_HALF_UP)),
        per_10000=None if each is None else each.quantize(Decimal("0.1"), ROUND_HALF_UP),
        quiet=answers > 0 and (percent is None or percent * QUIET < share),
    )
