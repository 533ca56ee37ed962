"""A draft document as it is commented on: the frozen version, its sections and clauses by their numbers (R-059)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consultations.domain import specifications
from consultations.models import Consultation


@dataclass(frozen=True)
class Part:
    """A section (3) or one of its clauses (3.2). `html` was rendered and cleaned when the version was published.

    `id` is of its block, which stays when it is moved. `digest` is the SHA-256 of its words.
    """

    id: str
    number: str
    heading: str
    html: str
    digest: str
    openness: str = ""
    target: str = ""
    on: str = ""
    clauses: tuple["Part", ...] = ()

    @property
    def name(self) -> str:
        """What it is called where it stands alone: “3.2 Waiting times”."""
        return f"{self.number} {self.heading}".strip()


@dataclass(frozen=True)
class Document:
    """One frozen version of a document. `version` is the row of the pages' package."""

    version: Any
    sections: tuple[Part, ...]

    def parts(self) -> Iterator[Part]:
        """Every section, each followed by its clauses, in the order they are read."""
        for section in self.sections:
            yield section
            yield from section.clauses

    def numbered(self, number: str) -> Part | None:
        """The part with this number, or `None`."""
        return next((part for part in self.parts() if part.number == number), None)


def document_of(consultation: Consultation) -> Document | None:
    """What this consultation lets people comment on: the version it pins, or `None`. One query."""
    version = specifications.pinned_version(consultation)
    return read(version) if version else None


def asked_on(version: Any, *, at: datetime) -> Consultation | None:
    """The listed consultation in which people can comment on this version now, or `None`. One query."""
    pinned = Consultation.objects.open(at=at).listed().filter(specification_revision=version.revision_id)
    found: Consultation | None = pinned.order_by("closes_at", "pk").first()
    return found


def read(version: Any) -> Document:
    """A frozen version in its parts. No query."""
    return Document(version, tuple(_section(section) for section in version.content))


def _section(section: dict[str, Any]) -> Part:
    clauses = tuple(_clause(clause) for clause in section["clauses"])
    words = [section["title"], section["introduction"], *(clause.digest for clause in clauses)]
    return Part(
        id=section["id"],
        number=str(section["number"]),
        heading=section["title"],
        html=section["introduction"],
        digest=digest_of(*words),
        clauses=clauses,
    )


def _clause(clause: dict[str, Any]) -> Part:
    return Part(
        id=clause["id"],
        number=clause["number"],
        heading=clause["heading"],
        html=clause["html"],
        digest=digest_of(clause["heading"], clause["html"], clause["target"], clause["on"]),
        openness=clause["openness"],
        target=clause["target"],
        on=clause["on"],
    )


def digest_of(*words: str) -> str:
    """The SHA-256 of some texts in their order, as 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()
