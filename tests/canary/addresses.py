"""Every address that somebody might guess: each named route, with the references of everything in the world."""

from itertools import product

from django.urls import NoReverseMatch, reverse

from tests.architecture.routes import routes

OF_SECTIONS = {
    f"consultations:{name}" for name in ("consultation-document-part", "consultation-comment", "our-comment")
}
SECTION = "3.1"
# Routes whose arguments are keys that nobody can guess; following links finds those that a person holds.
KEYS = {"uidb36", "uidb64", "token", "key", "uploaded_file_id", "session_id"}


def guesses(world, sides, *, cms):
    """Addresses of everything of these sides, in the order of the routes; with `cms`, of Wagtail's admin too."""
    return [
        address
        for route in routes()
        if is_guessable(route) and (cms or not route.pattern.startswith("cms/"))
        for address in addresses_of(route, world, sides)
    ]


def is_guessable(route):
    """Whether somebody who knows the world's references can write down the route's addresses."""
    return bool(route.url_name) and not KEYS & set(route.parameters) and route.url_name != "wagtail_serve"


def addresses_of(route, world, sides):
    """The addresses of one route, for everything of the kind that it speaks of."""
    if not route.parameters:
        return [reverse(route.url_name)]
    return [
        address
        for arguments in arguments_of(route, world, sides)
        if (address := address_or_nothing(route, arguments)) is not None
    ]


def address_or_nothing(route, arguments):
    """Some of Wagtail's routes share a name and differ in what they take."""
    try:
        return reverse(route.url_name, args=arguments)
    except NoReverseMatch:
        return None


def arguments_of(route, world, sides):
    """Tuples of arguments."""
    if route.pattern.startswith("cms/"):
        return cms_arguments(route, world)
    if route.parameters == ("agreement", "reference"):
        return [(one.agreement.reference, one.reference) for one in returns(sides)]
    if route.parameters == ("agreement", "reference", "code"):
        return [(one.agreement.reference, one.reference, "V1") for one in returns(sides)]
    if route.pattern.startswith("returns/"):
        return return_arguments(route, sides)
    if route.parameters == ("reference", "pk") and route.url_name.startswith("consultations:codes-"):
        return [(side.group.reference, side.code_batch.pk) for side in sides]
    return list(product(*(values(route, name, world, sides) for name in route.parameters)))


def returns(sides):
    return [one for side in sides for one in side.returns.values()]


def return_arguments(route, sides):
    """Of the provider's pages: each return, with a measure, its questions, or the file that waits."""
    if route.parameters == ("reference",):
        return [(one.reference,) for one in returns(sides)]
    if "code" in route.parameters:
        return [(one.reference, "V1") for one in returns(sides)]
    if route.url_name.startswith("contracts:return-file"):
        return [(side.returns[state].reference, file.pk) for side in sides for state, file in side.files.items()]
    if route.url_name == "contracts:return-preview":
        return [(side.returns["due"].reference, side.upload.pk) for side in sides]
    return [(side.returns["queried"].reference, query.pk) for side in sides for query in side.queries]


FILES = {
    "engagement:check-file": "check pk",
    "engagement:sent-file": "sent pk",
    "engagement:sent-settle": "sent pk",
}


def values(route, name, world, sides):
    """What one argument may stand for, by the part of the site and the name of the argument."""
    kind = f"{route.url_name.partition(':')[0]} {name}"
    if "organisation" in route.pattern:
        kind = FILES.get(route.url_name, "organisation pk") if name == "pk" else f"organisation {name}"
    if "elections" in route.pattern:
        kind = "election pk"
    elif "questionnaire" in route.pattern:
        kind = "questionnaire pk"
    elif route.url_name == "engagement:update":
        kind = "event pk"
    elif route.pattern.startswith("invitations/"):
        kind = "handout pk"
    elif route.url_name == "consultations:evidence-file":
        kind = "evidence pk"
    elif "/channels/files/" in route.pattern:
        kind = f"file {name}" if name == "pk" else kind
    elif "/channels/collective/" in route.pattern:
        kind = f"petition {name}" if name == "pk" else kind
    elif route.pattern.startswith(("engagement/promises/", "consultations/promises/")):
        kind = "promise reference"
    return {
        "organisation slug": lambda: [side.provider.slug for side in sides],
        "organisation pk": lambda: [side.colleague.memberships.get().pk for side in sides],
        "organisation kind": lambda: ["public-liability"],
        "check pk": lambda: [side.check.pk for side in sides],
        "sent pk": lambda: [side.sent_document.pk for side in sides],
        "questionnaire pk": lambda: [side.questionnaire.pk for side in sides],
        "event pk": lambda: [event.pk for side in sides for event in (side.event, side.private_event)],
        "engagement slug": lambda: activities(sides),
        "engagement conflict": lambda: [side.conflict.pk for side in sides],
        "engagement number": lambda: [1],
        "engagement reference": lambda: [one.reference for side in sides for one in (side.question, side.answered)],
        "engagement pk": lambda: [side.delivery.pk for side in sides],
        "portal slug": lambda: activities(sides),
        "portal page_id": lambda: [world.common.page.pk, *pages(sides)],
        "portal image_id": lambda: [side.picture.pk for side in sides],
        "portal filename": lambda: [side.rendition.file.name.rpartition("/")[2] for side in sides],
        "wagtaildocs_serve 1": lambda: [side.document.pk for side in sides],
        "wagtaildocs_serve 2": lambda: [side.document.filename for side in sides],
        "consultations slug": lambda: [one.slug for one in consultations(sides)],
        "consultations who": lambda: [side.provider.slug for side in sides],
        "consultations step": lambda: ["1"],
        "consultations table": lambda: ["question-1", "channels", "table-1"],
        "consultations kind": lambda: ["xlsx", "ods"],
        "consultations text": lambda: [side.text.pk for side in sides],
        "consultations number": lambda: [SECTION if route.url_name in OF_SECTIONS else 1],
        "consultations theme": lambda: [side.comment_theme.pk for side in sides],
        "consultations comment": lambda: [one.pk for side in sides for one in side.comments],
        "consultations group": lambda: [side.alike_group.pk for side in sides],
        "consultations concern": lambda: [side.concern.pk for side in sides],
        "consultations reference": lambda: [one.reference for one in consultations(sides)],
        "consultations pk": lambda: [side.way.pk for side in sides],
        "handout pk": lambda: [side.code_batch.pk for side in sides],
        "file pk": lambda: [side.answer_file.pk for side in sides],
        "petition pk": lambda: [side.petition.pk for side in sides],
        "consultations sheet": lambda: [1],
        "consultations name": lambda: [side.sent_file.answer.choice for side in sides],
        "evidence pk": lambda: [side.evidence.pk for side in sides],
        "promise reference": lambda: [side.promise.reference for side in sides],
        "election pk": lambda: [world.election.pk],
        "contracts slug": lambda: [one.slug for one in agreements(sides)],
        "contracts reference": lambda: [one.reference for one in agreements(sides)],
        "contracts code": lambda: ["V1"],
        "contracts year": lambda: ["2025-26"],
        "contracts kind": lambda: ["improvement"],
        "contracts quarter": lambda: sorted({one.quarter for one in returns(sides)}),
        "contracts number": lambda: [1, 2] if "payments" in route.pattern else [1],
        "contracts pk": lambda: [side.action.pk for side in sides],
        "contracts line": lambda: [side.funding_line.pk for side in sides],
        "contracts stream": lambda: [side.funding_line.stream_id for side in sides],
        "contracts version": lambda: [1],
        "contracts update": lambda: [side.evidence_of_action.pk for side in sides],
    }.get(kind, list)()


def activities(sides):
    return [one.slug for side in sides for one in (side.activity, side.draft_activity)]


def agreements(sides):
    return [one for side in sides for one in vars(side.agreements).values()]


def consultations(sides):
    return [
        one
        for side in sides
        for one in (
            side.draft_consultation,
            side.open_consultation,
            side.closed_consultation,
            side.group,
            side.named,
            side.on_draft,
            side.on_draft_named,
        )
    ]


def pages(sides):
    return [page.pk for side in sides for page in vars(side.pages).values()]


def cms_arguments(route, world):
    """Of Wagtail's admin: the drafts of the other side, which no Lead Commissioner must reach by any door."""
    side = world.sides["Harbourlight"]
    page, revision = side.pages.intention, side.pages.intention.latest_revision
    app, model = page._meta.app_label, page._meta.model_name
    things = {
        "page_id": page.pk,
        "page_pk": page.pk,
        "parent_page_id": side.pages.hub.pk,
        "page_to_move_id": page.pk,
        "destination_id": side.pages.hub.pk,
        "revision_id": revision.pk,
        "image_id": side.picture.pk,
        "filter_spec": "width-100",
        "document_id": side.document.pk,
        "doc_id": side.document.pk,
        "content_type_app_name": app,
        "content_type_model_name": model,
        "app_label": app,
        "app_name": app,
        "model_name": model,
        "object_id": page.pk,
        "action": "publish",
        "pk": cms_key(route, side),
    }
    if route.url_name == "wagtailadmin_pages:revisions_compare":
        return [(page.pk, "earliest", "latest")]
    if set(route.parameters) <= set(things):
        return [tuple(things[name] for name in route.parameters)]
    return []


def cms_key(route, side):
    """What `pk` means, by the part of the admin that asks."""
    kinds = {
        "questionnaires": side.questionnaire,
        "documents": side.document,
        "wagtaildocs_chooser": side.document,
        "images": side.picture,
        "wagtailimages_chooser": side.picture,
        "wagtailusers_users": side.colleague,
    }
    spaces = route.url_name.split(":")
    return next((thing.pk for name, thing in kinds.items() if name in spaces), side.pages.intention.pk)
