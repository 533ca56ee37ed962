"""Who may do what with organisations, their people and what was checked of them: the rest of `matrix.py`."""

from tests.architecture.matrix import ANY_PROVIDER, NOBODY, OFFICE_READERS, OWN_PROVIDER, row

PEOPLE_MANAGERS = "certifier manager admin"
READERS_OF_ORGANISATIONS = f"{OFFICE_READERS} {ANY_PROVIDER} admin"
READERS_OF_BRIGHTWAY = f"{OFFICE_READERS} {OWN_PROVIDER} admin"

ORGANISATIONS = [
    row("engagement:organisation-list", get=READERS_OF_ORGANISATIONS),
    row("engagement:organisation-list-csv", get=READERS_OF_ORGANISATIONS),
    row("engagement:organisation-edit", "brightway.slug", get="manager admin", post="manager admin"),
    row("engagement:organisation-edit", "office.slug", get="admin", post="admin"),
    row("engagement:organisation-register", get="manager other_manager admin", post="manager other_manager admin"),
    row("engagement:organisation-detail", "brightway.slug", get=READERS_OF_BRIGHTWAY),
    row("engagement:organisation-detail", "office.slug", get="admin"),
    row("engagement:organisation-invite", "brightway.slug", get=PEOPLE_MANAGERS, post=PEOPLE_MANAGERS),
    row("engagement:organisation-invite", "office.slug", get="admin", post="admin"),
    row("engagement:invitation-again", "brightway.slug", "membership.pk", post=PEOPLE_MANAGERS),
    row("engagement:invitation-again", "office.slug", "membership.pk", post=NOBODY),
    row("engagement:membership-end", "brightway.slug", "membership.pk", get=PEOPLE_MANAGERS, post=PEOPLE_MANAGERS),
    row("engagement:membership-end", "office.slug", "membership.pk", get=NOBODY, post=NOBODY),
]
