"""The workbook of a return: a sheet that says what to do, and the table with its boxes open and the rest locked."""

from collections.abc import Iterable, Sequence

from contracts.domain.entries import BOUND, places_of
from contracts.domain.parts import part_boxes
from contracts.domain.spreadsheet import COMMENTARY, FIGURE, HEADER, SEAL, STATE, STATE_WORDS, Ask, asks
from contracts.enums import POUNDS, FigureState, IndicatorKind
from contracts.models import Indicator, KpiReturn
from engagement.domain.calendar import uk_time
from engagement.domain.exports import Cell
from engagement.domain.fillable import Check, FormCell, FormSheet, Look, form_workbook

START, FIGURES = "Start here", "Figures"
WIDTHS = (9, 30, 34, 14, 17, 44, 13, 16, 40, 40, 24, 12)


def workbook_of(kpi_return: KpiReturn, *, indicators: Sequence[Indicator], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file for one return. `rows` are those of `template_rows`, one for each ask. Needs agreement and provider."""
    header = [FormCell(name, Look.HEADER) for name in HEADER]
    table = [_row(ask, row) for ask, row in zip(asks(indicators), rows, strict=True)]
    figures = FormSheet(name=FIGURES, widths=WIDTHS, rows=[header, *table], frozen_at="D2")
    start = FormSheet(name=START, widths=(100,), rows=[[cell] for cell in _instructions(kpi_return, indicators)])
    return form_workbook([start, figures])


def _instructions(kpi_return: KpiReturn, indicators: Sequence[Indicator]) -> list[FormCell]:
    agreement = kpi_return.agreement
    lines = [
        f"{agreement.title}, {agreement.provider}.",
        f"Due {uk_time(kpi_return.due_at)}.",
        "1. Go to the sheet called “Figures”. Fill in the yellow cells. Everything else is locked.",
        f"2. “{FIGURE}”: one number in each row. If there were none, enter 0. Type numbers, not formulas.",
        f"3. “{STATE}”: only where you have no figure. Choose from the list, leave "
        f"the number empty, and say why under “{COMMENTARY}”.",
        f"4. “{COMMENTARY}”: needed where a figure is off its target, otherwise optional. It may be published. Do not "
        "describe anyone who could be recognised.",
        "5. An empty yellow cell changes nothing: what you gave on the website stays.",
        f"6. Leave the column “{SEAL}” as it is. It tells us which row is which.",
        f"7. Save the file and upload it at the return {kpi_return.reference} on the website. You see every figure "
        "before anything is kept, and nothing is sent to the office until a certifier declares it there.",
        "You can go back and forth: part on the website, part in this file. Download it again to see what is kept.",
    ]
    lines.append("The narrative and files of evidence are not in this file: give them with the return on the website.")
    if any(part_boxes(indicator) for indicator in indicators):
        lines.append(
            f"Some measures ask for their parts, such as districts, in rows of their own under the total. A group of "
            f"which you have no number: choose “{STATE_WORDS[FigureState.NOT_AVAILABLE]}”. If the parts do not add up "
            f"to the total, say why under “{COMMENTARY}” in the first row of the parts."
        )
    title = FormCell(f"Return {kpi_return.reference} for {kpi_return.period.label}", Look.TITLE)
    return [title, *(FormCell(line) for line in lines)]


def _row(ask: Ask, row: Sequence[Cell]) -> list[FormCell]:
    cells = []
    for name, value in zip(HEADER, row, strict=True):
        look, check = Look.TEXT, None
        if name == FIGURE:
            look, check = Look.NUMBER_BOX, _number_check(ask)
        elif name in {STATE, COMMENTARY}:
            look, check = (Look.TEXT_BOX, _text_check(name, ask)) if name in ask.fields else (Look.SHUT, None)
        elif name == SEAL:
            look = Look.SMALL
        cells.append(FormCell(value, look, check))
    return cells


def _number_check(ask: Ask) -> Check:
    indicator = ask.indicator
    whole = indicator.kind not in POUNDS and not places_of(indicator, "value" if ask.part else ask.box)
    what = "A whole number, 0 or more." if whole else "A number, 0 or more."
    if indicator.kind == IndicatorKind.YES_NO:
        what = "1 for yes, or 0 for no."
    if indicator.kind in POUNDS and ask.box != "denominator":
        what = "Pounds and pence, such as 612.50, without the pound sign."
    return Check(
        kind="whole" if whole else "decimal",
        most=int(BOUND) - 1,
        title=indicator.code,
        prompt=f"{ask.label}. {what} If there were none, enter 0.",
        refusal=f"{what} Type the number itself.",
    )


def _text_check(name: str, ask: Ask) -> Check | None:
    if name != STATE:
        return None
    if ask.part:
        words = STATE_WORDS[FigureState.NOT_AVAILABLE]
        return Check(
            words=(words,),
            title="Only if you have no number",
            prompt=f"Choose “{words}”, and leave the number empty.",
            refusal=f"Choose “{words}”, or leave this empty.",
        )
    return Check(
        words=tuple(STATE_WORDS.values()),
        title="Only if you have no figure",
        prompt=f"Choose from the list, leave the number empty, and say why under “{COMMENTARY}”.",
        refusal=f"Choose {' or '.join(f'“{words}”' for words in STATE_WORDS.values())}, or leave this empty.",
    )
