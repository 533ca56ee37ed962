"""Open data, and past figures that are put right, route by route; and `ROWS`, with those before."""

from tests.architecture.matrix import ANYBODY, NOBODY, OWN_PROVIDER, row
from tests.architecture.matrix import ROWS as OTHERS

OPEN_DATA = [
    row("portal:data", get=ANYBODY),
    row("contracts:ocds-releases", get=ANYBODY),
    row("contracts:register-payments-csv", get=ANYBODY),
    row("contracts:register-detail", "agreement.reference", get=ANYBODY),
    row("contracts:register-detail", "draft_agreement.reference", get=NOBODY),
    row("contracts:performance-priorities", get=ANYBODY),
    row("contracts:performance-priorities-csv", get=ANYBODY),
]

ASKERS = "certifier manager"
# Asked for by the activity's Contract Manager: another one decides, or the Management Team.
DECIDERS = "other_manager management"
RESTATEMENTS = [
    row("contracts:restatement-ask", "accepted_return.reference", "'V1'", get=ASKERS, post=ASKERS),
    row("contracts:restatement-ask", "submitted_return.reference", "'V1'", get=NOBODY, post=NOBODY),
    row(
        "contracts:restatement-detail",
        "restatement.pk",
        get=f"{OWN_PROVIDER} {DECIDERS} lead manager auditor",
        post=DECIDERS,
    ),
]

READERS = "lead manager management commissioner auditor"
OVERRIDES = [
    row(
        "contracts:rating-override",
        "agreement.reference",
        "accepted_return.reference",
        "'V1'",
        get="manager",
        post="manager",
    ),
    row("contracts:override-detail", "override.pk", get=READERS, post="management commissioner"),
]

ROWS = [*OTHERS, *OPEN_DATA, *RESTATEMENTS, *OVERRIDES]
