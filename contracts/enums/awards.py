"""The words of choosing a provider."""

from django.db.models import TextChoices


class HowChosen(TextChoices):
    """The way in which whoever provides a service was chosen (R-071)."""

    OPEN = "OPEN", "Open competition"
    CALL_OFF = "CALL_OFF", "Competition under a framework"
    GRANTS = "GRANTS", "Grant round"
    DIRECT = "DIRECT", "Direct award"
    NOT_COMPETED = "NOT_COMPETED", "Provided in-house, or by the police or fire service"


class DecidedAs(TextChoices):
    """Whose power was used: the Commissioner's own, or the same discharged by an officer (R-008)."""

    COMMISSIONER = "COMMISSIONER", "The Commissioner"
    OFFICER = "OFFICER", "An officer, under the scheme of delegation"


COMPETED = frozenset({HowChosen.OPEN, HowChosen.CALL_OFF, HowChosen.GRANTS})
