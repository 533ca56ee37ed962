"""Publishes one round as the worker does; prints how many, in how many seconds, and its memory early and at the end."""

import os
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()

from django.utils import timezone  # noqa: E402  Django comes first

from contracts.domain import rounds  # noqa: E402
from contracts.models import KpiReturn  # noqa: E402
from engagement.enums import Role  # noqa: E402
from engagement.models import User  # noqa: E402
from tests import databases  # noqa: E402


def main():
    databases.point_at(os.environ["BENCH_DATABASE"])
    now = timezone.now()
    actor = User.objects.filter(memberships__role=Role.MANAGEMENT).order_by("pk").first()
    quarter = rounds.unpublished().order_by("-ends_on").values_list("quarter", flat=True).first()
    number, seen = rounds.fingerprint(actor, quarter=quarter, at=now)
    rounds.order_round(quarter=quarter, seen=seen, actor=actor, at=now)
    memory, asked = [], 0

    def clock():
        nonlocal asked
        asked += 1
        if asked == max(1, number // 10):
            memory.append(megabytes())
        return timezone.now()

    began = time.monotonic()
    done = rounds.carry_out_waiting(clock=clock)
    took = time.monotonic() - began
    assert done == number, f"{done} of {number}"
    assert not KpiReturn.objects.filter(pk__in=rounds.ready_for(actor, quarter=quarter, at=now).values("pk")).exists()
    print(done, took, memory[0], megabytes())


def megabytes():
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
