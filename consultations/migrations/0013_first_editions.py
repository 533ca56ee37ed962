"""Results that were public before there were editions become the first; an outcome told with them, the second."""

from django.db import migrations

FEEDBACK = ("finding", "we_asked", "asked_by", "asked_also", "overlap", "you_said", "limits", "method")
OUTCOME = (
    "we_did",
    "unchanged",
    "decision",
    "decided_by",
    "decided_on",
    "decision_reference",
    "decision_url",
    "decision_move",
    "next_stage",
    "next_words",
)


def begin(apps, schema_editor):
    consultations = apps.get_model("consultations", "Consultation").objects
    for told in consultations.filter(results_published_at__isnull=False, revisions=None):
        content = {
            "results_published_at": told.results_published_at.isoformat(),
            "outcome_published_at": None,
            "feedback": {name: getattr(told, name) for name in FEEDBACK},
            "results": told.results,
            "outcome": None,
        }
        edition(apps, told, number=1, kind="RESULTS", content=content)
        if (told.we_did or told.decision) and told.outcome_published_at is None:
            told.outcome_published_at = told.results_published_at
            told.save(update_fields=["outcome_published_at"])
            outcome = {name: getattr(told, name) for name in OUTCOME}
            outcome["decided_on"] = told.decided_on.isoformat() if told.decided_on else None
            content = {**content, "outcome_published_at": told.outcome_published_at.isoformat(), "outcome": outcome}
            edition(apps, told, number=2, kind="OUTCOME", content=content)


def edition(apps, told, *, number, kind, content):
    apps.get_model("consultations", "ResultsRevision").objects.create(
        consultation=told,
        number=number,
        kind=kind,
        content=content,
        published_at=told.results_published_at,
        published_by=None,
    )


class Migration(migrations.Migration):
    dependencies = [("consultations", "0012_organisations_answer")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
