"""Writing in the CMS through its own addresses, and the approval by a second person."""

from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

CLAUSES = {
    "section": ("Purpose", "Nobody is passed between services.", "FIXED"),
    "outcomes": ("Safety", "People feel safer, and say so themselves.", "OPEN_TO_IDEAS"),
    "indicators": ("First contact", "Within two working days.", "OPEN_TO_IDEAS"),
    "outputs": ("One number", "A phone line from 8am to 8pm.", "FIXED"),
    "milestones": ("The service opens", "Staff in place.", "FIXED"),
}


def begin(person, kind, *, under, **fields):
    """A new page of the CMS kept as a draft; gives the page."""
    address = reverse("wagtailadmin_pages:add", args=["portal", kind, under.pk])
    send_to_cms(person, address, fields)
    return Page.objects.child_of(under).order_by("-pk")[0].specific


def send_for_approval(person, page, **fields):
    """Keeps what is written and hands it to the Management Team."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    send_to_cms(person, address, {**fields, "action-submit": "1"})


def approve(person, page):
    """Presses “Approve” in the editor: the page goes live as it was sent, whatever else the editor's form says."""
    fields = {"title": "Not what was sent", "action-workflow-action": "true", "workflow-action-name": "approve"}
    send_to_cms(person, reverse("wagtailadmin_pages:edit", args=[page.pk]), fields)


def send_to_cms(person, address, fields):
    """Posts to Wagtail's admin with the token of its own page. Its editor shows no plain form to fill in."""
    page = person.open(address)
    token = page.soup.select_one("[name=csrfmiddlewaretoken]")["value"]
    reply = person.post(address, nested_form_data({**fields, "csrfmiddlewaretoken": token}))
    wrong = "" if reply.status_code == 302 else reply.content.decode()
    assert reply.status_code == 302, errors_in(wrong)
    return reply


def specification(**replaced):
    """The form data of a specification with its five sections; `indicators="…"` puts other words into one."""
    sections = []
    for kind, (heading, words, openness) in CLAUSES.items():
        value = {"heading": heading, "text": rich_text(f"<p>{replaced.get(kind, words)}</p>"), "openness": openness}
        if kind == "indicators":
            value["target"] = "90% or more"
        if kind == "milestones":
            value["on"] = "2027-07-01"
        clauses = list_block([value])
        about = {"title": "Purpose"} if kind == "section" else {"introduction": rich_text("")}
        sections.append((kind, {**about, "clauses": clauses}))
    return {
        "title": "Specification",
        "slug": "specification",
        "lead": "What the service must do.",
        "status": "DRAFT",
        "content": streamfield(sections),
    }


def list_block(values):
    """A list of blocks as Wagtail's editor sends it."""
    items = {str(i): {"deleted": "", "order": str(i), "type": "item", "value": v} for i, v in enumerate(values)}
    return {"count": str(len(values)), **items}


def questionnaire(title, *questions):
    """The form data of a questionnaire: each question a tuple of kind, text and the labels of its choices."""
    rows = []
    for kind, text, labels in questions:
        choices = inline_formset([{"label": label, "hint": ""} for label in labels])
        rows.append({"text": text, "kind": kind, "hint": "", "evidence_title": "", "evidence": "",
                     "max_length": "2000", "dont_know": "on", "decimals": "0", "choices": choices,
                     "statements": inline_formset([]), "routes": inline_formset([])})  # fmt: skip
    return {"title": title, "questions": inline_formset(rows), "wordings": inline_formset([])}


def errors_in(markup):
    """What an editor of the CMS says is wrong, without its empty places for errors."""
    soup = BeautifulSoup(markup, "html.parser")
    return [words for found in soup.select(".errorlist, .error-message") if (words := found.get_text(" ", strip=True))]
