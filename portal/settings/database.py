"""One address, two engines: what SQLite and PostgreSQL each need for receipts to be kept and writers not to collide."""

import environ

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a writer waits for its turn instead of failing half way
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON;",  # what is deleted is overwritten: a withdrawn answer must not lie in a free page
}


def database_from(url):
    """The Django database settings for a `DATABASE_URL` (`sqlite:///path` or `postgres://user:password@host:port/name`)."""
    settings = environ.Env.db_url_config(url)
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = dict(SQLITE_OPTIONS)
    else:
        settings["CONN_MAX_AGE"] = 60
        settings["CONN_HEALTH_CHECKS"] = True
    return settings
