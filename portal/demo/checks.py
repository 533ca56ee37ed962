"""What was checked of the invented organisations: one in order but for a certificate, one that let one run out."""

from datetime import datetime, timedelta
from typing import Any

from engagement.domain import diligence
from engagement.enums import CheckKind, CheckOutcome
from engagement.models import SentDocument
from portal.demo import Demonstration

# Days ago it was checked, days ahead until which it holds, who looked.
YEARLY = {
    CheckKind.IDENTITY: (300, None, "Contract management"),
    CheckKind.ACCOUNTS: (160, 205, "Finance"),
    CheckKind.PUBLIC_LIABILITY: (322, 43, "Procurement"),
    CheckKind.EMPLOYERS_LIABILITY: (322, 210, "Procurement"),
    CheckKind.SAFEGUARDING: (240, 490, "Safeguarding lead of the office"),
    CheckKind.DATA_PROTECTION: (150, 215, "Data protection officer"),
    CheckKind.DBS: (150, 215, "Safeguarding lead of the office"),
    CheckKind.CONFLICTS: (150, 215, "Contract management"),
    CheckKind.DEBARMENT: (90, 275, "Procurement"),
}
CERTIFICATE = b"Certificate of insurance. Invented for this demonstration.\n"
RUN_OUT = CheckKind.EMPLOYERS_LIABILITY


def plan_checks(demo: Demonstration) -> None:
    """Plans what was looked at: Brightway's renewed certificate waits, Harbourlight's was returned."""
    for kind, (days, _, _) in YEARLY.items():
        demo.plan(demo.ago(days), _check, "brightway", kind)
        if kind not in {CheckKind.DBS, CheckKind.DEBARMENT}:  # nobody has looked at these yet
            demo.plan(demo.ago(days - 4), _check, "harbourlight", kind)
    demo.plan(demo.ago(6), _send, "brightway", "preparer", CheckKind.PUBLIC_LIABILITY)
    demo.plan(demo.ago(12), _send, "harbourlight", "other_certifier", RUN_OUT)
    demo.plan(demo.ago(9, hour=15), _return)


def _check(demo: Demonstration, key: str, kind: CheckKind, *, at: datetime) -> None:
    _, ahead, done_by = YEARLY[kind]
    due_on = demo.today + timedelta(days=ahead) if ahead else None
    found: dict[str, Any] = {"outcome": CheckOutcome.SATISFACTORY}
    if key == "harbourlight" and kind == RUN_OUT:
        due_on = demo.today - timedelta(days=11)
    if key == "harbourlight" and kind == CheckKind.ACCOUNTS:
        found = {"outcome": CheckOutcome.CONDITIONS, "words": "Reserves for one month only. Ask for accounts in June."}
    insured = {"file_name": "certificate.txt", "content": CERTIFICATE} if "LIABILITY" in kind else {}
    diligence.record_check(
        organisation=demo.organisations[key],
        kind=kind,
        done_on=at.date(),
        done_by=done_by,
        due_on=due_on,
        actor=demo.people["contracts"],
        at=at,
        **found,
        **insured,
    )


def _send(demo: Demonstration, key: str, sender: str, kind: CheckKind, *, at: datetime) -> None:
    diligence.send_document(
        organisation=demo.organisations[key],
        kind=kind,
        file_name="renewed-certificate.txt",
        content=CERTIFICATE,
        expires_on=demo.today + timedelta(days=408),
        note="The cover is as before." if key == "brightway" else "",
        actor=demo.people[sender],
        at=at,
    )


def _return(demo: Demonstration, *, at: datetime) -> None:
    diligence.settle_document(
        document=SentDocument.objects.get(organisation=demo.organisations["harbourlight"]),
        accept=False,
        words="The second page is missing, on which the sum insured stands. Please send the whole certificate.",
        actor=demo.people["contracts"],
        at=at,
    )
