"""What is made of what people wrote, and the feed of what came of it, route by route; and `ROWS`, with those before."""

from tests.architecture.matrix import ANYBODY, INVOLVEMENT, NOBODY, row
from tests.architecture.matrix_measures import MEASURES
from tests.architecture.matrix_open_data import ROWS as OTHERS

ANALYSIS = [
    row("portal:outcomes-feed", get=ANYBODY),
    row("consultations:manage-terms", "closed_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-codebook-as", "closed_consultation.reference", "'xlsx'", get="involvement"),
    row("consultations:manage-coded-as", "closed_consultation.reference", "'ods'", get="involvement"),
    row("consultations:manage-terms", "draft_consultation.reference", get=NOBODY, post=NOBODY),
    row("consultations:manage-coded-as", "closed_consultation.reference", "'doc'", get=NOBODY),
]

ROWS = [*OTHERS, *ANALYSIS, *MEASURES]
