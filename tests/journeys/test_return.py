"""Journey (b): a quarter ends, a provider reports, the office asks back, ratings are published."""

import csv
import io

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from contracts.models import Agreement, KpiReturn
from contracts.tasks import open_quarter
from engagement.models import LogEntry
from tests.factories.engagement import ActivityFactory, EngagedPartyFactory
from tests.journeys.people import day, let_the_worker_run, received

FOLLOWER = "m.osei@people.example"
RATED = {"is_rated": "yes", "target": "90", "approaching_by": "5", "improvement_by": "15"}
COUNTED = {"kind": "COUNT", "direction": "DOWN", "aggregation": "LATEST", "unit": "people"}
MEASURES = (
    {"code": "V1", "name": "Referrals received", "kind": "COUNT", "unit": "referrals", "direction": "UP",
     "aggregation": "SUM", "is_rated": "no"},
    {"code": "V2", "name": "First contact within 2 working days", "kind": "PERCENTAGE", "unit": "referrals",
     "numerator_words": "contacted in time", "denominator_words": "due to be contacted", "decimals": "1",
     "direction": "UP", "aggregation": "RATIO", **RATED},
    {"code": "V4", "name": "Waiting over 6 weeks", **COUNTED, **RATED, "target": "10"},
    {"code": "V11", "name": "Cost for each person", "kind": "MONEY", "direction": "DOWN", "aggregation": "LATEST",
     **RATED, "target": "420", "approaching_by": "30", "improvement_by": "80"},
)  # fmt: skip


@pytest.mark.requirement("R-086", "R-149", "R-151")
def test_quarter_is_reported_questioned_accepted_and_published(office, clock, settings, tmp_path):
    activity = ActivityFactory(
        published=True, at_do=True, contract_manager=office.contracts.user, lead_commissioner=office.lead.user
    )
    EngagedPartyFactory(activity=activity, email=FOLLOWER)
    agreement = agreement_is_signed(office, activity, clock)
    kpi_return = quarter_ends(office, agreement, clock)
    preparer_fills_by_form_and_file(office, kpi_return)
    certifier_declares(office, kpi_return)
    manager_asks_about_one_line(office, kpi_return)
    certifier_answers_and_sends_again(office, kpi_return)
    manager_accepts(office, kpi_return)
    management_publishes(office, kpi_return)
    public_reads_it(office, agreement)
    other_provider_sees_nothing(office, kpi_return)

    assert received(FOLLOWER) == ["Victim support and navigation: how it did in April to June 2026"]
    assert received(office.stranger.user.email) == []
    settings.VAR_DIR = tmp_path  # for the witness that this keeps
    call_command("verify_audit")
    assert written_in_the_log(activity) == [
        "return.opened by nobody",
        "return.saved by Priya Nair",
        "return.saved by Priya Nair",
        "return.submitted by Jo Okonkwo",
        "return.queried by Tomasz Bell",
        "return.answered by Jo Okonkwo",
        "return.saved by Jo Okonkwo",
        "return.submitted by Jo Okonkwo",
        "return.accepted by Tomasz Bell",
        "ratings.published by Gwen Adebayo",
    ]


def written_in_the_log(activity):
    """What happened to the return and its ratings, in order, and by whose hand."""
    entries = LogEntry.objects.filter(activity=activity, action__regex="^(return|ratings)").order_by("sequence")
    return [f"{entry.action} by {entry.actor or 'nobody'}" for entry in entries.select_related("actor")]


def agreement_is_signed(office, activity, clock):
    """The Contract Manager enters it with its measures and signs it, before the quarter begins."""
    clock(2026, 3, 16, 10)
    entered = office.contracts.fill(
        "/agreements/new/",
        title="Victim support and navigation",
        activity=activity.pk,
        provider=office.provider.pk,
        kind="CONTRACT",
        fund="POLICING",
        value="1920000",
        **day("starts", "1 4 2026"),
        **day("ends", "31 3 2029"),
    )
    agreement = Agreement.objects.get()
    assert entered.path == agreement.get_absolute_url()
    for measure in MEASURES:
        office.contracts.fill(f"{entered.path}measures/new/", minimum_n="10", group="What matters", **measure)
    signed = office.contracts.fill(f"{entered.path}sign/", **day("signed_on", "16 3 2026"))
    assert "Victim support and navigation" in signed
    return agreement


def quarter_ends(office, agreement, clock):
    """The schedule opens one return, however often it runs, and tells its provider only."""
    clock(2026, 7, 1, 6)
    open_quarter.delay()
    open_quarter.delay()
    call_command("open_quarter", verbosity=0)
    kpi_return = KpiReturn.objects.get()
    mails = let_the_worker_run()
    assert sorted(message.to[0] for message in mails) == sorted(
        [office.preparer.user.email, office.certifier.user.email]
    )
    assert (kpi_return.agreement, kpi_return.quarter) == (agreement, "2026-27 Q1")
    assert let_the_worker_run() == []
    return kpi_return


def preparer_fills_by_form_and_file(office, kpi_return):
    """One measure in its form, with a slip that is named beside the box; the others from the return's own file."""
    base = kpi_return.get_absolute_url()
    tasks = office.preparer.open(base)
    slip = office.preparer.fill(
        tasks.link("First contact within 2 working days"), denominator="430", numerator="436", completed="yes"
    )
    assert "must be 430 or fewer" in slip
    assert slip.soup.find(id="id_numerator")["value"] == "436"
    following = office.preparer.fill(slip.path, denominator="430", numerator="391", completed="yes")
    assert "391 of 430 is 90.9%, Good" in following

    upload = office.preparer.open(f"{base}upload/")
    template = office.preparer.get(f"{base}template.csv").getvalue().decode("utf-8-sig")
    wrong = office.preparer.fill(upload.path, file=filled(template, V4={"Your figure": "twelve"}))
    assert "“twelve” is not a number." in wrong
    assert "Keep these figures" not in wrong
    sheet = filled(
        template,
        V1={"Your figure": "441"},
        V4={"Your figure": "13", "What is behind it": "Two advocates left in May."},
        V11={"Your figure": "418.50"},
    )
    preview = office.preparer.fill(upload.path, file=sheet)
    assert kpi_return.figures.count() == 1
    kept = office.preparer.fill(preview.path, "Keep these figures")
    assert (kept.path, kpi_return.figures.filter(completed=True).count()) == (base, 4)
    check = office.preparer.open(f"{base}check/")
    assert "A certifier sends the return: Jo Okonkwo" in check


def filled(template, **cells):
    """The template with these cells changed, by measure and column."""
    rows = list(csv.DictReader(io.StringIO(template, newline="")))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(row | cells.get(row["Code"], {}) for row in rows)
    return SimpleUploadedFile("return.csv", out.getvalue().encode("utf-8-sig"), content_type="text/csv")


def certifier_declares(office, kpi_return):
    check = f"{kpi_return.get_absolute_url()}check/"
    unticked = office.certifier.fill(check, "Send the return")
    assert "Confirm the declaration to send the return." in unticked
    target, _, form = office.certifier.open(check).fields("Send the return")
    receipts = [office.certifier.send(target, {**form, "declared": "on"}) for _ in range(2)]
    assert {receipt.path for receipt in receipts} == {f"{kpi_return.get_absolute_url()}receipt/"}
    assert kpi_return.submission_history.count() == 1
    assert "Jo Okonkwo" in receipts[0]
    assert received(office.contracts.user.email, let_the_worker_run()) == [
        "Brightway: return for April to June 2026 submitted on time"
    ]


def manager_asks_about_one_line(office, kpi_return):
    dashboard = office.contracts.open("/dashboard/")
    assert kpi_return.get_office_url() in dashboard.links().values()
    review = office.contracts.open(kpi_return.get_office_url())
    words = "One more waits than last quarter. Is it the rota?"
    asked = office.contracts.fill(review.link("Query Waiting over 6 weeks"), question=words)
    assert words in asked
    told = let_the_worker_run()
    assert sorted(message.to[0] for message in told) == sorted(
        [office.preparer.user.email, office.certifier.user.email]
    )


def certifier_answers_and_sends_again(office, kpi_return):
    """Answers, corrects the one figure that was asked about, and declares again: it shows as changed."""
    base = kpi_return.get_absolute_url()
    figure = office.certifier.open(f"{base}measures/V4/")
    answered = office.certifier.fill(
        figure.link("Answer the question"), answer="Yes, and one was counted twice: it is 12."
    )
    assert "Your answer is kept" in answered
    office.certifier.fill(figure.path, value="12", completed="yes")
    office.certifier.fill(f"{base}check/", "Send the return", declared="on")
    let_the_worker_run()

    review = office.contracts.open(kpi_return.get_office_url())
    assert "Submitted again, with changes to Waiting over 6 weeks (V4)" in review
    assert "Changed" in review.soup.find(id="V4").get_text()
    assert "Changed" not in review.soup.find(id="V2").get_text()


def manager_accepts(office, kpi_return):
    assert office.management.status(f"{kpi_return.get_office_url()}accept/") == 404
    accepted = office.contracts.fill(f"{kpi_return.get_office_url()}accept/", "Accept")
    assert "Accepted" in accepted
    ratings = dict(kpi_return.figures.values_list("indicator__code", "rating__word"))
    assert ratings == {"V1": "", "V2": "GOOD", "V4": "APPROACHING", "V11": "GOOD"}
    seen = office.certifier.open(kpi_return.get_absolute_url())
    assert "Approaching target" in seen
    let_the_worker_run()
    assert office.public.status(kpi_return.agreement.get_performance_url()) == 404


def management_publishes(office, kpi_return):
    assert office.contracts.status(f"{kpi_return.get_office_url()}publish/") == 404
    assert kpi_return.get_publish_url() in office.management.open("/dashboard/").links().values()
    office.management.fill(f"{kpi_return.get_office_url()}publish/", "Publish", words=["V4"])
    subjects = received(FOLLOWER, let_the_worker_run())
    assert len(subjects) == 1
    assert let_the_worker_run() == []


def public_reads_it(office, agreement):
    page = office.public.open(agreement.get_performance_url())
    assert page.heading == "2 of 3 measures met their target in April to June 2026"
    assert ("90.9%" in page, "Two advocates left in May." in page, "One more waits" in page) == (True, True, False)
    sheet = office.public.get(f"/performance/{agreement.slug}.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(sheet.splitlines()))
    assert len(rows) == 4
    assert office.public.open("/performance/").link("Victim support and navigation") == agreement.get_performance_url()


def other_provider_sees_nothing(office, kpi_return):
    """Not its pages, not its files, not in its lists."""
    base = kpi_return.get_absolute_url()
    more = ("", "check/", "receipt/", "upload/", "template.csv", "measures/V4/")
    assert [office.stranger.status(base + path) for path in more] == [404] * len(more)
    assert office.stranger.status(kpi_return.get_office_url()) == 404
    assert kpi_return.reference not in office.stranger.open("/returns/")
    assert [message for message in mail.outbox if "Harbourlight" in message.body] == []
