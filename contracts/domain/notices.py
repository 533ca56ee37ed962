"""Public notices in the Open Contracting standard, read as strangers wrote them: what each says was agreed, or why
nothing was.

A notice is hostile input. What is not text where text belongs, or no number where a number belongs, counts as not
given; what is not given stays unknown. Pure.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from contracts.models import PartialDate
from engagement.domain.tabular import MAX_BYTES, CellProblem, TableRefused

LONGEST = 200
LONGEST_NOTE = 2000
MAX_RELEASES = 5_000
# Less than this stands in a box that had to be filled.
LEAST_VALUE, MOST_VALUE = Decimal(1), Decimal(10) ** 12
WHY_NOTHING = {
    "planning": "it is a planning notice: nothing has been awarded",
    "planningUpdate": "it is a planning notice: nothing has been awarded",
    "tender": "it is a tender notice: nothing has been awarded",
    "tenderUpdate": "it is a tender notice: nothing has been awarded",
    "tenderAmendment": "it changes a tender notice: nothing has been awarded",
    "tenderCancellation": "the tender was cancelled",
    "awardCancellation": "the award was cancelled",
}
# Line ends that lost their backslashes: "rnrn" anywhere, "rn" after the end of a sentence or before an item of a list.
LOST = re.compile(r"(?:rn[ \t]*){2,}|(?<=[.:;!?)])[ \t]*rn(?=[\s A-Z0-9•*–—-]|$)")
LOST_BEFORE_CAPITAL = re.compile(r"(?<=[a-z0-9,E])rn(?=[A-Z][a-z])")
# Half of a character (`\ud800`) can be written in JSON, and kept nowhere.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Agreed:
    """What one notice says was agreed. `identifier` is the notice's own, and `remarks` say what it left open."""

    row: int
    identifier: str
    title: str
    buyer: str
    suppliers: tuple[str, ...]
    company_number: str
    value: Decimal | None
    starts: PartialDate | None
    ends: PartialDate | None
    source_url: str
    description: str
    published: str
    remarks: list[str] = field(default_factory=list)

    @property
    def note(self) -> str:
        """What stands beside the agreement: the remarks, then the notice's own description."""
        return "\n\n".join([*self.remarks, self.description])[:LONGEST_NOTE].strip()


@dataclass(frozen=True)
class Nothing:
    """A notice without an agreement, and why."""

    row: int
    identifier: str
    reason: str


def read_releases(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """The releases of a file: one JSON object a line, a list of them, or a release package. Numbered as they stand.

    Raises `TableRefused` for what is none of these.
    """
    if len(content) > MAX_BYTES:
        raise TableRefused([CellProblem(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefused([CellProblem("The file is not JSON in UTF-8.")]) from error
    releases = _whole(text) or _by_line(text)
    problems = [
        CellProblem("is not a release: it has no “ocid”.", number)
        for number, release in releases
        if not isinstance(release, dict) or not isinstance(release.get("ocid"), str)
    ]
    if not releases:
        problems.append(CellProblem("There is no release in the file."))
    if len(releases) > MAX_RELEASES:
        problems.append(CellProblem(f"There are more than {MAX_RELEASES:,} releases in the file."))
    if problems:
        raise TableRefused(problems[:50])
    return releases


def _whole(text: str) -> list[tuple[int, Any]]:
    """The releases of a package or a list; none when the file is not one JSON value."""
    try:
        said = _parse(text)
    except ValueError:
        return []
    if isinstance(said, dict) and "ocid" not in said:
        said = said.get("releases")
    listed = said if isinstance(said, list) else [said]
    return list(enumerate(listed, start=1))


def _by_line(text: str) -> list[tuple[int, Any]]:
    found: list[tuple[int, Any]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                found.append((number, _parse(line)))
            except ValueError as error:
                raise TableRefused([CellProblem("is not JSON.", number)]) from error
    return found


def _parse(text: str) -> Any:
    """JSON with exact numbers. What is nested without end, or is no number (`NaN`), is a `ValueError` too."""
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested without end") from None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def agreements_in(releases: list[tuple[int, dict[str, Any]]]) -> list[Agreed | Nothing]:
    """What each release says, in their order. Of several about one process the latest holds."""
    latest: dict[str, int] = {}
    dates: dict[str, str] = {}
    for number, release in releases:
        said, ocid = _text(release.get("date")), release["ocid"]
        if ocid not in latest or said >= dates[ocid]:
            latest[ocid], dates[ocid] = number, said
    found: list[Agreed | Nothing] = []
    for number, release in releases:
        if latest[release["ocid"]] != number:
            later = f"a later release of the same process stands in row {latest[release['ocid']]}"
            found.append(Nothing(number, _identifier(release), later))
        else:
            found += _of_release(number, release)
    return found


def _of_release(number: int, release: dict[str, Any]) -> list[Agreed | Nothing]:
    awards = [award for award in _list(release.get("awards")) if isinstance(award, dict)]
    if not awards:
        tags = [tag for tag in _list(release.get("tag")) if isinstance(tag, str)]
        why = next((WHY_NOTHING[tag] for tag in tags if tag in WHY_NOTHING), "it holds no award")
        return [Nothing(number, _identifier(release), why)]
    return [_of_award(number, release, award) for award in awards]


def _of_award(number: int, release: dict[str, Any], award: dict[str, Any]) -> Agreed | Nothing:
    tender = _dict(release.get("tender"))
    identifier = f"{_identifier(release)}/{_line(award.get('id'))[:60]}".rstrip("/")
    title = _line(award.get("title")) or _line(tender.get("title")) or _line(release.get("title"))
    buyer = _line(_dict(release.get("buyer")).get("name"))
    if award.get("status") not in (None, "active"):
        return Nothing(number, identifier, f"the award is “{_line(award.get('status'))[:40]}”")
    if not title:
        return Nothing(number, identifier, "it has no title")
    if not buyer or len(buyer) > LONGEST:
        return Nothing(number, identifier, "it does not say in so many words who awarded it")
    remarks: list[str] = []
    period = _dict(award.get("contractPeriod")) or _dict(tender.get("contractPeriod"))
    starts, ends = _day(period.get("startDate")), _day(period.get("endDate"))
    if starts and ends and ends.latest < starts.earliest:
        return Nothing(number, identifier, f"it would end ({ends}) before it starts ({starts})")
    awarded = _day(award.get("date"))
    remarks += [f"Awarded {awarded}."] if awarded else []
    suppliers = _suppliers(award)
    if len(title) > LONGEST:
        remarks.append(f"The whole title: {title}")
        title = title[: LONGEST - 1] + "…"
    return Agreed(
        row=number,
        identifier=identifier,
        title=title,
        buyer=buyer,
        suppliers=suppliers,
        company_number=_company_number(release, award) if len(suppliers) == 1 else "",
        value=_value(_dict(award.get("value")) or _dict(tender.get("value")), remarks),
        starts=starts,
        ends=ends,
        source_url=_address(release, award),
        description=mended(_text(award.get("description")) or _text(tender.get("description"))),
        published=_text(release.get("date"))[:10],
        remarks=remarks,
    )


def mended(text: str) -> str:
    """A text as its writer saw it: lost line ends are line ends again, and what cannot be seen is gone."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if LOST.search(text):
        text = LOST_BEFORE_CAPITAL.sub("\n", LOST.sub("\n", text))
    lines = (re.sub(r"[ \t\xa0]+", " ", UNSEEN.sub("", line)).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _identifier(release: dict[str, Any]) -> str:
    return _line(release["ocid"])[:120]


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""


def _line(said: object) -> str:
    """Text that belongs on one line."""
    return " ".join(mended(_text(said)).split())


def _list(said: object) -> list[Any]:
    return said if isinstance(said, list) else []


def _dict(said: object) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def _day(said: object) -> PartialDate | None:
    """The day as the notice writes it. Its last second in winter time is no day of summer time: no zone is applied."""
    text = _text(said)[:10]
    try:
        return PartialDate.of(date.fromisoformat(text)) if text else None
    except ValueError:
        return None


def _value(said: dict[str, Any], remarks: list[str]) -> Decimal | None:
    """Pounds over the whole term. Nought, a penny and other currencies are not a value in pounds, and are said."""
    amount, currency = said.get("amount"), _line(said.get("currency"))[:10] or "GBP"
    if not isinstance(amount, Decimal):
        return None
    if not LEAST_VALUE <= amount < MOST_VALUE:
        words = f"The notice gives {currency} {amount:.4g} as its value, which stands for a value that is not given."
        remarks.append(words)
        return None
    if currency != "GBP":
        remarks.append(f"The notice gives its value in another currency: {currency} {amount:,}. It is not converted.")
        return None
    return amount.quantize(Decimal("0.01"))


def _suppliers(award: dict[str, Any]) -> tuple[str, ...]:
    names = (_line(_dict(supplier).get("name")) for supplier in _list(award.get("suppliers")))
    return tuple(dict.fromkeys(name for name in names if name))


def _company_number(release: dict[str, Any], award: dict[str, Any]) -> str:
    """The number at Companies House of the one supplier, where the notice gives it."""
    wanted = {_text(_dict(supplier).get("id")) for supplier in _list(award.get("suppliers"))}
    for party in _list(release.get("parties")):
        identifier = _dict(_dict(party).get("identifier"))
        if _text(_dict(party).get("id")) in wanted and identifier.get("scheme") == "GB-COH":
            number = _line(identifier.get("id")).upper()
            return number if re.fullmatch(r"[A-Z0-9]{8}", number, re.ASCII) else ""
    return ""


def _address(release: dict[str, Any], award: dict[str, Any]) -> str:
    """Where the notice can be read: the first address that is one."""
    documents = [*_list(award.get("documents")), *_list(_dict(release.get("tender")).get("documents"))]
    said = [_text(_dict(document).get("url")) for document in documents]
    said += [_text(_dict(link).get("href")) for link in _list(release.get("links"))]
    return next((url for url in said if is_address(url)), "")


def is_address(url: str) -> bool:
    """Whether it is a web address, whole and without surprises."""
    if len(url) > 500 or not re.fullmatch(r"https?://[A-Za-z0-9.-]+(/[\w./?=&%~:+#-]*)?", url, re.ASCII):
        return False
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
