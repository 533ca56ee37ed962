"""Taking out of a file all that tells of its maker: pictures are drawn anew from their points, texts kept as words.

What a file is, its first bytes say, never its name. Only kinds are taken of which nothing hidden can be left: a PDF or
an office document holds names, dates and older words in places that nothing here could clear for certain
(docs/decisions/0023).
"""

import re
import struct
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps

from consultations.domain.answers import tidy

LARGEST = 10 * 1024 * 1024  # bytes of one file as it arrives
MOST_POINTS = 25_000_000  # of a picture; a phone makes twelve or twenty-four million
MOST_SCANS = 64  # over a picture that a JPEG draws step by step; ten are usual
LONGEST_SIDE = 2400  # points of what is kept: enough to read a photographed page
LONGEST_TEXT = 50_000  # characters
QUALITY = 85
LARGEST_PNG = 3 * 1024 * 1024  # bytes of what is kept; a larger one is a photograph, which a JPEG keeps in far fewer
KINDS = (b"\xff\xd8\xff", "JPEG", "jpg"), (b"\x89PNG\r\n\x1a\n", "PNG", "png")
# Text, to a machine; but with room for who wrote it.
MARKED_UP = ("%PDF", "%!PS", "{\\rtf", "<")
NEITHER = (
    "is neither a picture (JPEG or PNG) nor plain text. Other files can hold who made them, so we do not take them:"
    " send a photo of the page, or copy the words into a plain text file"
)
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    MemoryError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
# Where something begins in a JPEG: nothing of the points themselves, nor what only restarts them.
_MARKER = re.compile(rb"\xff+([\x02-\xcf\xd8-\xfe])")
_SCAN, _END = b"\xda", b"\xd9"
_one_at_a_time = Lock()  # so that pictures sent at the same moment do not fill the memory together


class FileUnfit(Exception):
    """A file that is not taken. The message goes on from its name: "is larger than 10 MB"."""


@dataclass(frozen=True)
class Stripped:
    """What is kept of a file: `ending` is jpg, png or txt."""

    ending: str
    content: bytes


def stripped(content: bytes) -> Stripped:
    """The file with nothing left but what can be seen or read. Raises `FileUnfit`."""
    if not content:
        raise FileUnfit("is empty")
    if len(content) > LARGEST:
        raise FileUnfit(f"is larger than {LARGEST // 1024 // 1024} MB. Choose a smaller one")
    for beginning, name, ending in KINDS:
        if content.startswith(beginning):
            with _one_at_a_time:
                return _drawn_anew(content, name, ending)
    return Stripped("txt", _plain_words(content).encode())


def _drawn_anew(content: bytes, name: str, ending: str) -> Stripped:
    """The points of a picture, upright and at most so large, in a file that was made here."""
    try:
        if name == "JPEG":
            _refuse_many_scans(content)
        with Image.open(BytesIO(content), formats=[name]) as picture:
            _refuse_large(picture)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is read at a half or a quarter
            picture.load()
            clear = name == "PNG" and ("A" in picture.getbands() or "transparency" in picture.info)
            seen = _upright(picture).convert("RGBA" if clear else "RGB")
        seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        bare = Image.frombytes(seen.mode, seen.size, seen.tobytes())
    except _BROKEN as error:
        raise FileUnfit("is damaged: we cannot open it as a picture") from error
    if name == "PNG":
        kept = BytesIO()
        bare.save(kept, "PNG")
        if kept.tell() <= LARGEST_PNG:
            return Stripped(ending, kept.getvalue())
        bare = _on_white(bare)
    kept = BytesIO()
    bare.save(kept, "JPEG", quality=QUALITY)
    return Stripped("jpg", kept.getvalue())


def _on_white(picture: Image.Image) -> Image.Image:
    """The same without anything to be seen through."""
    if picture.mode == "RGB":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _refuse_large(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_POINTS:
        raise FileUnfit(f"is too large a picture: {width:,} by {height:,} points. Send a smaller copy")


def _refuse_many_scans(content: bytes) -> None:
    """Each scan goes over all points again and takes a few bytes: a small file could keep a machine busy for an hour.

    What stands behind the end, as the film of a moving photo does, is not looked at.
    """
    scans, at = 0, 2
    while (found := _MARKER.search(content, at)) and found[1] != _END:
        scans += found[1] == _SCAN
        if scans > MOST_SCANS:
            raise FileUnfit("is drawn in too many steps. Send a copy of it, such as a screenshot")
        at = found.end() + int.from_bytes(content[found.end() : found.end() + 2])


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its camera noted, which a broken note does not stop."""
    with suppress(*_BROKEN):
        return ImageOps.exif_transpose(picture)
    return picture


def _plain_words(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        words = content.decode("utf-16" if wide else "utf-8").replace("\ufeff", "")
    except UnicodeDecodeError as error:
        raise FileUnfit(NEITHER) from error
    if words.lstrip().startswith(MARKED_UP) or "\x00" in words:
        raise FileUnfit(NEITHER)
    words = tidy(words)
    if not words:
        raise FileUnfit("has no words in it")
    if len(words) > LONGEST_TEXT:
        raise FileUnfit(f"has more than {LONGEST_TEXT:,} characters. Send a part of it")
    return words
