"""Who may do what with looking after an agreement and with what goes wrong: the rest of `matrix.py`."""

from tests.architecture.matrix import ANY_PROVIDER, NOBODY, OFFICE_READERS, OWN_PROVIDER, row

LIVE, DRAFT = "agreement.reference", "draft_agreement.reference"
READERS = "lead manager management commissioner specialist auditor"
BOTH_SIDES = f"{OWN_PROVIDER} {READERS}"
MANAGER = {"get": "manager", "post": "manager"}
PLAN = (LIVE, "plan.number")
ACTION = (LIVE, "provider_action.pk")
NOTICE, PROPOSED = (LIVE, "notice.number"), (LIVE, "proposed_step.number")
DECIDERS = {"get": "management commissioner", "post": "management commissioner"}

CARE = [
    row("contracts:tier-scheme", get=OFFICE_READERS),
    row("contracts:tier-scheme-change", get="management", post="management"),
    row("contracts:ladder", get=OFFICE_READERS),
    row("contracts:ladder-write", get="management", post="management"),
    row("contracts:monitoring", LIVE, get=READERS),
    row("contracts:monitoring", DRAFT, get=READERS),
    row("contracts:monitoring-decide", LIVE, **MANAGER),
    row("contracts:annual-review", LIVE, "year_end_return.period.year_label", **MANAGER),
    row("contracts:annual-review", LIVE, "'1999-00'", get=NOBODY, post=NOBODY),
    row("contracts:action-list", get=f"{OFFICE_READERS} {ANY_PROVIDER}"),
    row("contracts:action-list-csv", get=f"{OFFICE_READERS} {ANY_PROVIDER}"),
    row("contracts:plan-open", LIVE, "'mobilisation'", **MANAGER),
    row("contracts:plan-detail", *PLAN, get=BOTH_SIDES),
    row("contracts:plan-detail", DRAFT, "plan.number", get=NOBODY),
    row("contracts:plan-agree", *PLAN, post="certifier manager"),
    *(row(f"contracts:plan-{act}", *PLAN, **MANAGER) for act in ("edit", "rag", "close")),
    row("contracts:action-add", *PLAN, **MANAGER),
    row("contracts:action-detail", *ACTION, get=BOTH_SIDES, post=f"{OWN_PROVIDER} manager"),
    row("contracts:action-detail", LIVE, "office_action.pk", get=BOTH_SIDES, post="manager"),
    row("contracts:action-edit", *ACTION, **MANAGER),
    row("contracts:action-recheck", *ACTION, **MANAGER),
    row("contracts:action-evidence", *ACTION, "evidence_of_action.pk", get=BOTH_SIDES),
    row("contracts:consequence-list", LIVE, get=BOTH_SIDES),
    row("contracts:consequence-list", DRAFT, get=READERS),
    row("contracts:ladder-attach", LIVE, **MANAGER),
    row("contracts:consequence-propose", LIVE, **MANAGER),
    row("contracts:consequence-detail", *NOTICE, get=BOTH_SIDES),
    row("contracts:consequence-detail", *PROPOSED, get=READERS),
    row("contracts:consequence-decide", *PROPOSED, **DECIDERS),
    row("contracts:consequence-appeal", *NOTICE, get="certifier", post="certifier"),
    row("contracts:consequence-appeal", *PROPOSED, get=NOBODY, post=NOBODY),
    row("contracts:appeal-decide", *NOTICE, **DECIDERS),
    row("contracts:consequence-lift", *NOTICE, **MANAGER),
    row("contracts:consequence-notice", *NOTICE, **MANAGER),
    row("contracts:attention", get=OFFICE_READERS),
    row("contracts:attention-csv", get=OFFICE_READERS),
    row("contracts:risk-list", LIVE, get=READERS),
    row("contracts:risk-enter", LIVE, **MANAGER),
    row("contracts:risk-detail", LIVE, "risk.number", get=READERS, post="manager"),
    row("contracts:meeting-list", LIVE, get=BOTH_SIDES),
    row("contracts:meeting-record", LIVE, **MANAGER),
    row("contracts:meeting-detail", LIVE, "shared_meeting.number", get=BOTH_SIDES),
    row("contracts:meeting-detail", LIVE, "private_meeting.number", get=READERS),
    row("contracts:meeting-action", LIVE, "shared_meeting.number", **MANAGER),
]
