"""Which statutory duties an agreement carries, where another part of its record says so."""

from contracts.enums import AgreementKind
from contracts.models import Agreement

# Procurement Act 2023, section 71: notices of failures concern contracts whose estimated value is over £5 million.
STATUTORY_FROM = 5_000_000


def statutory_duty_applies(agreement: Agreement) -> bool:
    """Whether a failure must be published within 30 days: for a contract whose value is over £5 million. Pure."""
    return agreement.kind == AgreementKind.CONTRACT and agreement.value is not None and agreement.value > STATUTORY_FROM
