"""The papers of the large invented contract: shared ones with their versions, one withheld, one that runs out soon."""

from datetime import datetime, timedelta

from contracts.domain import documents, noticing
from contracts.enums import DocumentKind
from contracts.models import AgreementDocument
from portal.demo import Demonstration
from portal.demo.money import agreement_of
from portal.demo.told import pdf_of

SPECIFICATION = "Specification of the service"
# Kind, title, lines, why it is withheld, and the days from today until which it holds.
PAPERS = (
    (DocumentKind.AGREEMENT, "Agreement, signed by both sides", ("Victim support and navigation",), "", None),
    (DocumentKind.SPECIFICATION, SPECIFICATION, ("First contact within two working days.",), "", None),
    (DocumentKind.INSURANCE, "Public liability insurance", ("Brightway is insured for 5 million pounds.",), "", 20),
    (DocumentKind.POLICY, "Safeguarding policy", ("Who is told, and within which hour.",), "", 200),
    (
        DocumentKind.AWARD,
        "How the bids were assessed",
        ("Three bids, and what each was given.",),
        "It names organisations that were not chosen.",
        None,
    ),
)


def plan_papers(demo: Demonstration) -> None:
    """Plans when each was kept, a specification that was written anew, and what one morning told."""
    demo.plan(demo.ago(46), _keep_papers)
    demo.plan(demo.ago(18, hour=15), _write_anew)
    demo.plan(demo.ago(1, hour=7), _one_morning)


def _keep_papers(demo: Demonstration, *, at: datetime) -> None:
    for kind, title, lines, because, days in PAPERS:
        documents.add_document(
            agreement=agreement_of("victims"),
            kind=kind,
            title=title,
            file_name=f"{title.lower().replace(' ', '-').replace(',', '')}.pdf",
            content=pdf_of((title, "", *lines, "", "Invented for this demonstration.")),
            shared=not because,
            withheld_because=because,
            expires_on=None if days is None else demo.today + timedelta(days=days),
            actor=demo.people["contracts"],
            at=at,
        )


def _write_anew(demo: Demonstration, *, at: datetime) -> None:
    lines = (
        SPECIFICATION,
        "",
        "A third evening of sessions begins next quarter.",
        "",
        "Invented for this demonstration.",
    )
    documents.add_version(
        document=AgreementDocument.objects.select_related("agreement").get(title=SPECIFICATION),
        seen=1,
        file_name="specification-with-a-third-evening.pdf",
        content=pdf_of(lines),
        actor=demo.people["contracts"],
        at=at,
    )


def _one_morning(demo: Demonstration, *, at: datetime) -> None:
    """What waits for somebody is told as it is each morning."""
    noticing.tell_due(at=at)
