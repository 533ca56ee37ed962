"""A mail server on this machine that keeps what it accepts and misbehaves as told."""

import asyncio
import contextlib
import email
import socket
from email import policy

from aiosmtpd.controller import Controller


class ScriptedServer:
    """Answers by address: `faults["poison@…"] = "550 No such user"`, or `HANG_AFTER_DATA`; all else is accepted.

    `accepted` lists what the server has taken responsibility for, as (recipient, message), in order.
    """

    HANG_AFTER_DATA = "hang after data"
    DROP_AFTER_DATA = "drop after data"
    REFUSE_DATA = "451 Try again later"

    def __init__(self):
        self.faults, self.accepted, self.data_faults = {}, [], {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        fault = self.faults.get(address)
        if fault and fault[0].isdecimal():
            return fault
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        (address,) = envelope.rcpt_tos
        if address in self.data_faults:
            return self.data_faults[address]
        self.accepted.append((address, email.message_from_bytes(envelope.content, policy=policy.default)))
        fault = self.faults.get(address)
        if fault == self.HANG_AFTER_DATA:
            await asyncio.sleep(5)
        if fault == self.DROP_AFTER_DATA:
            server.transport.abort()
        return "250 Taken"

    @property
    def recipients(self):
        return [address for address, _ in self.accepted]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def mail_server(settings):
    """Runs a `ScriptedServer` on a free port of this machine and points Django's mail at it."""
    script = ScriptedServer()
    controller = Controller(script, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 1
    try:
        yield script
    finally:
        controller.stop()
