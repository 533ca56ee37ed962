"""Who may do what with organisations, their people and what was checked of them: the rest of `matrix.py`."""

from tests.architecture.matrix import ANY_PROVIDER, NOBODY, OFFICE_READERS, OWN_PROVIDER, row

PEOPLE_MANAGERS = "certifier manager admin"
READERS_OF_ORGANISATIONS = f"{OFFICE_READERS} {ANY_PROVIDER} admin"
KEEPERS = "manager other_manager admin"
CHECKERS = f"{OFFICE_READERS} admin"
CERTIFICATE = ("brightway.slug", "'public-liability'")
READERS_OF_BRIGHTWAY = f"{OFFICE_READERS} {OWN_PROVIDER} admin"

ORGANISATIONS = [
    row("portal:acting-switch", post=NOBODY),  # each of these people acts for one organisation
    row("engagement:organisation-list", get=READERS_OF_ORGANISATIONS),
    row("engagement:organisation-list-csv", get=READERS_OF_ORGANISATIONS),
    row("engagement:organisation-edit", "brightway.slug", get=KEEPERS, post=KEEPERS),
    row("engagement:organisation-edit", "office.slug", get="admin", post="admin"),
    row("engagement:organisation-register", get="manager other_manager admin", post="manager other_manager admin"),
    row("engagement:organisation-detail", "brightway.slug", get=READERS_OF_BRIGHTWAY),
    row("engagement:organisation-detail", "office.slug", get="admin"),
    row("engagement:organisation-invite", "brightway.slug", get=PEOPLE_MANAGERS, post=PEOPLE_MANAGERS),
    row("engagement:organisation-invite", "office.slug", get="admin", post="admin"),
    row("engagement:invitation-again", "brightway.slug", "invitation.pk", post=PEOPLE_MANAGERS),
    row("engagement:invitation-again", "brightway.slug", "membership.pk", post=NOBODY),
    row("engagement:invitation-take-back", "brightway.slug", "invitation.pk", post=PEOPLE_MANAGERS),
    row("engagement:invitation-take-back", "office.slug", "invitation.pk", post=NOBODY),
    row("engagement:invitation", "invitation.pk", get=NOBODY, post=NOBODY),  # it is somebody else's to answer
    row("engagement:invitation-again", "office.slug", "membership.pk", post=NOBODY),
    row("portal:membership-end", "brightway.slug", "membership.pk", get=PEOPLE_MANAGERS, post=PEOPLE_MANAGERS),
    row("portal:membership-end", "office.slug", "membership.pk", get=NOBODY, post=NOBODY),
    row("engagement:check-detail", *CERTIFICATE, get=CHECKERS),
    row("engagement:check-record", *CERTIFICATE, get=KEEPERS, post=KEEPERS),
    row("engagement:check-file", "brightway.slug", "check.pk", get=CHECKERS),
    row("engagement:document-send", *CERTIFICATE, get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("engagement:sent-file", "brightway.slug", "sent_document.pk", get=READERS_OF_BRIGHTWAY),
    row("engagement:sent-settle", "brightway.slug", "sent_document.pk", get=KEEPERS, post=KEEPERS),
]
