"""The table of a return, made for that very return: its columns and rows, and the seal that says whose it is (R-149).

XLSX, ODS and CSV hold the same table: row 1 is the header, then one row a number, so that nothing needs explaining in
another cell. Each row ends with a seal, signed by this server: the return, the row, the words that stood in it, and
which version of the figure it was filled from. A file of another return or provider, an older template, edited labels
and rows that slipped are told apart by it (K05), and so is what a colleague changed meanwhile (C04). Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from django.core.signing import BadSignature, Signer

from contracts.domain.entries import Entry, boxes, label_of
from contracts.domain.parts import WORDS, PartBox, part_boxes, part_in
from contracts.domain.ratings import Yardstick, target_text
from contracts.enums import FigureState
from contracts.models import Indicator
from engagement.domain.exports import Cell

LARGEST_FILE = 1024 * 1024
LAYOUT = "1"  # of the table; with another one, files of before are asked for again

CODE, NAME, ASKED = "Code", "Measure", "What to enter"
FIGURE, STATE, COMMENTARY = "Your figure", "Cannot give", "What is behind it"
SEAL = "Leave as it is"
HEADER = (
    CODE,
    NAME,
    ASKED,
    FIGURE,
    STATE,
    COMMENTARY,
    "Last time",
    "Target",
    "Why we ask",
    "How to count",
    "Section",
    SEAL,
)
STATE_WORDS = {FigureState.NOT_APPLICABLE: "not applicable", FigureState.NOT_AVAILABLE: "not available"}


@dataclass(frozen=True)
class Given:
    """What is kept of one measure, and the version of its figure (0: none yet)."""

    entry: Entry = field(default_factory=Entry)
    version: int = 0


@dataclass(frozen=True)
class Ask:
    """One row: a number of a measure, or a part of it.

    Whether a figure can be given, and what is behind it, stand in the first. A part says for itself that it is not
    available; why the parts differ from the figure stands in the first of them.
    """

    indicator: Indicator
    box: str
    is_first: bool
    part: PartBox | None = None

    @property
    def label(self) -> str:
        """What is counted, as the page says it."""
        return self.part.label if self.part else label_of(self.indicator, self.box)

    @property
    def fields(self) -> dict[str, str]:
        """The open cells beside the number, by column: the names of the boxes of the page."""
        if self.part:
            return {STATE: self.part.state} | ({COMMENTARY: WORDS} if self.part.is_first else {})
        return {STATE: "state", COMMENTARY: "commentary"} if self.is_first else {}


def asks(indicators: Sequence[Indicator]) -> list[Ask]:
    """The rows of a return, in its order; what is told in words has one all the same."""
    found = []
    for indicator in indicators:
        found += [Ask(indicator, box, place == 0) for place, box in enumerate(boxes(indicator) or ("value",))]
        found += [Ask(indicator, part.name, is_first=False, part=part) for part in part_boxes(indicator)]
    return found


def template_rows(
    *,
    reference: str,
    indicators: Sequence[Indicator],
    current: Mapping[int, Given],
    last_quarter: Mapping[int, Entry],
) -> Iterator[list[Cell]]:
    """The rows under `HEADER`, filled with what is already given. Mappings are by indicator id."""
    words = checksum(indicators)
    for ask in asks(indicators):
        indicator = ask.indicator
        given = current.get(indicator.pk, Given())
        now, before = given.entry, last_quarter.get(indicator.pk, Entry())
        texts = written(indicator, now)
        yield [
            indicator.code,
            indicator.name,
            ask.label,
            plain(_number_of(ask, now)),
            texts[ask.fields[STATE]] if STATE in ask.fields else "",
            texts[ask.fields[COMMENTARY]] if COMMENTARY in ask.fields else "",
            plain(_number_of(ask, before)),
            target_text(Yardstick.of(indicator)) if ask.is_first else "",
            indicator.why if ask.is_first else "",
            indicator.how if ask.is_first else "",
            indicator.group,
            Seal(words, given.version, fingerprint(indicator, texts), ask.box, reference, indicator.code).sign(),
        ]


def _number_of(ask: Ask, entry: Entry) -> Decimal | None:
    if ask.part:
        return part_in(entry.parts, ask.part)[1]
    number: Decimal | None = getattr(entry, ask.box)
    return number


def plain(number: Decimal | None) -> int | Decimal | None:
    """A number as a file shows it: without trailing noughts."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else number.normalize()


def as_typed(number: Decimal | None) -> str:
    """A number as a person would type it into a box; nothing for none."""
    shown = plain(number)
    return "" if shown is None else f"{shown:f}" if isinstance(shown, Decimal) else str(shown)


def written(indicator: Indicator, entry: Entry) -> dict[str, str]:
    """An entry as the texts of its cells, by field."""
    texts = {
        "denominator": as_typed(entry.denominator),
        "numerator": as_typed(entry.numerator),
        "value": as_typed(entry.value),
        "state": STATE_WORDS.get(FigureState(entry.state), ""),
        "commentary": entry.commentary,
    }
    for part in part_boxes(indicator):
        given, number = part_in(entry.parts, part)
        texts[part.name] = as_typed(number)
        texts[part.state] = STATE_WORDS[FigureState.NOT_AVAILABLE] if given and number is None else ""
        if part.is_first:
            texts[WORDS] = entry.parts_words
    return texts


def fingerprint(indicator: Indicator, texts: Mapping[str, str]) -> str:
    """A short name for what stands in the cells of a measure: the same only while nobody writes there."""
    fields = [*boxes(indicator), "state", "commentary"]
    fields += [name for ask in asks([indicator]) if ask.part for name in (ask.box, *ask.fields.values())]
    return _short("\x1f".join(" ".join(texts.get(name, "").split()) for name in fields), 10)


def checksum(indicators: Sequence[Indicator]) -> str:
    """A short name for the words of a template: the same for as long as the return asks the same."""
    rows = ["\x1f".join((ask.indicator.code, ask.indicator.name, ask.box, ask.label)) for ask in asks(indicators)]
    return _short("\x1e".join([LAYOUT, *rows]), 12)


def _short(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]


@dataclass(frozen=True)
class Seal:
    """What a row says of itself: words of the template, version and content of the figure, box, return, measure."""

    words: str
    version: int
    content: str
    box: str
    reference: str
    code: str

    def sign(self) -> str:
        """The seal as it stands in a cell."""
        said = (self.words, str(self.version), self.content, self.box, self.reference, self.code)
        return _signer().sign("|".join(said))


def _signer() -> Signer:
    return Signer(salt="contracts.template")


def unsealed(text: str) -> Seal | None:
    """The seal in a cell; nothing when this server did not write it."""
    try:
        words, version, content, box, reference, code = _signer().unsign(text.strip()).split("|", 5)
    except (BadSignature, ValueError):
        return None
    return Seal(words, int(version), content, box, reference, code)
