"""The words of the site's own documents."""

from django.db.models import TextChoices


class SpecificationStatus(TextChoices):
    """How settled a specification is."""

    DRAFT = "DRAFT", "Draft for consultation"
    FINAL = "FINAL", "Final"


class ReviewOutcome(TextChoices):
    """What a review concludes (R-089)."""

    CONTINUE = "CONTINUE", "Continue as it is"
    IMPROVE = "IMPROVE", "Improve"
    VARY = "VARY", "Vary the agreement"
    EXTEND = "EXTEND", "Extend the agreement"
    RECOMMISSION = "RECOMMISSION", "Commission again"
    DECOMMISSION = "DECOMMISSION", "De-commission"


class Openness(TextChoices):
    """Whether a clause is settled, or ideas for it are welcome (R-066)."""

    FIXED = "FIXED", "Fixed"
    OPEN_TO_IDEAS = "OPEN_TO_IDEAS", "Open to ideas"


class EvidenceKind(TextChoices):
    """What an item of evidence is (R-040, R-041, R-047, R-052)."""

    NEEDS_ASSESSMENT = "NEEDS_ASSESSMENT", "Needs assessment"
    EQUALITY_IMPACT = "EQUALITY_IMPACT", "Equality impact assessment"
    EVIDENCE = "EVIDENCE", "Evidence"
    LEGISLATION = "LEGISLATION", "Legislation and guidance"
    STRATEGY = "STRATEGY", "Commissioning strategy"
