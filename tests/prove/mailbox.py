"""An SMTP server on this machine that remembers what it accepted: the other side of every promise about mail."""

import asyncio
import logging
import threading
import time
from collections import Counter
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller

from tests.processes import free_port


class Mailbox:
    """Takes `pause` seconds before it keeps a message and as long again before it says so: whoever dies in the first
    half has not sent, in the second has, and neither knows.

    `refuse` names recipients that are refused for now (451), as a busy server would.
    """

    def __init__(self, pause=0.0):
        self.pause = pause
        self.refuse = set()
        self.messages = []
        self.lock = threading.Lock()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    def __enter__(self):
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.controller.start()
        return self

    def __exit__(self, *exception):
        self.controller.stop()

    @property
    def url(self):
        """For `EMAIL_URL`."""
        return f"smtp://127.0.0.1:{self.controller.port}"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name and shape
        if address in self.refuse:
            return "451 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        await asyncio.sleep(self.pause)
        message = message_from_bytes(envelope.original_content, policy=default)
        with self.lock:
            self.messages.append((time.monotonic(), tuple(envelope.rcpt_tos), message))
        await asyncio.sleep(self.pause)
        return "250 Accepted"

    def received(self):
        """How often each message arrived, by its `Message-ID`."""
        with self.lock:
            return Counter(message["Message-ID"] for _, _, message in self.messages)

    def recipients(self):
        """How many messages each address got."""
        with self.lock:
            return Counter(address for _, to, _ in self.messages for address in to)
