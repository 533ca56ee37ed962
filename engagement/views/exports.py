"""Files that leave the site, streamed."""

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from engagement.domain.exports import csv_lines, in_blocks


def csv_response(*, name, header, rows):
    """A CSV download called `name`.csv. `rows` may be a generator: the file is sent while it is made."""
    blocks = in_blocks(csv_lines(header=header, rows=rows))
    reply = StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.csv")
    return reply
