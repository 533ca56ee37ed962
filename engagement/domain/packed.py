"""Files that are a zip of parts, workbooks among them: judged by their directory before any part is unpacked (U01).

A directory that lies ends in an error: a part is unpacked up to the size it declared, and its checksum must then agree.
"""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from engagement.domain.grid import DAMAGED, TOO_MUCH, Limits
from engagement.domain.tabular import CellProblem, TableRefused

LOCKED = "The file is locked with a password. Save it without one and try again."
ENCRYPTED = 0x1
UNWANTED = {
    "vbaproject.bin": "macros",
    "vbadata.xml": "macros",
    "macrosheets/": "macros",
    "xlm/": "macros",
    "basic/": "macros",
    "scripts/": "macros",
    "dialogs/": "macros",
    "externallinks/": "links to other files",
    "connections.xml": "links to other data",
    "querytables/": "links to other data",
    "embeddings/": "another file inside it",
    "activex/": "controls",
    "ctrlprops/": "controls",
    "customui/": "controls",
    "object ": "another file inside it",
    "model/": "links to other data",
}


def refused(message: str, place: str = "") -> TableRefused:
    """One reason why a file is not taken, in a refusal."""
    return TableRefused([CellProblem(message, place=place)])


class Package:
    """A zip whose directory was judged and found harmless. Raises `TableRefused` when it is not."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except Exception as error:  # whatever a damaged or hostile directory makes the reader raise
            raise refused(DAMAGED) from error
        _judge(entries, limits)
        self.names = [entry.filename for entry in entries]
        self._entries = {entry.filename: entry for entry in entries}

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def part(self, name: str) -> bytes:
        """What a part holds, at most as much as the directory said."""
        try:
            with self._zip.open(self._entries[name]) as part:
                return part.read()
        except MemoryError:
            raise
        except Exception as error:  # a wrong checksum, a cut end, a size that was a lie
            raise refused(DAMAGED) from error

    def tree(self, name: str) -> Any:
        """A part as XML. Declarations of document types, and with them entities of any kind, are refused (U04)."""
        try:
            return ElementTree.fromstring(self.part(name), forbid_dtd=True)
        except DefusedXmlException as error:
            raise refused("The file declares abbreviations of its own, which no spreadsheet does.") from error
        except TableRefused:
            raise
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise refused(DAMAGED) from error


def _judge(entries: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if len(entries) > limits.entries or unpacked > limits.unpacked or unpacked > limits.ratio * max(packed, 1):
        raise refused(TOO_MUCH)
    names = [one.filename.lower() for one in entries]
    if len(set(names)) != len(names):
        raise refused(DAMAGED)
    for one, name in zip(entries, names, strict=True):
        if one.file_size > limits.part or one.file_size > limits.ratio * max(one.compress_size, 1):
            raise refused(TOO_MUCH)
        if one.flag_bits & ENCRYPTED:
            raise refused(LOCKED)
        if one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise refused(DAMAGED)
        _refuse_unwanted(name)


def _refuse_unwanted(name: str) -> None:
    for part, words in UNWANTED.items():
        if name.startswith(part) or f"/{part}" in f"/{name}":
            raise refused(f"The file contains {words}, and nothing of the kind is opened here. Send it without.")


def local(tag: str) -> str:
    """The name of an XML element without its namespace: the standard has two, and both are read."""
    return tag.rpartition("}")[2]
