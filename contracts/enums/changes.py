"""The words of what becomes of an agreement: payments, variations, its end."""

from django.db.models import TextChoices


class PaymentKind(TextChoices):
    """Money to a provider, or back from one."""

    PAYMENT = "PAYMENT", "Payment"
    CLAWBACK = "CLAWBACK", "Clawback"
    UNDERSPEND = "UNDERSPEND", "Underspend returned"


class PaymentState(TextChoices):
    """The life of a payment. It is paid on its day, once it is approved."""

    PLANNED = "PLANNED", "Planned"
    PROPOSED = "PROPOSED", "Waits for approval"
    APPROVED = "APPROVED", "Approved"
    CANCELLED = "CANCELLED", "Cancelled"


class VariationState(TextChoices):
    """The life of a variation. The provider reads it once the office has approved it."""

    PROPOSED = "PROPOSED", "Waits for a decision"
    DECLINED = "DECLINED", "Decided against"
    APPROVED = "APPROVED", "Approved, waits for the provider"
    IN_FORCE = "IN_FORCE", "In force"
    REFUSED = "REFUSED", "Not agreed by the provider"


class AmountPurpose(TextChoices):
    """What an amount that the law sets decides, all of them in the Procurement Act 2023 and with VAT."""

    INDICATORS = "INDICATORS", "Duty to publish indicators: contracts of more than this (section 52)"
    THRESHOLD = "THRESHOLD", "Threshold: goods and services from this on are a public contract (Schedule 1)"
    COPY = "COPY", "Publishing a changed contract whole: contracts of more than this (section 77)"


class EndingKind(TextChoices):
    """How an agreement ends. Section 80(3) of the Procurement Act 2023 counts each of them as a termination."""

    EXPIRED = "EXPIRED", "Its term has run out"
    COMPLETED = "COMPLETED", "What was agreed is done"
    MUTUAL = "MUTUAL", "Both sides end it together"
    OFFICE = "OFFICE", "The office ends it"
    PROVIDER = "PROVIDER", "The provider ends it"
    CONSEQUENCE = "CONSEQUENCE", "A step of the ladder ends it"
    VOID = "VOID", "Rescinded, or set aside by a court"


# Facts, or decided by two people already: recorded by one.
SETTLED_ENDINGS = frozenset({EndingKind.EXPIRED, EndingKind.CONSEQUENCE})


class EndingState(TextChoices):
    """The life of an end. The provider reads it once it is in force."""

    PROPOSED = "PROPOSED", "Waits for a decision"
    DECLINED = "DECLINED", "Decided against"
    IN_FORCE = "IN_FORCE", "In force"


class ModificationGround(TextChoices):
    """Why a substantial change of a public contract is permitted: Procurement Act 2023, Schedule 8."""

    PROVIDED_FOR = "PROVIDED_FOR", "Provided for in the contract and its notice (paragraph 1)"
    URGENT = "URGENT", "Extreme and unavoidable urgency, or protecting life (paragraph 2)"
    UNFORESEEN = "UNFORESEEN", "Unforeseeable circumstances (paragraph 4)"
    KNOWN_RISK = "KNOWN_RISK", "A known risk has come true (paragraph 5)"
    ADDITIONAL = "ADDITIONAL", "Additional goods, services or works (paragraph 8)"
    RESTRUCTURING = "RESTRUCTURING", "Transfer when an organisation is restructured (paragraph 9)"
