"""Files that leave the site, streamed."""

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from engagement.domain.exports import csv_lines, in_blocks
from engagement.domain.spreadsheets import ods_blocks, xlsx_blocks

WORKBOOKS = {
    "xlsx": (xlsx_blocks, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ods": (ods_blocks, "application/vnd.oasis.opendocument.spreadsheet"),
}


def csv_response(*, name, header, rows):
    """A CSV download called `name`.csv. `rows` may be a generator: the file is sent while it is made."""
    blocks = in_blocks(csv_lines(header=header, rows=rows))
    reply = StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.csv")
    return reply


def table_response(*, kind, name, sheet, header, rows):
    """A download called `name` with its ending: CSV, or a workbook (`xlsx`, `ods`) whose one sheet is `sheet`."""
    if kind not in WORKBOOKS:
        return csv_response(name=name, header=header, rows=rows)
    blocks_of, content_type = WORKBOOKS[kind]
    reply = StreamingHttpResponse(blocks_of(sheet=sheet, header=header, rows=rows), content_type=content_type)
    reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.{kind}")
    return reply
