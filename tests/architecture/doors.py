"""Knocking at doors: what each says to whom, and whether anything changed by it."""

import copy
import re

from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.test import Client

from tests.architecture import contents

SIGN_IN, NOT_THERE, OPEN, NO_SUCH_METHOD, REFUSED = "sign in", "not there", "open", "no such method", "refused"

# What begins otherwise than this can write; where it names a table first, that is the one it writes to.
READS = re.compile(r"\s*(SELECT|\(SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\b")
WRITES_TO = re.compile(r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "(\w+)"')


class Doors:
    """Everybody with their own browser, and what each door says to them. Whatever a request changes is undone.

    The whole database is looked at where a statement was sent that can have changed what matters; most doors send none.
    """

    def __init__(self, world):
        self.browsers = {name: Client(raise_request_exception=False) for name in world.people}
        for name, person in world.people.items():
            if person:
                self.browsers[name].force_login(person)
        self.cookies = {name: copy.deepcopy(browser.cookies) for name, browser in self.browsers.items()}
        self.before = contents.look()

    def knock(self, name, method, address, data=None):
        """What the door says to one person."""
        return self.knock_together([(name, method, data)], address)[0][name, method]

    def knock_together(self, knocks, address):
        """What the door says to each of several, one after the other; and what they have changed between them."""
        changes, written = [], []

        def note(execute, sql, params, many, context):
            written.append(sql)
            return execute(sql, params, many, context)

        with transaction.atomic():
            with connection.execute_wrapper(note):
                found = {
                    (name, method): self._answer(name, method, address, data, changes) for name, method, data in knocks
                }
            if any(may_write(sql) for sql in written):
                changes += [f"{table} ({rows:+} rows)" for table, rows in self._changed_tables().items()]
            transaction.set_rollback(True)
        return found, changes

    def _answer(self, name, method, address, data, changes):
        browser = self.browsers[name]
        browser.cookies = copy.deepcopy(self.cookies[name])
        mails = len(mail.outbox)
        response = getattr(browser, method)(address, data or {})
        if response.streaming:
            response.getvalue()  # closes the file
        if len(mail.outbox) > mails:
            changes.append(f"{name} was sent a mail")
        if name != "public" and settings.SESSION_COOKIE_NAME in response.cookies and is_gone(response.cookies):
            changes.append(f"{name} was signed out")
        return verdict_on(response)

    def _changed_tables(self):
        return contents.differences(self.before, contents.look())


def may_write(sql):
    """Whether a statement can have changed a table that is looked at."""
    if READS.match(sql):
        return False
    named = WRITES_TO.match(sql)
    return not named or named[1] not in contents.MAY_CHANGE


def is_gone(cookies):
    """Whether the browser is told to forget its session."""
    return not cookies[settings.SESSION_COOKIE_NAME].value


def verdict_on(response):
    if response.status_code == 302 and response.url.startswith(("/account/login/", "/cms/login/")):
        return SIGN_IN
    if response.status_code == 302 and response.url == "/cms/":
        return REFUSED
    known = {404: NOT_THERE, 405: NO_SUCH_METHOD, 403: REFUSED}
    if response.status_code in known:
        return known[response.status_code]
    assert response.status_code < 500, f"{response.request['PATH_INFO']} answers {response.status_code}"
    return OPEN
