"""Any Django site as WSGI, with the number of queries behind each answer in a header (a microsecond each to count)."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

site = get_wsgi_application()


def application(environ, start_response):
    queries = 0

    def count(execute, *arguments):
        nonlocal queries
        queries += 1
        return execute(*arguments)

    def start(status, headers, *rest):
        return start_response(status, [*headers, ("X-Queries", str(queries)), ("X-Process", str(os.getpid()))], *rest)

    with connection.execute_wrapper(count):
        return site(environ, start)
