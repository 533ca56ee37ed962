"""The reminders an office starts with; it may change every one of them."""

from django.db import migrations

FIRST = [
    (-14, "PROVIDER", "There is time to ask us about a figure."),
    (-3, "PROVIDER", "If you need more time, ask the Contract Manager before it is due."),
    (0, "PROVIDER", "It is due today. If you need more time, ask the Contract Manager now."),
    (3, "PROVIDER", "We have not received it. Send what you have, and say what is missing and when it will come."),
    (5, "CONTRACT_MANAGER", "Ring the provider, and agree when it will come."),
    (10, "MANAGEMENT", "The provider and the Contract Manager have been reminded."),
]


def enter(apps, schema_editor):
    rules = apps.get_model("contracts", "ReminderRule").objects
    for days, sent_to, words in FIRST:
        rules.get_or_create(days=days, sent_to=sent_to, defaults={"words": words})


class Migration(migrations.Migration):
    dependencies = [("contracts", "0007_calendars_and_reminders")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
