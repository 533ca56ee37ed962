"""What the database itself refuses, whoever asks it: the promise about names is fixed once it was made (P06).

A check constraint cannot compare a row with what it was, or with another, so these are triggers. They are made anew
after every migration, since SQLite drops a table's triggers when a migration writes the table anew.
"""

from django.db import connections

BROKEN = "What people were promised about their names cannot change once a consultation is public."
NAMED = "ORGANISATIONS"  # `IdentityMode.ORGANISATIONS`, as the database holds it
NAMELESS = "No name is kept with an answer to a consultation that promises anonymity."
NAMED_TABLES = (
    "consultations_organisationdraft",
    "consultations_organisationanswer",
    "consultations_signedcomment",
)

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
    f"""
    CREATE OR REPLACE FUNCTION name_is_asked_for() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM consultations_consultation WHERE id = NEW.consultation_id AND identity_mode = '{NAMED}'
        ) THEN RAISE EXCEPTION '{NAMELESS}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608  nothing in it comes from outside
)


def named_only(table, *, vendor):
    """The statements that let a table hold rows of consultations with names only."""
    trigger = f"{table}_is_named"
    if vendor != "sqlite":
        return [
            f"CREATE OR REPLACE TRIGGER {trigger} BEFORE INSERT OR UPDATE OF consultation_id ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION name_is_asked_for()"
        ]
    statements = []
    for name, event in ((trigger, "INSERT"), (f"{trigger}_still", "UPDATE OF consultation_id")):
        statements += [
            f"DROP TRIGGER IF EXISTS {name}",
            f"""
            CREATE TRIGGER {name} BEFORE {event} ON {table}
            WHEN (SELECT identity_mode FROM consultations_consultation WHERE id = NEW.consultation_id) <> '{NAMED}'
            BEGIN SELECT RAISE(ABORT, '{NAMELESS}'); END
            """,  # noqa: S608  nothing in it comes from outside
        ]
    return statements


def set_guards(*, using="default", **kwargs):
    """Puts the triggers in their place after the migrations of this package."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if "consultations_consultation" not in tables:
            return  # migrated back to nothing
        statements = [*(SQLITE if connection.vendor == "sqlite" else POSTGRESQL)]
        for table in tables.intersection(NAMED_TABLES):
            statements += named_only(table, vendor=connection.vendor)
        for statement in statements:
            cursor.execute(statement)
