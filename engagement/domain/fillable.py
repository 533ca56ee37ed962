"""A workbook (XLSX) that people fill in: boxes are open, everything else is locked, and each box says what it takes.

Locked without a password: it keeps slips away, not their owner. No names, links, hidden parts or properties of a
document (X02); every text of ours is stored as a text and cannot run (X01). No merged cells: a screen reader meets each
cell with its row and column.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from xml.sax.saxutils import escape, quoteattr

from engagement.domain import exports
from engagement.domain.grid import column_letters
from engagement.domain.spreadsheets import (
    ESCAPE_LIKE,
    HEAD,
    OFFICE,
    RELATIONS,
    SPREADSHEET,
    TYPE,
    digits_of,
    plain,
    sheet_name,
    zipped,
)

LONGEST_PROMPT, LONGEST_TITLE = 255, 32  # what the programs that show them take


class Look(IntEnum):
    """How a cell looks and whether it is open; the numbers are its places in the styles of the file."""

    TEXT = 0
    TITLE = 1
    HEADER = 2
    NUMBER_BOX = 3
    TEXT_BOX = 4
    SHUT = 5
    SMALL = 6


@dataclass(frozen=True)
class Check:
    """What a box takes: `whole` or `decimal` numbers from 0 up to `most`, or one of `words`; and how that is said."""

    prompt: str
    refusal: str
    title: str = ""
    kind: str = "list"
    most: int = 0
    words: Sequence[str] = ()


@dataclass(frozen=True)
class FormCell:
    """One cell: what stands in it, how it looks, what may be put there."""

    value: exports.Cell = None
    look: Look = Look.TEXT
    check: Check | None = None


@dataclass(frozen=True)
class FormSheet:
    """One sheet: its name, the widths of its columns in characters, its rows, the cell below what stays in sight."""

    name: str
    widths: Sequence[int]
    rows: Sequence[Sequence[FormCell]] = field(default_factory=list)
    frozen_at: str = ""


def form_workbook(sheets: Sequence[FormSheet]) -> bytes:
    """The file, with its sheets in this order, all in sight and locked but for their boxes."""
    places = [(number, sheet_name(sheet.name), sheet) for number, sheet in enumerate(sheets, start=1)]
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for number, _, _ in places
    )
    listed = "".join(f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, name, _ in places)
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _, _ in places
    )
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES.format(overrides=overrides),
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{RELATIONS}">{related}<Relationship '
        f'Id="rId{len(places) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{number}.xml": _sheet(sheet) for number, _, sheet in places[:-1]},
    }
    number, _, last = places[-1]
    return b"".join(zipped(parts, f"xl/worksheets/sheet{number}.xml", [_sheet(last)]))


def _sheet(sheet: FormSheet) -> str:
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(sheet.widths, start=1)
    )
    rows = "".join(_row(number, cells) for number, cells in enumerate(sheet.rows, start=1))
    return (
        f'{HEAD}<worksheet xmlns="{SPREADSHEET}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{_pane(sheet.frozen_at)}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{rows}</sheetData>"
        '<sheetProtection sheet="1" objects="1" scenarios="1" formatCells="0" formatColumns="0" formatRows="0"/>'
        f'{_checks(sheet)}<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _pane(cell: str) -> str:
    """What stays in sight: the rows above this cell and the columns before it."""
    if not cell:
        return ""
    letters, row = cell.rstrip("0123456789"), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    across = next(number for number in range(1, 100) if column_letters(number) == letters) - 1
    return f'<pane xSplit="{across}" ySplit="{row - 1}" topLeftCell="{cell}" activePane="bottomRight" state="frozen"/>'


def _row(number: int, cells: Sequence[FormCell]) -> str:
    written = "".join(_cell(f"{column_letters(place)}{number}", cell) for place, cell in enumerate(cells, start=1))
    return f'<row r="{number}">{written}</row>'


def _cell(address: str, cell: FormCell) -> str:
    start = f'<c r="{address}" s="{int(cell.look)}"'
    if cell.value is None or cell.value == "":
        return f"{start}/>"
    if digits := digits_of(cell.value):
        return f"{start}><v>{digits}</v></c>"
    text = escape(ESCAPE_LIKE.sub("_x005F_", plain(str(cell.value))))
    return f'{start} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _checks(sheet: FormSheet) -> str:
    """The checks of the boxes, each with the cells that it is for."""
    cells: dict[Check, list[str]] = {}
    for number, row in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(row, start=1):
            if cell.check:
                cells.setdefault(cell.check, []).append(f"{column_letters(place)}{number}")
    written = "".join(_check(check, " ".join(where)) for check, where in cells.items())
    return f'<dataValidations count="{len(cells)}">{written}</dataValidations>' if cells else ""


def _check(check: Check, cells: str) -> str:
    if check.kind == "list":
        takes = f"<formula1>{escape(chr(34) + ','.join(check.words) + chr(34))}</formula1>"
    else:
        takes = f"<formula1>0</formula1><formula2>{check.most}</formula2>"
    title, prompt = plain(check.title)[:LONGEST_TITLE], plain(check.prompt)[:LONGEST_PROMPT]
    return (
        f'<dataValidation type="{check.kind}" allowBlank="1" showInputMessage="1" showErrorMessage="1" '
        f"errorTitle={quoteattr(title)} error={quoteattr(plain(check.refusal)[:LONGEST_PROMPT])} "
        f'promptTitle={quoteattr(title)} prompt={quoteattr(prompt)} sqref="{cells}">{takes}</dataValidation>'
    )


_CONTENT_TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{{overrides}}</Types>'
)
_TOP = '<alignment vertical="top" wrapText="1"/>'
_OPEN = f'{_TOP}<protection locked="0"/>'


def _look(*, font: int = 0, fill: int = 0, border: int = 0, number: int = 0, inside: str = _TOP) -> str:
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1">{inside}</xf>'
    )


_AS_TEXT = 49  # the built-in format “@”: what is typed stays a text, even when it begins with “=”
_LOOKS = (
    _look(),
    _look(font=2, inside='<alignment vertical="top"/>'),
    _look(font=1, fill=3),
    _look(fill=2, border=1, inside=_OPEN),
    _look(fill=2, border=1, number=_AS_TEXT, inside=_OPEN),
    _look(fill=3),
    _look(font=3, inside='<alignment vertical="top"/>'),
)
_SIDES = "".join(
    f'<{side} style="thin"><color rgb="FF505A5F"/></{side}>' for side in ("left", "right", "top", "bottom")
)
_STYLES = (
    f'{HEAD}<styleSheet xmlns="{SPREADSHEET}"><fonts count="4"><font><sz val="11"/><name val="Arial"/></font>'
    '<font><b/><sz val="11"/><name val="Arial"/></font><font><b/><sz val="16"/><name val="Arial"/></font>'
    '<font><sz val="8"/><color rgb="FF505A5F"/><name val="Arial"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF9DB"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE9EBEC"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    f"<border>{_SIDES}<diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_LOOKS)}">{"".join(_LOOKS)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
