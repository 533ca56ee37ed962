"""Fills an empty office with the demonstration, or prints who can sign in."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from engagement.domain import outbox
from engagement.enums import DeliveryStatus
from engagement.models import Activity, Delivery, User
from portal.demo import PASSWORD, Demonstration
from portal.demo.activities import plan_activities
from portal.demo.agreements import plan_agreements
from portal.demo.analysis import plan_analysis
from portal.demo.care import plan_care
from portal.demo.checks import plan_checks
from portal.demo.clarifications import plan_clarifications
from portal.demo.comments import plan_comments
from portal.demo.consultations import plan_consultations
from portal.demo.documents import plan_documents
from portal.demo.ended import plan_ends
from portal.demo.making import plan_making
from portal.demo.money import plan_money
from portal.demo.papers import plan_papers
from portal.demo.people import PEOPLE, make_people
from portal.demo.reviewed import plan_reviewed

PLANS = (
    plan_activities,
    plan_documents,
    plan_agreements,
    plan_care,
    plan_checks,
    plan_making,
    plan_papers,
    plan_reviewed,
    plan_money,
    plan_ends,
    plan_consultations,
    plan_comments,
    plan_analysis,
    plan_clarifications,
)


class Command(BaseCommand):
    help = "Make the demonstration office of Avonmere in an empty database."

    def add_arguments(self, parser):
        parser.add_argument("--people", action="store_true", help="only print the addresses, people and password")

    def handle(self, *, people, **options):
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demonstration does not run with production settings.")
        if not people:
            self.make()
        self.introduce()

    def make(self):
        """Makes all of it or nothing, and says what it is doing."""
        if User.objects.exists() or Activity.objects.exists():
            raise CommandError(
                "This office already has people or activities: the demonstration needs an empty database."
            )
        demo = Demonstration(now=timezone.now())
        with transaction.atomic():
            self.say("Making people and organisations")
            make_people(demo)
            for plan in PLANS:
                plan(demo)
            demo.carry_out(say=self.say)
            lose_one_message(demo)
        self.say("Writing to everyone who was engaged")
        sent = outbox.flush(clock=timezone.now)
        self.say(f"{sent} messages are in {settings.VAR_DIR / 'mail'}")

    def say(self, sentence):
        self.stdout.write(sentence)
        self.stdout.flush()

    def introduce(self):
        """Who can sign in, with what."""
        self.stdout.write(f"\nSign in at {settings.BASE_URL}/account/login/ with the password {PASSWORD}\n\n")
        for _, email, name, _, role, to_see in PEOPLE:
            said = f"{name}, {role.label}" if role else name
            self.stdout.write(f"  {email:38} {said}: {to_see}\n")


def lose_one_message(demo):
    """As if the worker had been switched off while it sent the newest message: nobody knows whether it arrived."""
    newest = Delivery.objects.order_by("-not_before", "-pk").first()
    Delivery.objects.filter(pk=newest.pk).update(
        status=DeliveryStatus.CLAIMED, attempts=1, claimed_at=demo.now - 2 * outbox.CLAIM_LOST_AFTER
    )
    outbox.park_lost_claims(at=demo.now)
