"""Who may do what with the money of agreements: the rest of `matrix.py`."""

from tests.architecture.matrix import OFFICE_READERS, row

LIVE, DRAFT = "agreement.reference", "draft_agreement.reference"
READERS = "lead manager management commissioner specialist auditor"
MANAGER = {"get": "manager", "post": "manager"}
KEEPERS = {"get": "management", "post": "management"}

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
]
