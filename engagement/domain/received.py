"""Files that somebody sends to be kept: what is taken, by its name, its first bytes and its size.

Nobody opens one here: it is kept and given back as it came, as an attachment.
"""

from __future__ import annotations

import hashlib
from typing import Any

from engagement.domain.refused import Refused

LARGEST = 10 * 1024 * 1024  # bytes of one file
LONGEST_NAME = 100
# The endings that are taken, with what a file of that kind begins with. Nothing that a computer would run.
BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".docx": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
    ".odt": b"PK\x03\x04",
    ".ods": b"PK\x03\x04",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".txt": b"",
    ".csv": b"",
}


def fields_of_file(name: str, content: bytes, *, refused: type[Refused]) -> dict[str, Any]:
    """What a row keeps of a file: its name, its content, how long it is and its SHA-256.

    Raises `refused` for a file that is empty, above 10 MB, or of a kind that is not taken by name or by first bytes.
    """
    if not content or len(content) > LARGEST:
        raise refused(f"Choose a file that is not empty and at most {LARGEST >> 20} MB.", field="file")
    ending = next((known for known in BEGINNINGS if name.lower().endswith(known)), None)
    if ending is None:
        raise refused(f"Choose a file that ends in one of {', '.join(BEGINNINGS)}.", field="file")
    if not content.startswith(BEGINNINGS[ending]):
        raise refused(f"This file is called {ending}, and is something else inside.", field="file")
    return {
        "file_name": name[-LONGEST_NAME:],
        "content": content,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
