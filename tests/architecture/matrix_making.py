"""Who may do what with what an agreement is made of: the rest of `matrix.py`."""

from tests.architecture.matrix import NOBODY, OFFICE_READERS, OWN_PROVIDER, row

LIVE, DRAFT = "agreement.reference", "draft_agreement.reference"
READERS = "lead manager management commissioner specialist auditor"
BOTH_SIDES = f"{OWN_PROVIDER} {READERS}"
MANAGER = {"get": "manager", "post": "manager"}

MAKING = [
    row("contracts:duty-amounts", get=OFFICE_READERS),
    row("contracts:duty-amount-set", get="management", post="management"),
    row("contracts:procurement", LIVE, get=BOTH_SIDES),
    row("contracts:procurement", DRAFT, get=READERS),
    row("contracts:procurement-record", LIVE, **MANAGER),
    row("contracts:procurement-record", DRAFT, **MANAGER),
    *(row(f"contracts:{name}", LIVE, get=BOTH_SIDES) for name in ("documents", "documents-csv")),
    *(row(f"contracts:{name}", DRAFT, get=READERS) for name in ("documents", "documents-csv")),
    row("contracts:document-add", LIVE, **MANAGER),
    row("contracts:document-version", LIVE, "paper.number", **MANAGER),
    row("contracts:document-share", LIVE, "paper.number", **MANAGER),
    row("contracts:document-file", LIVE, "paper.number", "'1'", get=BOTH_SIDES),
    row("contracts:document-file", LIVE, "private_paper.number", "'1'", get=READERS),
    *(row("contracts:award", one, get=READERS) for one in (LIVE, DRAFT)),
    *(row("contracts:award-record", one, **MANAGER) for one in (LIVE, DRAFT)),
    row("contracts:signed-terms", LIVE, get=BOTH_SIDES),
    row("contracts:signed-terms", DRAFT, get=NOBODY),
    row("contracts:governance", LIVE, get=BOTH_SIDES),
    row("contracts:governance", DRAFT, get=READERS),
    row("contracts:governance-arrange", LIVE, **MANAGER),
    row("contracts:plan-open", LIVE, "'exit'", **MANAGER),
    row("contracts:plan-review", LIVE, "exit_plan.number", **MANAGER),
    row("contracts:plan-review", LIVE, "plan.number", get=NOBODY, post=NOBODY),
    *(row(f"contracts:{name}", LIVE, get=BOTH_SIDES) for name in ("parties", "parties-csv", "lots-csv")),
    *(row(f"contracts:{name}", DRAFT, get=READERS) for name in ("parties", "parties-csv", "lots-csv")),
    *(row(f"contracts:{name}", LIVE, **MANAGER) for name in ("party-add", "lot-add")),
    row("contracts:party-edit", LIVE, "party.number", **MANAGER),
    row("contracts:lot-edit", LIVE, "lot.number", **MANAGER),
    row("contracts:party-take-out", LIVE, "party.number", post="manager"),
    row("contracts:lot-take-out", LIVE, "lot.number", post="manager"),
]
