"""Who may do what with what a return holds beside its figures: the rest of `matrix.py`."""

from tests.architecture.matrix import ANYBODY, NOBODY, row

RETURNS = [
    row("contracts:performance-parts-csv", "agreement.slug", get=ANYBODY),
    row("contracts:performance-parts-csv", "draft_agreement.slug", get=NOBODY),
]
