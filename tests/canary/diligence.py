"""What was checked of a provider, and what it sent to be checked: words and files of both."""

from datetime import timedelta

from engagement.domain import diligence
from tests.factories.engagement import NOW

KEEPERS = {"manager", "admin"}


def check(world, one):
    """A check with its paper, which the provider does not read; a document that waits, one that was returned."""
    keep, own = world.register, {"row": "check of an organisation", "owner": one.name}
    shared = {"organisation": one.provider, "at": NOW}
    one.check = diligence.record_check(
        kind="PUBLIC_LIABILITY",
        done_on=NOW.date(),
        done_by=f"Checker {keep.words('who checked', **own)}",
        outcome="CONDITIONS",
        words=f"Only if {keep.words('condition of a check', **own)}.",
        file_name="check.txt",
        content=f"Paper {keep.words('file of a check', **own)}".encode(),
        actor=one.manager,
        **shared,
    )
    keep, own = world.register, {"row": "document of an organisation", "owner": one.name}
    for kind, note in (("SAFEGUARDING", "note on a document"), ("PUBLIC_LIABILITY", "note on a document that waits")):
        providers = {"preparer", "certifier", "stranger"}
        one.sent_document = diligence.send_document(
            kind=kind,
            file_name="policy.txt",
            content=f"Policy {keep.words(f'file beside the {note}', **own, shown=providers)}".encode(),
            expires_on=(NOW + timedelta(days=300)).date(),
            note=keep.words(note, **own, shown=KEEPERS) if kind == "PUBLIC_LIABILITY" else "",
            actor=one.certifier,
            **shared,
        )
        if kind == "SAFEGUARDING":
            reason = keep.words("why a document was returned", **own, shown=providers)
            diligence.settle_document(document=one.sent_document, accept=False, words=reason, actor=one.manager, at=NOW)
