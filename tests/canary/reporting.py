"""What a provider reports: an agreement not signed yet, one with a return in each state, one with published ratings.

The return in question is of the quarter before the accepted one, so that a page which compares quarters is put to the
test: whoever reads accepted returns alone must not read its figures beside them.
"""

import csv
import io
from decimal import Decimal
from types import SimpleNamespace

from contracts.domain import evidence, feedback, figures, narrating, overriding, publishing, returns, uploads
from contracts.domain.entries import Entry
from contracts.domain.spreadsheet import ASKED, CODE, COMMENTARY, FIGURE, HEADER, template_rows
from tests.canary import care
from tests.canary.register import PEOPLE
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW

QUARTERS = {
    "queried": "2025-26 Q2",
    "accepted": "2025-26 Q3",
    "submitted": "2025-26 Q4",
    "due": "2026-27 Q1",
}
ROWS = {"queried": "return, open", "accepted": "return, accepted", "submitted": "return, open", "due": "return, open"}
WRITERS = {"preparer", "certifier", "stranger", "manager"}  # who are shown why and how a measure is counted
SHARE, NUMBER = "V1", "V2"
PARTED = {"by": "District", "groups": ["Ashby", "Moor"], "overlap": False}


def report(world, one):
    """The agreements and returns of a side, by state."""
    agreements = SimpleNamespace(draft=draft(world, one), live=live(world, one), published=published(world, one))
    care.look_after(world, one, agreements.live)
    made = {}
    for state, quarter in QUARTERS.items():
        made[state] = a_return(agreements.live, quarter, state, one)
        fill(world, one, made[state], row=ROWS[state], name=f"{state} return", numbers=True)
        tell(world, one, made[state], state)
    for state in ("queried", "accepted", "submitted"):
        send(one, made[state])
    ask(world, one, made["queried"])
    accept(one, made["accepted"])
    override(world, one, made["accepted"])
    made["published"] = a_return(agreements.published, QUARTERS["accepted"], "published", one)
    publish(world, one, made["published"])
    care.finish(world, one, agreements)
    return agreements, made


def draft(world, one):
    """An agreement that nobody has signed, with a measure."""
    keep, own = world.register, {"row": "agreement, draft", "owner": one.name}
    agreement = AgreementFactory(
        draft=True,
        reference=f"A-{one.name[:7]}-draft",  # a reference has twenty characters
        slug=f"{one.name.lower()}-draft",
        title=f"Agreement {keep.words('title of a draft agreement', **own)}",
        value=keep.count("value of a draft agreement", **own),
        legal_power=keep.words("legal power of a draft agreement", **own),
        regime="FULL",
        legal_estimate=keep.count("estimated value of a draft agreement", **own),
        indicators_unsuitable=keep.words("why indicators cannot assess a draft agreement", **own),
        activity=one.activity,
        provider=one.provider,
    )
    IndicatorFactory(
        agreement=agreement,
        code=SHARE,
        name=keep.words("measure of a draft agreement", **own),
        target=keep.percent("target of a draft agreement", **own),
    )
    return agreement


def live(world, one):
    """A signed agreement whose measures no publication has shown. How far off target a share is, only ratings say."""
    keep, own = world.register, {"row": "agreement, live", "owner": one.name}
    agreement = an_agreement(one, "live")
    judged = keep.percent("distance from the target", row="rating, unpublished", owner=one.name)
    share = {"target": keep.percent("target of a share", **own), "approaching_by": 1, "improvement_by": judged}
    number = {"count": True, "target": keep.count("target of a number", **own), "unit": "calls", "tables": [PARTED]}
    for code, traits in ((SHARE, share), (NUMBER, number)):
        IndicatorFactory(
            agreement=agreement,
            code=code,
            why=f"Because of {keep.words(f'why {code} is asked', shown=WRITERS, **own)}.",
            how=f"Count {keep.words(f'how {code} is counted', shown=WRITERS, **own)}.",
            **traits,
        )
    return agreement


def published(world, one):
    """A signed agreement that the public reads about: its target is public, too."""
    agreement = an_agreement(one, "published")
    target = world.register.percent("published target", row="rating, published", owner=one.name)
    IndicatorFactory(agreement=agreement, code=SHARE, target=target)
    return agreement


def an_agreement(one, kind):
    return AgreementFactory(
        reference=f"A-{one.name[:7]}-{kind}",
        slug=f"{one.name.lower()}-{kind}",
        title=f"Services of {one.name}, {kind}",
        activity=one.activity,
        provider=one.provider,
    )


def a_return(agreement, quarter, state, one):
    return KpiReturnFactory(agreement=agreement, quarter=quarter, reference=f"KPI-{one.name[:7]}-{state}")


def fill(world, one, kpi_return, *, row, name, numbers):
    """The preparer gives each measure, with a commentary. Where `numbers` is false they are no secrets."""
    keep, own = world.register, {"row": row, "owner": one.name}
    entries = []
    for indicator in kpi_return.agreement.indicators.order_by("code"):
        values = {"numerator": Decimal(391), "denominator": Decimal(430)}
        if numbers and indicator.code == SHARE:
            part = keep.count(f"part in the {name}", between=(10, 40), **own)
            values = {"numerator": part, "denominator": keep.count(f"whole in the {name}", between=(70, 99), **own)}
        elif numbers:
            values = {"value": keep.count(f"number of the {name}", **own), **parted(keep, name, own)}
        commentary = f"Because {keep.words(f'commentary on {indicator.code} of the {name}', **own)}."
        entries.append(figures.SavedEntry(indicator, Entry(commentary=commentary, **values), completed=True))
    figures.save_figures(kpi_return=kpi_return, entries=entries, actor=one.preparer, at=NOW)
    kpi_return.refresh_from_db()


def parted(keep, name, own):
    """The parts of a number, which do not add up to it, and why."""
    ashby = keep.count(f"part of the number of the {name}", **own)
    why = f"Since {keep.words(f'why the parts of the {name} differ', **own)}."
    return {"parts": {"District": {"Ashby": ashby, "Moor": None, "Not known": Decimal(0)}}, "parts_words": why}


def tell(world, one, kpi_return, state):
    """A narrative, a file of evidence, and what the provider thinks of the office."""
    keep, own = world.register, {"row": ROWS[state], "owner": one.name}
    words = {name: f"That {keep.words(f'{name} in the {state} return', **own)}." for name in narrating.QUESTIONS}
    narrating.save_narrative(kpi_return=kpi_return, words=words, seen_version=0, actor=one.preparer, at=NOW)
    caption = f"How {keep.words(f'file with the {state} return', **own)}"
    content = f"%PDF-1.7 {keep.words(f'inside the file with the {state} return', **own)}".encode()
    file = evidence.add_file(
        kpi_return=kpi_return, caption=caption, file_name="case.pdf", content=content, actor=one.preparer, at=NOW
    )
    one.files = {**getattr(one, "files", {}), state: file}
    judged = {"row": f"feedback, {'not sent' if state == 'due' else 'sent'}", "owner": one.name}
    # Once a return is accepted its provider no longer changes what it said, and no page of its own shows it.
    readers = {"manager", "management"} if state == "accepted" else PEOPLE
    feedback.give_feedback(
        kpi_return=kpi_return,
        in_time="PARTLY",
        in_proportion="YES",
        words=f"Please {keep.words(f'feedback with the {state} return', shown=readers, **judged)}.",
        seen_version=0,
        actor=one.preparer,
        at=NOW,
    )
    kpi_return.refresh_from_db()


def send(one, kpi_return):
    returns.submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=one.certifier, at=NOW)
    kpi_return.refresh_from_db()


def ask(world, one, kpi_return):
    """The manager asks about both figures; one question is answered."""
    keep, own = world.register, {"row": "return, open", "owner": one.name}
    asked = [
        returns.query_line(
            figure=figure,
            question=f"Is {keep.words(f'question about {figure.indicator.code}', **own)} right?",
            seen_submission=kpi_return.submissions,
            actor=one.manager,
            at=NOW,
        )
        for figure in kpi_return.figures.select_related("indicator").order_by("indicator__code")
    ]
    answer = f"Yes, {keep.words('answer to a question', **own)}."
    returns.answer_query(query=asked[0], answer=answer, actor=one.certifier, at=NOW)
    one.queries = asked


def accept(one, kpi_return):
    returns.accept_return(kpi_return=kpi_return, seen_submission=kpi_return.submissions, actor=one.manager, at=NOW)
    kpi_return.refresh_from_db()


def override(world, one, kpi_return):
    """Another rating than the computed one, confirmed: its provider reads why, and not the words of the decision."""
    keep = world.register
    figure = kpi_return.figures.select_related("rating", "indicator", "kpi_return").get(indicator__code=SHARE)
    made = overriding.propose_override(
        figure=figure,
        word="OTHER" if figure.rating.word != "OTHER" else "GOOD",
        because=f"Because {keep.words('reason of another rating', row='rating, unpublished', owner=one.name)}.",
        actor=one.manager,
        at=NOW,
    )
    words = f"Yes, {keep.words('words of a decision on a rating', row='decision on a rating', owner=one.name)}."
    overriding.decide_override(override=made, confirm=True, words=words, actor=world.people["management"], at=NOW)


def publish(world, one, kpi_return):
    """A return whose ratings are public. What the provider wrote beside its figure was not published with them."""
    fill(world, one, kpi_return, row="return, accepted", name="published return", numbers=False)
    send(one, kpi_return)
    accept(one, kpi_return)
    publishing.publish_ratings(kpi_return=kpi_return, words=[], actor=world.people["management"], at=NOW)


def upload(world, one, *, actor, owner):
    """A file that somebody has uploaded for the return that is due, and has not decided to keep."""
    keep, own = world.register, {"row": "file in preview", "owner": owner, "shown": {"preparer"}}
    kpi_return = one.returns["due"]
    indicator = kpi_return.agreement.indicators.get(code=NUMBER)
    rows = template_rows(
        reference=kpi_return.reference,
        indicators=uploads.asked(kpi_return),
        current=uploads.given(kpi_return),
        last_quarter={},
    )
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, HEADER)
    writer.writeheader()
    for row in rows:
        cells = dict(zip(HEADER, row, strict=True))
        if cells[CODE] == indicator.code:
            if not cells[ASKED].startswith("By "):  # its parts are in the file too, as they are
                cells[FIGURE] = str(keep.count("number in a file", **own))
                cells[COMMENTARY] = f"As {keep.words('commentary in a file', **own)} says."
            writer.writerow(cells)
    return uploads.receive(
        kpi_return=kpi_return,
        content=buffer.getvalue().encode(),
        file_name="figures.csv",
        actor=actor,
        at=NOW,
    )
