"""On PostgreSQL words are found with or without their accents, as SQLite's index does by itself."""

from django.db import migrations

ADD = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION portal_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION portal_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""
REMOVE = "DROP TEXT SEARCH CONFIGURATION IF EXISTS portal_english"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_stemmed_search")]

    operations = [migrations.RunPython(add, remove)]
