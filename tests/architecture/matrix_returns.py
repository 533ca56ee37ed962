"""Who may do what with what a return holds beside its figures: the rest of `matrix.py`."""

from tests.architecture.matrix import ANYBODY, NOBODY, OWN_PROVIDER, row

SENDER = {"get": OWN_PROVIDER, "post": OWN_PROVIDER}
FILE = ("due_return.reference", "evidence_file.pk")

RETURNS = [
    row("contracts:performance-parts-csv", "agreement.slug", get=ANYBODY),
    row("contracts:performance-parts-csv", "draft_agreement.slug", get=NOBODY),
    *(row(f"contracts:return-{page}", "due_return.reference", **SENDER) for page in ("narrative", "evidence")),
    # What was sent leads back to the return, and is refused in words.
    *(row(f"contracts:return-{page}", "submitted_return.reference", **SENDER) for page in ("narrative", "evidence")),
    row("contracts:return-feedback", "due_return.reference", **SENDER),
    row("contracts:return-feedback", "accepted_return.reference", **SENDER),
    row("contracts:return-file", *FILE, get=f"{OWN_PROVIDER} lead manager management auditor"),
    row("contracts:return-file", "queried_return.reference", "evidence_file.pk", get=NOBODY),
    row("contracts:return-file-off", *FILE, get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("contracts:return-file-off", "queried_return.reference", "evidence_file.pk", get=OWN_PROVIDER, post=NOBODY),
    row("contracts:feedback-list", get="management"),
    row("contracts:feedback-list-csv", get="management"),
]
