"""The door to every change of an agreement's record: it is held in the database, and its Contract Manager asks."""

from datetime import datetime

from contracts.models import Agreement
from engagement.domain.refused import Refused
from engagement.models import User


def managed(
    agreement: Agreement,
    *,
    actor: User,
    at: datetime,
    refused: type[Refused],
    words: str = "Only the Contract Manager of the activity does this.",
) -> Agreement:
    """The agreement as it is in the database, held until the transaction ends (R-080).

    Raises `refused` with `words` for anybody but the Contract Manager of its activity.
    """
    rows = Agreement.objects.select_related("activity__contract_manager", "provider").select_for_update(of=("self",))
    agreement = rows.get(pk=agreement.pk)
    if not Agreement.objects.writable_by(actor, at=at).filter(pk=agreement.pk).exists():
        raise refused(words)
    return agreement
