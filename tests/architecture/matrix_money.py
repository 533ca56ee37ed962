"""Who may do what with the money of agreements: the rest of `matrix.py`."""

from tests.architecture.matrix import OFFICE_READERS, OWN_PROVIDER, row

LIVE, DRAFT = "agreement.reference", "draft_agreement.reference"
READERS = "lead manager management commissioner specialist auditor"
MANAGER = {"get": "manager", "post": "manager"}
KEEPERS = {"get": "management", "post": "management"}
BOTH_SIDES = f"{OWN_PROVIDER} {READERS}"
DECIDERS = {"get": "management commissioner", "post": "management commissioner"}
VARIATION = (LIVE, "variation.number")
PAYMENT, CLAWBACK = (LIVE, "payment.number"), (LIVE, "clawback.number")

MONEY = [
    row("contracts:funding-csv", get=OFFICE_READERS),
    row("contracts:stream-list", get=OFFICE_READERS),
    row("contracts:stream-add", **KEEPERS),
    row("contracts:stream-edit", "stream.pk", **KEEPERS),
    row("contracts:agreement-money", LIVE, get=READERS),
    row("contracts:agreement-money", DRAFT, get=READERS),
    row("contracts:funding-add", LIVE, **MANAGER),
    row("contracts:funding-edit", LIVE, "funding_line.pk", **MANAGER),
    row("contracts:funding-edit", DRAFT, "funding_line.pk", get="", post=""),
    row("contracts:funding-drop", LIVE, "spare_line.pk", post="manager"),
    row("contracts:public-share", LIVE, **MANAGER),
    row("contracts:agreement-limits", DRAFT, **MANAGER),
    row("contracts:standings", get=OFFICE_READERS),
    row("contracts:standings-csv", get=OFFICE_READERS),
    row("contracts:payments-csv", get=OFFICE_READERS),
    row("contracts:payment-list", LIVE, get=BOTH_SIDES),
    row("contracts:payment-list", DRAFT, get=READERS),
    row("contracts:payment-list-csv", LIVE, get=BOTH_SIDES),
    row("contracts:payment-plan", LIVE, **MANAGER),
    row("contracts:payment-take-back", LIVE, **MANAGER),
    row("contracts:payment-detail", *PAYMENT, get=BOTH_SIDES),
    row("contracts:payment-detail", *CLAWBACK, get=READERS),
    row("contracts:payment-edit", *PAYMENT, **MANAGER),
    row("contracts:payment-invoice", *PAYMENT, **MANAGER),
    row("contracts:payment-propose", *PAYMENT, **MANAGER),
    row("contracts:payment-decide", *CLAWBACK, **DECIDERS),
    row("contracts:payment-cancel", LIVE, "spare_payment.number", post="manager"),
    row("contracts:ending", LIVE, get=BOTH_SIDES),
    row("contracts:ending", DRAFT, get=READERS),
    row("contracts:ending-propose", LIVE, **MANAGER),
    row("contracts:ending-decide", LIVE, "ending.number", **DECIDERS),
    row("contracts:ending-notice", LIVE, "ending.number", **MANAGER),
    row("contracts:variation-list", LIVE, get=BOTH_SIDES),
    row("contracts:variation-list", DRAFT, get=READERS),
    row("contracts:variation-list-csv", LIVE, get=BOTH_SIDES),
    row("contracts:variation-propose", LIVE, **MANAGER),
    row("contracts:variation-detail", *VARIATION, get=BOTH_SIDES),
    row("contracts:variation-decide", *VARIATION, **DECIDERS),
    row("contracts:variation-notice", *VARIATION, **MANAGER),
    row("contracts:variation-answer", *VARIATION, get="certifier", post="certifier"),
]
