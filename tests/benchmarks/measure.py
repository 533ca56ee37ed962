"""Processor time of a page, as the kernel counts it for the web worker that answers."""

import http.client
import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

TICKS = os.sysconf("SC_CLK_TCK")
ROUND = 0.4  # seconds of processor time a round should take: the kernel counts in hundredths
ROUNDS = 5


@dataclass(frozen=True)
class Request:
    """What is sent, again and again: `form` makes it a POST."""

    path: str
    cookies: dict = field(default_factory=dict)
    form: dict | None = None
    expected: int = 200


@dataclass
class Answer:
    status: int
    body: bytes
    queries: int
    process: int
    cookies: dict
    location: str = ""


class Visitor:
    """Keeps one connection to one server, and its cookies."""

    def __init__(self, port):
        self.port = port
        self.connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self.cookies = {}

    def send(self, request):
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in {**self.cookies, **request.cookies}.items())
        }
        body = None
        if request.form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}"}
            body = urlencode(request.form, doseq=True)
        self.connection.request("GET" if body is None else "POST", request.path, body, headers)
        try:
            reply = self.connection.getresponse()
        except TimeoutError:
            raise TimeoutError(f"{request.path} did not answer within {self.connection.timeout} seconds") from None
        answer = Answer(
            reply.status,
            reply.read(),
            int(reply.headers.get("X-Queries", 0)),
            int(reply.headers.get("X-Process", 0)),
            dict(cookie.split(";")[0].split("=", 1) for cookie in reply.headers.get_all("Set-Cookie") or []),
            reply.headers.get("Location", ""),
        )
        self.cookies |= answer.cookies
        return answer


@dataclass
class Target:
    """One page of one server, and what was found: seconds of processor time per request, one figure a round."""

    name: str
    rows: int | None
    visitor: Visitor
    request: Callable[[Visitor], Request]
    seconds: list = field(default_factory=list)
    queries: int = 0
    size: int = 0
    times: int = 20

    def warm(self):
        """Make sure that the page is what it should be, and find how many requests make a round."""
        self.what = self.request(self.visitor)
        for _ in range(5):
            answer = self.visitor.send(self.what)
            assert answer.status == self.what.expected, f"{self.name}: {answer.status}, not {self.what.expected}"
        self.queries, self.size = answer.queries, len(answer.body)
        self.process = answer.process
        self.times = min(600, max(20, round(ROUND / max(self.measure(), 0.0005))))

    def measure(self):
        self.visitor.connection.close()  # it may have hung up meanwhile; this one connects again
        before = processor_seconds(self.process)
        for _ in range(self.times):
            self.visitor.send(self.what)
        return (processor_seconds(self.process) - before) / self.times

    @property
    def milliseconds(self):
        return statistics.median(self.seconds) * 1000


def processor_seconds(process):
    """User and system time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(targets):
    """Round by round through all targets, so that whatever else the machine does falls on all alike."""
    for target in targets:
        target.warm()
    for _ in range(ROUNDS):
        for target in targets:
            target.seconds.append(target.measure())
