"""Files that somebody made to harm whoever reads them, built here from the workbook of a return; and random damage.

Each takes a good workbook and gives bytes. But for `HARMLESS` none of them is a return that should be kept.
"""

import io
import re
import struct
import zipfile

from openpyxl import load_workbook

from contracts.domain.workbook import FIGURES
from tests.contracts.sheets import TABLE, edited, saved, typed_into, with_cell

WORKBOOK, RELATIONS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>',
    "entity from a file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "entity from the web": '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    "type from the web": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}
REFERENCES = {"billion laughs": "&l9;", "quadratic": "&a;" * 20_000, "type from the web": "", "parameter entity": ""}


def all_of(good):
    """Every hand-made file by its name, built one at a time: (name, function of nothing)."""
    made = {name: (lambda name=name: doctype(good, name)) for name in DOCTYPES}
    made |= {name: (lambda build=build: build(good)) for name, build in PACKAGES.items()}
    made |= {name: (lambda cell=cell: with_cell(good, "D4", *cell)) for name, cell in CELLS.items()}
    return made


def doctype(good, name):
    """The table behind a declaration of a document type, with what it declares used in it."""

    def change(text):
        head, rest = text.split("?>", 1)
        return f"{head}?>{DOCTYPES[name]}{rest.replace('First contact', REFERENCES.get(name, '&e;'), 1)}"

    return edited(good, **{TABLE: change})


def rows(good, number, cell='<c r="D{0}"><v>1</v></c>'):
    """The table with so many rows more."""
    more = "".join(f'<row r="{n}">{cell.format(n)}</row>' for n in range(10, number + 1))
    return edited(good, **{TABLE: lambda text: text.replace("</sheetData>", f"{more}</sheetData>")})


def cell_of(good, size):
    """One cell of so many bytes, packed as tightly as it can be."""
    return with_cell(good, "D4", f"<is><t>{'9' * size}</t></is>", 't="inlineStr"')


def lying(good, name=TABLE, says=1000):
    """A directory that declares another size than a part has."""
    content = bytearray(cell_of(good, 3_000_000))
    place = content.rfind(name.encode()) - 46
    struct.pack_into("<I", content, place + 24, says)
    return bytes(content)


def sheet_state(good, state):
    return edited(good, **{WORKBOOK: lambda text: text.replace('sheetId="2"', f'state="{state}" sheetId="2"')})


def in_table(good, before, after, count=1):
    return edited(good, **{TABLE: lambda text: text.replace(before, after, count)})


def shared(good, texts, uses):
    """A table whose cells are strings of another part."""
    kind = f"{OFFICE}/sharedStrings"
    relation = f'<Relationship Id="rId9" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    cells = "".join(f'<row r="{n}"><c r="F{n}" t="s"><v>{n % 2}</v></c></row>' for n in range(10, 10 + uses))
    return edited(
        good,
        **{
            RELATIONS: lambda text: text.replace("</Relationships>", relation),
            TABLE: lambda text: text.replace("</sheetData>", f"{cells}</sheetData>"),
            "xl/sharedStrings.xml": f"<sst {MAIN}>{texts}</sst>",
        },
    )


def styles(good, number):
    many = '<xf numFmtId="14"/>' * number
    return edited(good, **{STYLES: lambda text: text.replace("<cellXfs", f"<cellXfs>{many}</cellXfs><x", 1)})


def part(good, name, text="x"):
    return edited(good, **{name: text})


def related(good, relation):
    return edited(good, **{RELATIONS: lambda text: text.replace("</Relationships>", f"{relation}</Relationships>")})


def entries(good, number):
    return edited(good, **{f"xl/media/{n}.txt": "" for n in range(number)})


def twice_named(good):
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(TABLE, b"<x/>")
    return out.getvalue()


def packed_otherwise(good, way):
    old, out = zipfile.ZipFile(io.BytesIO(good)), io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()


def locked(good):
    """The flag of a part that a password locks."""
    content = bytearray(good)
    for start, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for found in re.finditer(start, good):
            content[found.start() + offset] |= 1
    return bytes(content)


def hidden_row(good):
    return in_table(good, '<row r="4">', '<row r="4" hidden="1">')


def hidden_column(good):
    return in_table(good, '<col min="4"', '<col hidden="1" min="4"')


def merged(good, number):
    ranges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(2, number + 2))
    return in_table(good, "<dataValidations", f"<mergeCells>{ranges}</mergeCells><dataValidations")


def two_sheets_of_one_name(good):
    return edited(good, **{WORKBOOK: lambda text: text.replace("Start here", FIGURES)})


def without_table(good):
    book = load_workbook(io.BytesIO(good))
    del book[FIGURES]
    return saved(book)


def deep(good, number):
    return in_table(good, "<sheetData>", f"<sheetData>{'<x>' * number}{'</x>' * number}")


def ods(content, mimetype="application/vnd.oasis.opendocument.spreadsheet"):
    """A package of the other kind around this content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", mimetype)
        package.writestr("content.xml", content)
    return out.getvalue()


SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "script")
)


def ods_table(inside, before=""):
    return ods(
        f"<office:document-content {SPACES}>{before}<office:body><office:spreadsheet><table:table "
        f'table:name="Figures">{inside}</table:table></office:spreadsheet></office:body></office:document-content>'
    )


ODS_CELL = '<table:table-cell office:value-type="float" office:value="1"/>'
PACKAGES = {
    "nothing": lambda good: b"",
    "not a zip": lambda good: b"PK\x03\x04" + b"x" * 5000,
    "random bytes": lambda good: bytes(range(256)) * 200,
    "cut in half": lambda good: good[: len(good) // 2],
    "cut at the end": lambda good: good[:-30],
    "bytes before it": lambda good: b"#!/bin/sh\n" + good,
    "old kind": lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4000,
    "locked with a password": locked,
    "a web page": lambda good: b"<html><table><tr><td>1</td></tr></table></html>",
    "a rich page": lambda good: b'<?xml version="1.0"?><Workbook/>',
    "two rows in UTF-16": lambda good: "Code\t1\n".encode("utf-16"),
    "1,048,576 rows": lambda good: rows(good, 60_000, '<c r="D{0}"><v>{0}</v></c>'),
    "rows just under the cap": lambda good: rows(good, 42_000, '<c r="D{0}" s="3"><v>{0}</v></c>'),
    "empty rows without end": lambda good: rows(good, 60_000, ""),
    "a cell of 300 MB": lambda good: cell_of(good, 30_000_000),
    "a cell of two million": lambda good: cell_of(good, 1_900_000),
    "the last cell of a sheet": lambda good: in_table(
        good, "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    ),
    "a cell in another row": lambda good: in_table(good, '<c r="D4"', '<c r="D400000000"'),
    "a cell without sense": lambda good: in_table(good, '<c r="D4"', '<c r="ZZZZZZ-1"'),
    "a directory that lies low": lying,
    "a directory that lies high": lambda good: lying(good, says=2_000_000_000),
    "201 parts": lambda good: entries(good, 201),
    "a part twice": twice_named,
    "packed by bzip2": lambda good: packed_otherwise(good, zipfile.ZIP_BZIP2),
    "packed by lzma": lambda good: packed_otherwise(good, zipfile.ZIP_LZMA),
    "a zip in a zip": lambda good: part(ods(""), "inside.xlsx", good),
    "very hidden sheet": lambda good: sheet_state(good, "veryHidden"),
    "hidden sheet": lambda good: sheet_state(good, "hidden"),
    "hidden row": hidden_row,
    "hidden column": hidden_column,
    "merged cells": lambda good: merged(good, 1),
    "10,000 merged ranges": lambda good: merged(good, 10_000),
    "two sheets of one name": two_sheets_of_one_name,
    "no table": without_table,
    "a chart instead of the table": lambda good: edited(
        good, **{RELATIONS: lambda text: text.replace("/worksheet", "/chartsheet")}
    ),
    "macros": lambda good: part(good, "xl/vbaProject.bin"),
    "macros of the fourth generation": lambda good: part(good, "xl/macrosheets/sheet1.xml"),
    "links to files": lambda good: part(good, "xl/externalLinks/externalLink1.xml"),
    "a table outside": lambda good: related(
        good, f'<Relationship Id="rId8" Type="{OFFICE}/worksheet" Target="http://127.0.0.1:9/" TargetMode="External"/>'
    ),
    "a table up the tree": lambda good: edited(
        good, **{RELATIONS: lambda text: text.replace("worksheets/sheet2", "../../../etc/passwd")}
    ),
    "data connections": lambda good: part(good, "xl/connections.xml"),
    "another file inside": lambda good: part(good, "xl/embeddings/oleObject1.bin"),
    "controls": lambda good: part(good, "xl/activeX/activeX1.bin"),
    "strings used over and over": lambda good: shared(good, f"<si><t>{'x' * 19_000}</t></si>" * 2, 900),
    "a string that is not there": lambda good: shared(good, "", 1),
    "a million strings": lambda good: shared(good, "<si><t/></si>" * 140_000, 1),
    "a million styles": lambda good: styles(good, 100_000),
    "elements within elements": lambda good: deep(good, 200_000),
    "no relations": lambda good: edited(good, **{RELATIONS: b""}),
    "half an element": lambda good: in_table(good, "</sheetData>", ""),
    "another namespace": lambda good: in_table(good, "spreadsheetml", "somethingelse"),
    "a document of words": lambda good: ods("<x/>", "application/vnd.oasis.opendocument.text"),
    "ODS without end": lambda good: ods_table(
        f'<table:table-row table:number-rows-repeated="1048576">{ODS_CELL}</table:table-row>'
    ),
    "ODS as wide as can be": lambda good: ods_table(
        f"<table:table-row>{ODS_CELL.replace('<table:table-cell', '<table:table-cell table:number-columns-repeated=' + chr(34) + '16384' + chr(34))}</table:table-row>"  # noqa: E501
    ),
    "ODS with a count of nonsense": lambda good: ods_table(
        f'<table:table-row table:number-rows-repeated="-{"9" * 400}">{ODS_CELL}</table:table-row>'
    ),
    "ODS with DDE": lambda good: ods_table("<table:dde-links/>"),
    "ODS with links": lambda good: ods_table("<table:table-source/>"),
    "ODS with macros": lambda good: ods_table("", before="<office:scripts><office:script/></office:scripts>"),
    "a formula with its value": lambda good: typed_into(good, {"D4": "=1+1"}),
}
HARMLESS = {"empty rows without end", "another namespace"}  # odd, and yet just the template
CELLS = {
    "not a number": ("<v>NaN</v>",),
    "infinity": ("<v>INF</v>",),
    "1E400": ("<v>1E400</v>",),
    "formula with what it showed": ("<f>1+1</f><v>2</v>",),
    "formula that was never worked out": ("<f>1+1</f>",),
    "DDE in a cell": ("<f>cmd|'/c calc'!A0</f>",),
    "error": ("<v>#REF!</v>", 't="e"'),
}


def damaged(good, chance):
    """A workbook with a few random faults: bits turned over, chunks moved, cut, doubled; parts changed inside."""
    ways = (_bits, _swap, _cut, _double, _inside, _inside)
    content = good
    for _ in range(chance.randint(1, 3)):
        content = chance.choice(ways)(content, chance) or content
    return content


def _bits(content, chance):
    changed = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _swap(content, chance):
    one, two = sorted(chance.sample(range(len(content)), 2))
    size = min(chance.randint(1, 200), two - one)
    return (
        content[:one]
        + content[two : two + size]
        + content[one + size : two]
        + content[one : one + size]
        + content[two + size :]
    )


def _cut(content, chance):
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 100) :]


def _double(content, chance):
    start = chance.randrange(len(content))
    return content[:start] + content[start : start + chance.randint(1, 500)] * 2 + content[start:]


def _inside(content, chance):
    """Damage to one part before it is packed: its directory and checksum are right."""
    try:
        name = chance.choice(zipfile.ZipFile(io.BytesIO(content)).namelist())
        return edited(content, **{name: _bits(zipfile.ZipFile(io.BytesIO(content)).read(name) or b"x", chance)})
    except Exception:  # noqa: BLE001  it was damaged before
        return content
