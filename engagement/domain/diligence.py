"""Due diligence of organisations: what was checked, until when it holds, and documents that are sent to be checked.

The kinds are those of the office's commissioning framework (R-006, R-147) and, for debarment, of the Procurement Act
2023, sections 57 to 62: a supplier on the debarment list or with an exclusion ground is looked at before an award. The
record hinders nothing by itself: it says what is missing where somebody decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.outbox import announce
from engagement.domain.queries import people_of_office
from engagement.domain.received import fields_of_file
from engagement.domain.refused import Refused
from engagement.enums import (
    SENT_BY_ORGANISATIONS,
    Audience,
    CheckKind,
    CheckOutcome,
    EventKind,
    Role,
    SentState,
)
from engagement.models import Activity, Check, Organisation, SentDocument, User

SOON = timedelta(days=60)


class CheckRefused(Refused):
    """The check or the document cannot be kept like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Standing:
    """Where one kind of check stands for an organisation on a day: the latest, and what was sent since."""

    kind: CheckKind
    latest: Check | None
    sent: SentDocument | None
    on: date

    @property
    def waits(self) -> bool:
        """Whether a document waits for the office."""
        return self.sent is not None and self.sent.state == SentState.WAITING

    @property
    def is_sent_by_it(self) -> bool:
        """Whether the organisation sends this itself when it is renewed."""
        return self.kind in SENT_BY_ORGANISATIONS

    @property
    def code(self) -> str:
        """The state as a tag: missing, not satisfactory, run out, soon to run out, with conditions, or in order."""
        if self.latest is None:
            return "CHECK_MISSING"
        if self.latest.outcome == CheckOutcome.UNSATISFACTORY:
            return "CHECK_UNSATISFACTORY"
        if self.latest.due_on and self.latest.due_on < self.on:
            return "CHECK_EXPIRED"
        if self.latest.due_on and self.latest.due_on <= self.on + SOON:
            return "CHECK_SOON"
        return "CHECK_CONDITIONS" if self.latest.outcome == CheckOutcome.CONDITIONS else "CHECK_IN_ORDER"

    @property
    def hinders(self) -> bool:
        """Whether somebody who is about to sign should know of it."""
        return self.code in {"CHECK_MISSING", "CHECK_UNSATISFACTORY", "CHECK_EXPIRED"}

    @property
    def in_words(self) -> str:
        """The same as a sentence without its full stop."""
        latest = self.latest
        if latest is None:
            return "Never recorded"
        if latest.outcome == CheckOutcome.UNSATISFACTORY:
            return f"Not satisfactory on {uk_date(latest.done_on)}"
        if latest.due_on:
            return f"{'Held' if latest.due_on < self.on else 'Holds'} until {uk_date(latest.due_on)}"
        return f"{latest.get_outcome_display()} on {uk_date(latest.done_on)}"


def standings_of(organisation: Organisation, *, on: date) -> list[Standing]:
    """Every kind of check of one organisation, in the order of the kinds. Two queries."""
    return standings_by_organisation([organisation.pk], on=on)[organisation.pk]


def standings_by_organisation(organisations: Collection[int], *, on: date) -> dict[int, list[Standing]]:
    """The same for many organisations by their keys. Two queries, whatever their number."""
    latest: dict[tuple[int, str], Check] = {}
    sent: dict[tuple[int, str], SentDocument] = {}
    checks = Check.objects.filter(organisation__in=organisations).order_by("done_on", "pk")
    for check in checks.defer("content").select_related("organisation"):
        latest[check.organisation_id, check.kind] = check
    documents = SentDocument.objects.filter(organisation__in=organisations).exclude(state=SentState.REPLACED)
    for document in documents.defer("content").select_related("organisation", "sent_by").order_by("sent_at", "pk"):
        sent[document.organisation_id, document.kind] = document
    found: dict[int, list[Standing]] = defaultdict(list)
    for pk in organisations:
        for kind in CheckKind:
            found[pk].append(Standing(kind, latest.get((pk, kind)), sent.get((pk, kind)), on))
    return found


def history_of(organisation: Organisation, kind: CheckKind) -> list[Check]:
    """The checks of one kind, the latest first, without their files."""
    checks: QuerySet[Check] = Check.objects.filter(organisation=organisation, kind=kind)
    return list(checks.defer("content").select_related("organisation", "recorded_by").order_by("-done_on", "-pk"))


def kind_at(slug: str) -> CheckKind | None:
    """The kind of check of an address. Pure."""
    return next((kind for kind in CheckKind if kind.slug == slug), None)


@transaction.atomic
def record_check(
    *,
    organisation: Organisation,
    kind: CheckKind | str,
    done_on: date,
    done_by: str,
    outcome: CheckOutcome | str,
    actor: User,
    at: datetime,
    words: str = "",
    due_on: date | None = None,
    file_name: str = "",
    content: bytes | None = None,
) -> Check:
    """Writes down a check, with its file if there is one; those before stay.

    Raises `CheckRefused` for anybody who does not keep the organisation, a day to come, a last day before the check, an
    outcome that is less than satisfactory without words, or a file that is not taken.
    """
    organisation = _kept(organisation, actor=actor, at=at)
    if done_on > local_date(at):
        raise CheckRefused("A check was done today or before.", field="done_on")
    if due_on and due_on < done_on:
        raise CheckRefused("It cannot end before it was checked.", field="due_on")
    if outcome != CheckOutcome.SATISFACTORY and not words.strip():
        raise CheckRefused("Say what the conditions are, or what is not satisfactory.", field="words")
    file = {} if content is None else fields_of_file(file_name, content, refused=CheckRefused)
    return _keep(
        organisation=organisation,
        kind=kind,
        done_on=done_on,
        done_by=done_by.strip(),
        outcome=outcome,
        words=words.strip(),
        due_on=due_on,
        recorded_at=at,
        recorded_by=actor,
        **file,
    )


@transaction.atomic
def send_document(
    *,
    organisation: Organisation,
    kind: CheckKind | str,
    file_name: str,
    content: bytes,
    expires_on: date,
    note: str,
    actor: User,
    at: datetime,
) -> SentDocument:
    """An organisation sends a renewed document; one of that kind that still waits is replaced. The office is told.

    Raises `CheckRefused` for anybody else, for a document that has run out already, one that the office looks up
    itself, or a file that is not taken.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not Organisation.objects.sent_for_by(actor, at=at).filter(pk=organisation.pk).exists():
        raise CheckRefused("Only the people of this organisation send its documents.")
    if kind not in SENT_BY_ORGANISATIONS:
        raise CheckRefused("The office looks this up itself.")
    if expires_on < local_date(at):
        raise CheckRefused("This document has run out already. Send the renewed one.", field="expires_on")
    file = fields_of_file(file_name, content, refused=CheckRefused)
    waiting = SentDocument.objects.filter(organisation=organisation, kind=kind, state=SentState.WAITING)
    waiting.update(state=SentState.REPLACED, settled_at=at, settled_by=actor)
    document = SentDocument.objects.create(
        organisation=organisation,
        kind=kind,
        expires_on=expires_on,
        note=note.strip(),
        sent_at=at,
        sent_by=actor,
        **file,
    )
    _record(document, "document.sent", f"{organisation} sent its {_name(document)} to be checked.", actor=actor, at=at)
    announce(
        key=f"document-sent:{document.pk}",
        kind=EventKind.DOCUMENT_SENT,
        audience=Audience.PEOPLE,
        people=keepers_of(organisation, on=local_date(at)),
        title=f"{organisation} sent its {_name(document)}"[:200],
        path=document.get_absolute_url(),
        at=at,
    )
    return document


@transaction.atomic
def settle_document(
    *,
    document: SentDocument,
    accept: bool,
    words: str,
    actor: User,
    at: datetime,
    outcome: CheckOutcome | str = CheckOutcome.SATISFACTORY,
) -> SentDocument:
    """Accepts a document, which becomes a check with its file, or returns it with the reason. The sender is told.

    Raises `CheckRefused` for anybody who does not keep the organisation, when it is settled or replaced already, for a
    return without a reason, and for accepting with conditions that nobody has written down.
    """
    _kept(document.organisation, actor=actor, at=at)
    document = SentDocument.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=document.pk)
    if document.state != SentState.WAITING:
        raise CheckRefused(f"Somebody was faster: it is {document.get_state_display().lower()}.")
    if not words.strip() and not (accept and outcome == CheckOutcome.SATISFACTORY):
        raise CheckRefused("Say why it is returned, or what the conditions are.", field="words")
    document.state = SentState.ACCEPTED if accept else SentState.RETURNED
    document.settled_at, document.settled_by, document.reason = at, actor, words.strip()
    document.save(update_fields=["state", "settled_at", "settled_by", "reason"])
    if accept:
        _keep(
            organisation=document.organisation,
            kind=document.kind,
            done_on=local_date(at),
            done_by=str(actor),
            outcome=outcome,
            words=words.strip(),
            due_on=document.expires_on,
            recorded_at=at,
            recorded_by=actor,
            file_name=document.file_name,
            content=document.content,
            size=document.size,
            sha256=document.sha256,
        )
    said = "was accepted" if accept else "was returned"
    _record(document, f"document.{said[4:]}", f"The {_name(document)} that was sent {said}.", actor=actor, at=at)
    announce(
        key=f"document-settled:{document.pk}",
        kind=EventKind.DOCUMENT_SETTLED,
        audience=Audience.ORGANISATION,
        organisation=document.organisation,
        title=f"Your {_name(document)} {said}"[:200],
        path=document.organisation.get_absolute_url(),
        at=at,
    )
    return document


def keepers_of(organisation: Organisation, *, on: date) -> list[User]:
    """Whom of the office a document of an organisation concerns: the Contract Managers who work with it, else all."""
    managers = people_of_office(Role.CONTRACT_MANAGER, on=on)
    engaged = Activity.objects.filter(parties__organisation=organisation, parties__left_at=None)
    return list(managers.filter(pk__in=engaged.values("contract_manager"))) or list(managers)


def _kept(organisation: Organisation, *, actor: User, at: datetime) -> Organisation:
    if not Organisation.objects.kept_by(actor, at=at).filter(pk=organisation.pk).exists():
        raise CheckRefused("Only a Contract Manager or an administrator keeps what was checked.")
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _keep(**fields: Any) -> Check:
    check = Check.objects.create(**fields)
    summary = f"{check.get_kind_display()} of {check.organisation} was checked: {check.get_outcome_display().lower()}."
    log.record(
        action="check.recorded",
        subject=check,
        actor=check.recorded_by,
        at=check.recorded_at,
        organisation=check.organisation,
        summary=summary,
        data={
            "kind": check.kind,
            "outcome": check.outcome,
            "done_on": check.done_on.isoformat(),
            "due_on": check.due_on.isoformat() if check.due_on else None,
            "sha256": check.sha256,
        },
    )
    return check


def _name(document: SentDocument) -> str:
    kind = str(CheckKind(document.kind).label)
    return kind if kind.startswith(("DBS", "ICO")) else kind[:1].lower() + kind[1:]


def _record(document: SentDocument, action: str, summary: str, *, actor: User, at: datetime) -> None:
    log.record(
        action=action,
        subject=document,
        actor=actor,
        at=at,
        organisation=document.organisation,
        summary=summary,
        data={"kind": document.kind, "expires_on": document.expires_on.isoformat(), "sha256": document.sha256},
    )
