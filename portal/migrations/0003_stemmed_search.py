"""On SQLite, lets a search for "visits" find "visit", and "café" "cafe". PostgreSQL does both by its own configuration."""

from django.db import migrations

TABLE = "wagtailsearch_indexentry"
COLUMNS = "autocomplete, body, title"


def rebuild(schema_editor, tokenizer):
    if schema_editor.connection.vendor != "sqlite":
        return
    schema_editor.execute(f"DROP TABLE {TABLE}_fts")
    schema_editor.execute(f"CREATE VIRTUAL TABLE {TABLE}_fts USING fts5({COLUMNS}{tokenizer})")
    schema_editor.execute(f"INSERT INTO {TABLE}_fts(rowid, {COLUMNS}) SELECT id, {COLUMNS} FROM {TABLE}")  # noqa: S608


def stem(apps, schema_editor):
    rebuild(schema_editor, ", tokenize='porter unicode61 remove_diacritics 2'")


def unstem(apps, schema_editor):
    rebuild(schema_editor, "")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_pages_and_rights"),
        ("wagtailsearch", "0010_add_text_fields"),
    ]

    operations = [migrations.RunPython(stem, unstem)]
