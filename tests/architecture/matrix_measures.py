"""Who may do what with the library of measures, targets and changed ratings: the rest of `matrix.py`."""

from tests.architecture.matrix import OFFICE_READERS, row
from tests.architecture.matrix_returns import RETURNS

WRITERS = "lead other_lead manager other_manager"
OWN_MEASURE = ("agreement.reference", "'V1'")
MEASURES = [
    row("contracts:measure-list", get=OFFICE_READERS),
    row("contracts:measure-list-csv", get=OFFICE_READERS),
    row("contracts:measure-detail", "library_draft.measure.pk", get=OFFICE_READERS),
    row("contracts:measure-new", get=WRITERS, post=WRITERS),
    row("contracts:measure-write", "library_draft.measure.pk", get=WRITERS, post=WRITERS),
    row("contracts:measure-approve", "library_draft.measure.pk", get="management", post="management"),
    row("contracts:measure-choose", "agreement.reference", get="manager", post="manager"),
    row("contracts:measure-choose", "draft_agreement.reference", get="manager", post="manager"),
    row("contracts:indicator-targets", *OWN_MEASURE, get="manager", post="manager"),
    row("contracts:indicator-newer", *OWN_MEASURE, post="manager"),
    *RETURNS,
]
