"""The cells of an ODS spreadsheet as they are stored, repeated rows and columns counted, not unfolded when empty."""

from collections.abc import Iterator
from typing import Any

from engagement.domain.grid import DAMAGED, Cell, Kind, Sheet, Tally, number_text
from engagement.domain.packed import LOCKED, Package, local, refused

TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MOST_REPEATED = 2_000_000  # of a row or column that says how often it stands: more than any spreadsheet has
KINDS = {
    "float": Kind.NUMBER,
    "percentage": Kind.NUMBER,
    "currency": Kind.NUMBER,
    "date": Kind.DATE,
    "time": Kind.DATE,
    "boolean": Kind.YES_NO,
}
LINKED = {"dde-links", "dde-source", "dde-link", "table-source", "cell-range-source"}
RUN = {"script", "event-listeners"}
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#REF!", "#VALUE!", "#NUM!", "Err:")


def read_ods(package: Package, tally: Tally) -> list[Sheet]:
    """The sheets of a spreadsheet of the kind that LibreOffice writes."""
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.part("META-INF/manifest.xml"):
        raise refused(LOCKED)
    tree = package.tree("content.xml")
    _refuse_what_runs_or_links(tree)
    styles = {_own(one, "name"): one for one in tree.iter() if local(one.tag) == "style"}
    sheets: list[Sheet] = []
    for table in tree.iter():
        if local(table.tag) != "table":
            continue
        name = _own(table, "name")
        if len(sheets) >= tally.limits.sheets or any(one.name.casefold() == name.casefold() for one in sheets):
            raise refused("The file has too many sheets, or two of the same name.")
        sheet = Sheet(name=name[:31] or "Sheet", hidden=_is_hidden_table(styles.get(_own(table, "style-name"))))
        _read_table(table, sheet, tally)
        sheets.append(sheet)
    if not sheets:
        raise refused(DAMAGED)
    return sheets


def _refuse_what_runs_or_links(tree: Any) -> None:
    for one in tree.iter():
        name = local(one.tag)
        if name in LINKED:
            raise refused("The file contains links to other files, which are never opened here.")
        if name in RUN:
            raise refused("The file contains macros, which are never opened here.")


def _own(element: Any, name: str) -> str:
    """An attribute by its name, whatever its namespace is called."""
    return next((value for attribute, value in element.items() if local(attribute) == name), "")


def _is_hidden_table(style: Any) -> bool:
    return style is not None and any(_own(one, "display") == "false" for one in style)


def _times(element: Any, name: str) -> int:
    text = _own(element, name)
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_REPEATED):
        raise refused(DAMAGED)
    return int(text)


def _read_table(table: Any, sheet: Sheet, tally: Tally) -> None:
    row, column = 1, 1
    for element in _parts(table):
        name = local(element.tag)
        if name == "table-column":
            times = _times(element, "number-columns-repeated")
            if _own(element, "visibility") in {"collapse", "filter"}:
                sheet.hidden_columns += range(column, min(column + times, tally.limits.columns + 1))
            column += times
        elif name == "table-row":
            times = _times(element, "number-rows-repeated")
            if _own(element, "visibility") in {"collapse", "filter"}:
                sheet.hidden_rows += range(row, min(row + times, tally.limits.rows + 1))
            _read_row(element, row, times, sheet, tally)
            row += times


def _parts(table: Any) -> Iterator[Any]:
    """Columns and rows in their order, out of the groups and headers that hold them."""
    for element in table:
        if local(element.tag) in {"table-column", "table-row"}:
            yield element
        elif local(element.tag).startswith(("table-row", "table-column", "table-header")):
            yield from _parts(element)


def _read_row(line: Any, row: int, rows: int, sheet: Sheet, tally: Tally) -> None:
    column = 1
    for element in line:
        if local(element.tag) not in {"table-cell", "covered-table-cell"}:
            continue
        times = _times(element, "number-columns-repeated")
        if _own(element, "number-columns-spanned") > "1" or _own(element, "number-rows-spanned") > "1":
            sheet.merged.append(f"row {row}")
        cell = _cell(element)
        if cell is not None:
            for down in range(rows):
                for along in range(times):
                    tally.keep(sheet, row + down, column + along, cell)
        column += times


def _cell(element: Any) -> Cell | None:
    said = "\n".join("".join(_words(line)) for line in element if local(line.tag) == "p")
    formula = _own(element, "formula")
    if formula:
        return Cell(Kind.FORMULA, formula.removeprefix("of:")[:60])
    kind = _own(element, "value-type")
    if kind not in KINDS:
        shown = Kind.ERROR if said.startswith(ERRORS) else Kind.TEXT
        return Cell(shown, said) if said else None
    value = _own(element, "value") or _own(element, "date-value") or _own(element, "time-value") or said
    if KINDS[kind] == Kind.NUMBER:
        return Cell(Kind.NUMBER, number_text(value))
    if kind == "boolean":
        return Cell(Kind.YES_NO, "Yes" if _own(element, "boolean-value") == "true" else "No")
    return Cell(Kind.DATE, value)


def _words(line: Any) -> Iterator[str]:
    yield line.text or ""
    for part in line:
        name = local(part.tag)
        if name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name == "s":
            yield " " * min(_times(part, "c"), 1000)
        elif name != "annotation":
            yield from _words(part)
        yield part.tail or ""
