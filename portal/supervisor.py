"""Keeps the web server and the worker running and stops them together: `make run` is one command and one process tree.

Only the standard library, so that watching costs next to nothing. A live office may use it, or its own service manager.
"""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


def say(sentence: str) -> None:
    print(sentence, flush=True)


@dataclass
class Child:
    """A command to keep running. Deaths are monotonic seconds; only those of the last minute count."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    deaths: deque[float] = field(default_factory=deque)


class Supervisor:
    """Starts children, starts a dead one again after a growing pause, and gives up when one dies too often.

    `ready` is asked until it answers with an empty string; until then it says what is still missing. `pause` is the
    wait after a first death, doubled after each further one; `patience` the time a child has to stop before it is
    killed; `limit` the number of deaths within `window` at which to give up. All times in seconds.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        ready: Callable[[], str],
        announcement: str,
        pause: float = 0.5,
        patience: float = 10.0,
        ready_within: float = 120.0,
    ) -> None:
        self.children = children
        self.ready = ready
        self.announcement = announcement
        self.pause = pause
        self.patience = patience
        self.ready_within = ready_within
        self.limit = 5
        self.window = 60.0
        self.signals = 0

    def run(self) -> int:
        """Watch until told to stop. The exit status: 0 when told to, 1 when giving up."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)
        try:
            reason = self._watch()
        finally:
            self._stop()
        if reason:
            say(reason)
        return 1 if reason else 0

    def _note_signal(self, number: int, frame: object) -> None:
        self.signals += 1

    def _watch(self) -> str:
        """Returns why it gave up, or nothing when it was told to stop."""
        announced = False
        began = asked = time.monotonic()
        while not self.signals:
            now = time.monotonic()
            for child in self.children:
                reason = self._look_after(child, now)
                if reason:
                    return reason
            if not announced and now - asked > 0.3:
                missing, asked = self.ready(), now
                announced = not missing
                if announced:
                    say(self.announcement)
                elif now - began > self.ready_within:
                    return f"Gave up after {self.ready_within:.0f} seconds: {missing}"
            time.sleep(0.1)
        return ""

    def _look_after(self, child: Child, now: float) -> str:
        if child.process is None:
            if now >= child.start_at:
                child.process = start(child.command)
            return ""
        status = child.process.poll()
        if status is None:
            return ""
        end_group(child.process, signal.SIGKILL)
        child.process = None
        child.deaths.append(now)
        while child.deaths[0] < now - self.window:
            child.deaths.popleft()
        if len(child.deaths) >= self.limit:
            return f"Gave up: {child.name} stopped {len(child.deaths)} times within a minute."
        pause = self.pause * 2 ** (len(child.deaths) - 1)
        child.start_at = now + pause
        say(f"{child.name} stopped ({in_words(status)}). Starting it again in {pause:g} seconds.")
        return ""

    def _stop(self) -> None:
        """Ask every child to stop, wait, then kill what is left, grandchildren too. A second Ctrl-C does not wait."""
        asked = self.signals
        running = [child.process for child in self.children if child.process]
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + self.patience
        while any(process.poll() is None for process in running):
            if time.monotonic() > deadline or self.signals > asked:
                break
            time.sleep(0.05)
        for process in running:
            end_group(process, signal.SIGKILL)
            process.wait()


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a command as the leader of its own session: Ctrl-C reaches the supervisor only, which stops in order."""
    return subprocess.Popen(  # noqa: S603  our own commands
        command,
        cwd=BASE_DIR,
        start_new_session=True,
        preexec_fn=stop_with_parent,  # noqa: PLW1509  safe here: one thread
    )


def stop_with_parent() -> None:
    """On Linux, have the kernel ask this process to stop when the supervisor is killed outright. Elsewhere: nothing."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal whatever is left of the group that this process leads."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def in_words(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def home_page_missing(port: int) -> str:
    """What keeps the home page from being served, or nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        status = connection.getresponse().status
    except OSError as error:
        return f"the home page did not answer ({error})."
    finally:
        connection.close()
    return "" if status == http.client.OK else f"the home page answered with status {status}."


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def main() -> int:
    port = int(os.environ.get("PORT", "8000"))
    if is_taken(port):
        say(f"Port {port} is in use. Choose another: make run PORT={port + 1}")
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    schedule = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")) / "beat" / "schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    web = [sys.executable, "-m", "gunicorn", "portal.wsgi"]
    # The worker warns whoever runs it as root, since it could be told to read pickles: ours reads JSON only.
    worker = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m", "celery", "--quiet"]
    worker += ["-A", "portal", "worker", "--beat", "--schedule", str(schedule), "--loglevel", "WARNING"]
    worker += ["--pool", "threads", "--concurrency", "2"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    say("Starting the web server and the worker")
    return Supervisor(
        [Child("The web server", web), Child("The worker", worker)],
        ready=lambda: home_page_missing(port),
        announcement=f"Ready: http://localhost:{port}",
    ).run()


if __name__ == "__main__":
    sys.exit(main())
