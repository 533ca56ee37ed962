"""The worker's doors. Each task carries nothing but its name, and is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from consultations.domain import (
    alike,
    answering_clock,
    cowriting,
    drafting,
    entering,
    evidence,
    files,
    inviting,
    ordering,
    settling,
    terms,
    timekeeping,
)
from consultations.views.evidence import parts_of


@shared_task(name="consultations.keep_time", ignore_result=True)
def keep_time(**kwargs):
    """Announces openings and closings that have come. Runs every few minutes."""
    if timekeeping.keep_time(at=timezone.now()):
        settling.freeze_tables()


@shared_task(name="consultations.warn_of_what_is_due", ignore_result=True)
def warn_of_what_is_due(**kwargs):
    """Warns the office of answers and promises that fall due or are late. Runs every morning."""
    answering_clock.warn(at=timezone.now())


@shared_task(name="consultations.make_evidence", ignore_result=True)
def make_evidence(**kwargs):
    """Makes the evidence files that wait. Woken when one is asked for, and every minute."""
    evidence.make_waiting(parts_of=parts_of, clock=timezone.now)


@shared_task(name="consultations.publish_ordered", ignore_result=True)
def publish_ordered(**kwargs):
    """Publishes what somebody ordered where very many people answered. Woken when ordered, and every minute."""
    if ordering.carry_out_waiting(clock=timezone.now):
        settling.freeze_tables()


@shared_task(name="consultations.shuffle_responses", ignore_result=True)
def shuffle_responses(**kwargs):
    """Makes the order of answers say nothing. Runs every night."""
    timekeeping.every_night(at=timezone.now())
    settling.freeze_tables()


@shared_task(name="consultations.forget_drafts", ignore_result=True)
def forget_drafts(**kwargs):
    """Throws away unfinished answers that nobody came back to, codes worth nothing, files that were not entered."""
    drafting.forget_drafts(at=timezone.now())
    inviting.forget_codes(at=timezone.now())
    cowriting.forget_unsigned(at=timezone.now())
    files.forget_files(at=timezone.now())


@shared_task(name="consultations.work_on_files", ignore_result=True)
def work_on_files(**kwargs):
    """Checks and enters uploaded files, and sheets that a dead process left behind. When asked, and every minute."""
    if files.work(at=timezone.now()) + entering.enter_checked(at=timezone.now()):
        settling.freeze_tables()


@shared_task(name="consultations.count_terms", ignore_result=True)
def count_terms(**kwargs):
    """Counts the words of texts where somebody asked. Woken when asked, and every minute."""
    terms.count_waiting()


@shared_task(name="consultations.look_for_alike", ignore_result=True)
def look_for_alike(**kwargs):
    """Looks for answers that are alike, where something closed or somebody asked. When asked, and every minute."""
    alike.look_waiting(clock=timezone.now)
