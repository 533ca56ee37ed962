"""Tables that leave as workbooks, XLSX and ODS: written while they are read, so no table is ever held in memory whole.

A text is stored as a text and cannot run, so it stays as it is: no apostrophe before what looks like a formula. Numbers
are numbers and days are days. Both kinds are a zip of a few small XML files and one large one; the large one is
streamed. What XML cannot hold (control characters) is left out, and line ends are written in one way.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from engagement.domain.exports import Cell, Ready, restored
from engagement.domain.grid import DAY_NOUGHT

MOST_ROWS = 1_048_576  # of one sheet, its header among them: what the programs that open it can hold
EXACT_DIGITS = 15  # of a number in a workbook; a longer one is written as text
BLOCK = 64_000
FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets count a day that never was

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SPACES = re.compile(r"(?<= ) +|^ +| +$|\t")
_SHEET = re.compile(r"[\[\]:*?/\\'<>&\"]")


class TooManyRows(Exception):
    """More rows than a sheet can hold; the message says what to do instead."""


def refuse_unless_fits(rows: int) -> None:
    """Raises `TooManyRows` for a table with so many rows, without its header, that no spreadsheet opens it."""
    if rows + 1 > MOST_ROWS:
        raise TooManyRows(
            f"There are {rows:,} rows. A spreadsheet holds {MOST_ROWS:,}, so it would lose some. Take the CSV file."
        )


def xlsx_blocks(*, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The blocks of an XLSX file with one sheet, its header in bold and kept in sight."""
    parts = {name: text.format(sheet=sheet_name(sheet)) for name, text in _XLSX.items()}
    lines = _lines(header, rows, row=_xlsx_row, start=_XLSX_START, end="</sheetData></worksheet>")
    yield from zipped(parts, "xl/worksheets/sheet1.xml", lines)


def ods_blocks(*, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The blocks of an ODS file with one sheet. Its type stands first and unpacked, as the standard asks."""
    start = _ODS_START.format(sheet=sheet_name(sheet), columns=max(len(header), 1))
    lines = _lines(header, rows, row=_ods_row, start=start, end=_ODS_END)
    yield from zipped(_ODS, "content.xml", lines)


def _lines(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    row: Callable[[Sequence[Cell], bool], str],
    start: str,
    end: str,
) -> Iterator[str]:
    yield start
    yield row(header, True)
    for cells in rows:
        yield row(cells, False)
    yield end


def zipped(parts: dict[str, str], streamed: str, lines: Iterable[str]) -> Iterator[bytes]:
    """A zip of small `parts` and one large one, in blocks as they are made."""
    out = _Outlet()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            plain = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(_entry(name), text, compress_type=plain)
        with package.open(_entry(streamed), "w", force_zip64=True) as part:
            waiting, length = list[str](), 0
            for line in lines:
                waiting.append(line)
                length += len(line)
                if length >= BLOCK:
                    part.write("".join(waiting).encode())
                    waiting, length = [], 0
                    yield from out.taken()
            part.write("".join(waiting).encode())
    yield from out.taken()


def _entry(name: str) -> zipfile.ZipInfo:
    """A part without a time of its own: the same table is the same file."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class _Outlet:
    """The file that a zip is written to: hands on what it was given, and cannot be gone back in."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def write(self, block: bytes, /) -> int:
        self._blocks.append(bytes(block))
        return len(block)

    def close(self) -> None:
        """Nothing is held open."""

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> Iterator[bytes]:
        blocks, self._blocks = self._blocks, []
        if blocks:
            yield b"".join(blocks)


def plain(cell: str) -> str:
    """The words themselves: as they were before they were made safe for CSV, and as XML can hold them."""
    text = restored(cell) if type(cell) is Ready else cell
    return _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text))


def sheet_name(name: str) -> str:
    return _SHEET.sub(" ", name)[:31].strip() or "Table"


def digits_of(cell: Cell) -> str:
    """A number as its digits; nothing for what is none, or has more of them than a workbook keeps."""
    if not isinstance(cell, int | Decimal):
        return ""
    written = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    return written if len(written.lstrip("-0.").replace(".", "")) <= EXACT_DIGITS else ""


def _xlsx_row(cells: Sequence[Cell], bold: bool) -> str:
    return f"<row>{''.join([_xlsx_cell(cell, bold) for cell in cells])}</row>"


def _xlsx_cell(cell: Cell, bold: bool) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, date) and cell >= FIRST_DAY:
        return f'<c s="2"><v>{(cell - DAY_NOUGHT).days}</v></c>'
    if digits := digits_of(cell):
        return f"<c><v>{digits}</v></c>"
    text = escape(ESCAPE_LIKE.sub("_x005F_", plain(cell if isinstance(cell, str) else str(cell))))
    style = ' s="1"' if bold else ""
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _ods_row(cells: Sequence[Cell], bold: bool) -> str:
    row = f"<table:table-row>{''.join([_ods_cell(cell, bold) for cell in cells])}</table:table-row>"
    return f"<table:table-header-rows>{row}</table:table-header-rows>" if bold else row


def _ods_cell(cell: Cell, bold: bool) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        day = cell.isoformat()
        return (
            f'<table:table-cell table:style-name="day" office:value-type="date" office:date-value="{day}">'
            f"<text:p>{day}</text:p></table:table-cell>"
        )
    if digits := digits_of(cell):
        return (
            f'<table:table-cell office:value-type="float" office:value="{digits}">'
            f"<text:p>{digits}</text:p></table:table-cell>"
        )
    text = plain(cell if isinstance(cell, str) else str(cell))
    lines = "".join([f"<text:p>{_SPACES.sub(_ods_space, escape(line))}</text:p>" for line in text.split("\n")])
    style = ' table:style-name="bold"' if bold else ""
    return f'<table:table-cell{style} office:value-type="string">{lines}</table:table-cell>'


def _ods_space(found: re.Match[str]) -> str:
    """Blanks that XML readers would run together, and tabs, by name."""
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XLSX = {
    "[Content_Types].xml": HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": HEAD + f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": HEAD + f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": HEAD + f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": HEAD + f'<styleSheet xmlns="{SPREADSHEET}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Arial"/></font>'
    '<font><b/><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_XLSX_START = (
    HEAD + f'<worksheet xmlns="{SPREADSHEET}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES_OF_ODS = (
    f'xmlns:office="{_SPACE}:office:1.0" xmlns:table="{_SPACE}:table:1.0" xmlns:text="{_SPACE}:text:1.0" '
    f'xmlns:style="{_SPACE}:style:1.0" xmlns:number="{_SPACE}:datastyle:1.0" '
    f'xmlns:fo="{_SPACE}:xsl-fo-compatible:1.0" office:version="1.3"'
)
_ODS = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": _XML + f'<manifest:manifest xmlns:manifest="{_SPACE}:manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" manifest:version="1.3" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
}
_ODS_START = (
    _XML + f"<office:document-content {_SPACES_OF_ODS}><office:automatic-styles>"
    '<number:date-style style:name="iso"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    '</number:date-style><style:style style:name="day" style:family="table-cell" style:data-style-name="iso"/>'
    '<style:style style:name="bold" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    '</style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="{sheet}">'
    '<table:table-column table:number-columns-repeated="{columns}"/>'
)
_ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"
