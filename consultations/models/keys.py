"""Keys that say nothing about when a row was written."""

import secrets

from django.db import models


def new_key():
    """A random key of 63 bits, never nought."""
    return secrets.randbelow(2**63 - 1) + 1


class RandomKeyField(models.BigIntegerField):
    """A random primary key.

    On SQLite the column must be an `integer`: only then is it the row number, and the table keeps no hidden order of
    arrival. A `bigint` primary key would leave SQLite counting rows beside it.
    """

    def __init__(self, **options):
        super().__init__(**{"primary_key": True, "editable": False, "default": new_key, **options})

    def db_type(self, connection):
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)

    def rel_db_type(self, connection):
        return self.db_type(connection)
