"""The cells of an XLSX workbook exactly as they are stored: what was typed, and what only looks typed.

Libraries answer with values: a formula that was never worked out is then an empty cell, `NaN` makes the whole file
unreadable, and one cell in the last corner is a million rows. A return must tell these apart, cell by cell (K01, K07).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from posixpath import normpath
from typing import Any

from engagement.domain.grid import DAMAGED, DAY_NOUGHT, Cell, Kind, Sheet, Tally, number_text
from engagement.domain.packed import Package, local, refused

WORKBOOK = "xl/workbook.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built in, ECMA-376 part 1, 18.8.30
_LATEST_DAY = 2_958_465  # 31 December 9999
MOST_MERGED = 20


def read_xlsx(package: Package, tally: Tally) -> list[Sheet]:
    """The sheets of a workbook. Nothing is worked out and nothing outside the file is asked for."""
    targets = _targets(package)
    texts, dates = _shared(package, targets), _date_styles(package, targets)
    sheets: list[Sheet] = []
    for found in package.tree(WORKBOOK).iter():
        if local(found.tag) != "sheet":
            continue
        name = found.get("name") or ""
        if len(sheets) >= tally.limits.sheets or any(one.name.casefold() == name.casefold() for one in sheets):
            raise refused("The file has too many sheets, or two of the same name.")
        sheet = Sheet(name=name[:31], hidden=found.get("state", "visible") != "visible")
        key = next((value for attribute, value in found.items() if local(attribute) == "id"), "")
        path, kind = targets.get(key, ("", ""))
        if kind != "worksheet" or path not in package:
            raise refused(f"“{name[:31]}” is not a sheet of cells. Delete it and try again.")
        _read_sheet(package.tree(path), sheet, texts, dates, tally)
        sheets.append(sheet)
    if not sheets:
        raise refused(DAMAGED)
    return sheets


def _targets(package: Package) -> dict[str, tuple[str, str]]:
    """The parts that the workbook names, by their key: path and kind. Links out of the file are refused."""
    found = {}
    for one in package.tree("xl/_rels/workbook.xml.rels").iter():
        if local(one.tag) != "Relationship":
            continue
        if one.get("TargetMode") == "External":
            raise refused("The file contains links to other files, which are never opened here.")
        target = one.get("Target") or ""
        path = normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
        found[one.get("Id") or ""] = (path, (one.get("Type") or "").rpartition("/")[2])
    return found


def _of_kind(package: Package, targets: Mapping[str, tuple[str, str]], wanted: str) -> Any:
    path = next((path for path, kind in targets.values() if kind == wanted and path in package), None)
    return package.tree(path) if path else None


def _shared(package: Package, targets: Mapping[str, tuple[str, str]]) -> list[str]:
    tree = _of_kind(package, targets, "sharedStrings")
    return [] if tree is None else [_text(one) for one in tree if local(one.tag) == "si"]


def _text(element: Any) -> str:
    """The words of a string, its runs joined, without how they are spoken; escapes read, line ends in one way."""
    said = "".join(_runs(element))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said).replace("\r\n", "\n").replace("\r", "\n")


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        name = local(child.tag)
        if name == "t":
            yield child.text or ""
        elif name == "r":
            yield from _runs(child)


def _date_styles(package: Package, targets: Mapping[str, tuple[str, str]]) -> set[int]:
    """The numbers of the styles that show a number as a date or a time of day."""
    tree = _of_kind(package, targets, "styles")
    if tree is None:
        return set()
    formats = set(_DATE_FORMATS)
    styles: list[int] = []
    for part in tree:
        if local(part.tag) == "numFmts":
            for one in part:
                code = _QUOTED.sub("", one.get("formatCode") or "").lower()
                if any(letter in code for letter in "dmyhs") and "general" not in code:
                    formats.add(_whole(one.get("numFmtId")))
        elif local(part.tag) == "cellXfs":
            styles = [_whole(one.get("numFmtId")) for one in part]
    return {number for number, used in enumerate(styles) if used in formats}


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _read_sheet(tree: Any, sheet: Sheet, texts: list[str], dates: set[int], tally: Tally) -> None:
    for part in tree:
        name = local(part.tag)
        if name == "cols":
            _hidden_columns(part, sheet, tally.limits.columns)
        elif name == "mergeCells":
            sheet.merged += [(one.get("ref") or "")[:20] for one in part][:MOST_MERGED]
        elif name == "sheetData":
            row = 0
            for line in part:
                row = _whole(line.get("r")) or row + 1
                if line.get("hidden") in {"1", "true"} and row <= tally.limits.rows:
                    sheet.hidden_rows.append(row)
                _read_row(line, row, sheet, texts, dates, tally)


def _hidden_columns(part: Any, sheet: Sheet, most: int) -> None:
    for one in part:
        if one.get("hidden") in {"1", "true"}:
            last = min(_whole(one.get("max")), most)
            sheet.hidden_columns += range(max(_whole(one.get("min")), 1), last + 1)


def _read_row(line: Any, row: int, sheet: Sheet, texts: list[str], dates: set[int], tally: Tally) -> None:
    column = 0
    for element in line:
        column = _column(element.get("r"), row) or column + 1
        cell = _cell(element, texts, dates)
        if cell is not None:
            tally.keep(sheet, row, column, cell)


def _column(reference: str | None, row: int) -> int:
    """The column of a cell's address; a cell that says it stands in another row than its own is a damaged file."""
    if not reference:
        return 0
    found = _REFERENCE.fullmatch(reference)
    if not found or int(found[2]) != row:
        raise refused(DAMAGED)
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number


def _cell(element: Any, texts: list[str], dates: set[int]) -> Cell | None:
    parts = {local(child.tag): child for child in element}
    said = parts["v"].text or "" if "v" in parts else ""
    if "f" in parts:
        return Cell(Kind.FORMULA, (parts["f"].text or said)[:60])
    kind = element.get("t", "n")
    if kind == "inlineStr":
        text = _text(parts["is"]) if "is" in parts else ""
        return Cell(Kind.TEXT, text) if text else None
    if not said.strip():
        return None
    if kind == "s":
        place = _whole(said.strip())
        if place >= len(texts) or not said.strip().isdigit():
            raise refused(DAMAGED)
        return Cell(Kind.TEXT, texts[place]) if texts[place] else None
    if kind == "n":
        return _number(said.strip(), _whole(element.get("s")) in dates)
    return Cell(_KINDS.get(kind, Kind.TEXT), _YES_NO.get(said.strip(), said) if kind == "b" else said)


_KINDS = {"b": Kind.YES_NO, "e": Kind.ERROR, "d": Kind.DATE, "str": Kind.TEXT}
_YES_NO = {"1": "Yes", "true": "Yes", "0": "No", "false": "No"}


def _number(said: str, is_date: bool) -> Cell:
    text = number_text(said)
    if not is_date:
        return Cell(Kind.NUMBER, text)
    days = int(text.partition(".")[0]) if re.fullmatch(r"\d{1,7}(\.\d+)?", text, re.ASCII) else -1
    shown = (DAY_NOUGHT + timedelta(days=days)).isoformat() if 0 < days <= _LATEST_DAY else text
    return Cell(Kind.DATE, shown)
