"""What the database itself refuses, whoever asks it: the promise about names is fixed once it was made (P06).

A check constraint cannot compare a row with what it was, so these are triggers. They are made anew after every
migration, since SQLite drops a table's triggers when a migration writes the table anew.
"""

from django.db import connections

BROKEN = "What people were promised about their names cannot change once a consultation is public."

SQLITE = (
    "DROP TRIGGER IF EXISTS consultation_mode_is_fixed",
    f"""
    CREATE TRIGGER consultation_mode_is_fixed BEFORE UPDATE OF identity_mode ON consultations_consultation
    WHEN OLD.published_at IS NOT NULL AND NEW.identity_mode <> OLD.identity_mode
    BEGIN SELECT RAISE(ABORT, '{BROKEN}'); END
    """,
)
POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION consultation_mode_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{BROKEN}' USING ERRCODE = 'check_violation'; END $$
    """,
    """
    CREATE OR REPLACE TRIGGER consultation_mode_is_fixed
    BEFORE UPDATE OF identity_mode ON consultations_consultation FOR EACH ROW
    WHEN (OLD.published_at IS NOT NULL AND NEW.identity_mode IS DISTINCT FROM OLD.identity_mode)
    EXECUTE FUNCTION consultation_mode_is_fixed()
    """,
)


def set_guards(*, using="default", **kwargs):
    """Puts the triggers in their place after the migrations of this package."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if "consultations_consultation" not in connection.introspection.table_names(cursor):
            return  # migrated back to nothing
        for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)
