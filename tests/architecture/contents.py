"""What the database holds, table by table: two looks tell whether anything changed between them."""

from django.apps import apps
from django.db import connection

# Tables that somebody's looking may change, and why that tells nothing of what they looked at.
MAY_CHANGE = {
    "django_session": "who is signed in in which browser, and the step of a form that a person has come to",
    "usersessions_usersession": "the same for the person's own list of browsers",
    "wagtailadmin_editingsession": "who has a page open in the editor, to warn others; forgotten after an hour",
    "wagtailcore_pagesubscription": "that whoever opens a page in the editor wants no mails of comments, which are off",
    "engagement_loghead": "the end of the log, which is compared entry by entry",
    "portal_portalrendition": "a picture at a size that is wanted for the first time: made of the picture alone",
}
# Columns of the same kind in tables that are otherwise compared.
MAY_CHANGE_IN = {
    "engagement_user": {"last_login"},
    "portal_portaldocument": {"file_size", "file_hash"},  # Wagtail measures a file when it is first asked
    "portal_portalimage": {"file_size", "file_hash"},
    "wagtailsearch_indexentry": {"title_norm"},  # and keeps that, and weighs the title against those of today
}
# Rows that may come: who was refused at a door is noted, and the head of the log moves with it.
MAY_COME = {"engagement_logentry": "action = 'access.refused'"}


def tables():
    """The columns to compare of every table of every model, with those that only join two models."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.managed and not options.proxy and options.db_table not in MAY_CHANGE:
            left_out = MAY_CHANGE_IN.get(options.db_table, set())
            found[options.db_table] = [
                field.column for field in options.local_concrete_fields if field.column and field.column not in left_out
            ]
    return found


def look():
    """By table: how many rows, and a hash of what is in them."""
    quoted, seen = connection.ops.quote_name, {}
    with connection.cursor() as cursor:
        for table, columns in tables().items():
            some = f" WHERE NOT ({MAY_COME[table]})" if table in MAY_COME else ""
            names = ", ".join(map(quoted, columns))
            cursor.execute(f"SELECT {names} FROM {quoted(table)}{some}")  # noqa: S608  Django's names
            rows = [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in cursor]
            seen[table] = (len(rows), hash(frozenset(rows)))
    return seen


def differences(before, after):
    """The tables in which something was written, with how many rows more or fewer there are."""
    return {table: after[table][0] - before[table][0] for table in before if before[table] != after[table]}
