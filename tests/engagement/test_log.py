"""The log shows whatever was done to it behind the portal's back."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from engagement import tasks
from engagement.domain import log
from engagement.models import LogEntry, LogHead
from tests.factories.engagement import NOW, ActivityFactory, UserFactory


def write_entries(count):
    activity = ActivityFactory()
    for number in range(count):
        log.record(
            action="activity.changed",
            subject=activity,
            actor=activity.lead_commissioner,
            at=NOW + timedelta(minutes=number),
            summary=f"Change {number} – “naïve”",
            activity=activity,
            data={"fields": ("title", "area"), "by_number": {10: "ten", 9: "nine"}},
        )


@pytest.mark.django_db
@pytest.mark.requirement("R-152")
def test_entries_are_numbered_without_gaps_and_verify_after_a_round_trip():
    write_entries(5)

    assert list(LogEntry.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert log.verify() == log.Verdict(entries=5)


@pytest.mark.django_db
def test_empty_log_is_sound():
    assert log.verify() == log.Verdict(entries=0)


def change_summary(entry):
    LogEntry.objects.filter(pk=entry.pk).update(summary="Nothing happened.")


def change_actor(entry):
    LogEntry.objects.filter(pk=entry.pk).update(actor=UserFactory())


def change_time(entry):
    LogEntry.objects.filter(pk=entry.pk).update(at=entry.at + timedelta(microseconds=1))


def change_data(entry):
    LogEntry.objects.filter(pk=entry.pk).update(data={"fields": ["title"]})


def reseal_without_the_key(entry):
    LogEntry.objects.filter(pk=entry.pk).update(summary="Nothing happened.", hash=f"{entry.pk:064x}")


def take_out(entry):
    entry.delete()


def take_out_and_close_the_gap(entry):
    entry.delete()
    for later in LogEntry.objects.filter(sequence__gt=entry.sequence).order_by("sequence"):
        LogEntry.objects.filter(pk=later.pk).update(sequence=later.sequence - 1)


def insert_a_copy(entry):
    for later in LogEntry.objects.filter(sequence__gt=entry.sequence).order_by("-sequence"):
        LogEntry.objects.filter(pk=later.pk).update(sequence=later.sequence + 1)
    entry.pk, entry.sequence, entry.hash = None, entry.sequence + 1, "0" * 64
    entry.save(force_insert=True)


TAMPERINGS = {
    change_summary: 0,
    change_actor: 0,
    change_time: 0,
    change_data: 0,
    reseal_without_the_key: 0,
    take_out: 0,
    take_out_and_close_the_gap: 0,
    insert_a_copy: 1,
}


@pytest.mark.threat("G02")
class TestTampering(TestCase):
    @settings(max_examples=24, deadline=None)
    @given(st.sampled_from(list(TAMPERINGS)), st.integers(1, 9))
    def test_first_bad_entry_is_named(self, tamper, sequence):
        write_entries(10)

        tamper(LogEntry.objects.get(sequence=sequence))

        assert log.verify().bad_sequence == sequence + TAMPERINGS[tamper]


@pytest.mark.django_db
@pytest.mark.threat("G02")
def test_two_entries_changed_round_are_named():
    write_entries(6)
    for sequence, other in [(3, 103), (4, 3), (103, 4)]:
        LogEntry.objects.filter(sequence=sequence).update(sequence=other)

    assert log.verify().bad_sequence == 3


@pytest.mark.django_db
@pytest.mark.threat("G02")
def test_end_that_was_cut_off_is_seen():
    write_entries(6)

    LogEntry.objects.filter(sequence__gt=4).delete()

    assert log.verify() == log.Verdict(4, 5, "Entries at the end are missing.")


@pytest.mark.django_db
@pytest.mark.threat("G02")
def test_head_that_was_taken_away_is_seen():
    write_entries(3)

    LogHead.objects.all().delete()

    assert not log.verify().sound


@pytest.mark.django_db
@pytest.mark.threat("G02")
def test_end_cut_off_with_the_head_turned_back_is_seen_by_a_witness_kept_elsewhere():
    write_entries(6)
    witness = dict([log.head()])
    LogEntry.objects.filter(sequence__gt=4).delete()
    LogHead.objects.update(last_sequence=4, last_hash=LogEntry.objects.get(sequence=4).hash)

    assert log.verify().sound
    assert log.verify(witness).bad_sequence == 5


@pytest.mark.django_db
@pytest.mark.threat("G02")
def test_command_keeps_a_witness_and_refuses_a_log_that_lost_its_end(settings, tmp_path, capsys):
    settings.VAR_DIR = tmp_path
    write_entries(6)
    call_command("verify_audit")
    LogEntry.objects.filter(sequence__gt=4).delete()
    LogHead.objects.update(last_sequence=4, last_hash=LogEntry.objects.get(sequence=4).hash)

    with pytest.raises(CommandError, match="Entries at the end are missing"):
        call_command("verify_audit")

    assert "6 entries, each as it was written." in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.threat("G02")
def test_command_refuses_a_witness_that_was_forged(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    write_entries(2)
    call_command("verify_audit")
    witnesses = tmp_path / "audit" / "witnesses"
    witnesses.write_text(witnesses.read_text().replace("2:", "1:", 1))

    with pytest.raises(CommandError, match="witness"):
        call_command("verify_audit")


@pytest.mark.django_db
@pytest.mark.threat("G02")
def test_nightly_task_keeps_a_witness_and_fails_when_the_log_was_touched(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    write_entries(2)
    tasks.verify_audit()
    change_summary(LogEntry.objects.get(sequence=1))

    with pytest.raises(CommandError, match="Entry 1 is not as it was written"):
        tasks.verify_audit()

    assert len((tmp_path / "audit" / "witnesses").read_text().splitlines()) == 1
