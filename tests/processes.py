"""The product as other people run it: real server and worker processes over the database of the running test."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from tests.databases import locked

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Site:
    """A running web server. `folder` holds what it writes: `mail/`, `media/`, `broker/`, `log`."""

    url: str
    folder: Path
    process: subprocess.Popen
    environment: dict = field(repr=False)

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    def manage(self, *arguments):
        """Run a management command against the same database, as an administrator or the schedule would."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)


def database_url():
    """The address of the database that this test uses, for another process to open."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    login = ":".join(filter(None, [database["USER"], database["PASSWORD"]]))
    return f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


def environment(folder, *, port, **more):
    """Environment variables under which another process serves this test's database and writes into `folder`."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.served",
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(ROOT / "var" / "served"),
        "RUN_DIR": str(folder),
        "PORT": str(port),
        "BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SECRET_KEY": settings.SECRET_KEY,
        "EMAIL_URL": "filemail://",
        **more,
    }


@contextlib.contextmanager
def serving(folder, *, application="portal.wsgi", workers=1, **more):
    """A web server over this test's database, stopped at the end. Other keyword arguments are environment variables."""
    variables = prepared(folder, **more)
    with listening(folder, variables, application=application, workers=workers) as site:
        yield site


def prepared(folder, **more):
    """What `make run` does before it starts anything, for this test's database. The environment to start things in."""
    folder.mkdir(parents=True, exist_ok=True)
    variables = environment(folder, port=free_port(), **more)
    prepare = [sys.executable, "manage.py", "prepare", "--no-demo"]
    with locked(ROOT / "var" / "served.lock"):  # all runs share the static files
        subprocess.run(prepare, cwd=ROOT, env=variables, check=True, stdout=subprocess.DEVNULL)
    return variables


@contextlib.contextmanager
def listening(folder, variables, *, application, workers=1):
    """The web server of `make run` with any application, on the `PORT` of these environment variables."""
    folder.mkdir(parents=True, exist_ok=True)
    variables = {**variables, "WEB_CONCURRENCY": str(workers)}
    port = int(variables["PORT"])
    with running([sys.executable, "-m", "gunicorn", application], variables, folder / "web.log") as process:
        wait_for(lambda: answers(port), 60, f"the server (its log: {folder / 'web.log'})")
        yield Site(f"http://localhost:{port}", folder, process, variables)


@contextlib.contextmanager
def working(folder, variables):
    """The worker of `make run` with its scheduler, in the environment that `prepared` gave or that a site has."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "portal",
        "worker",
        "--beat",
        "--pool",
        "threads",
        "--concurrency",
        "2",
    ]
    command += ["--schedule", str(folder / "schedule"), "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    with running(command, variables, folder / "worker.log") as process:
        yield process


@contextlib.contextmanager
def running(command, variables, log):
    """A process in a session of its own, with everything it started gone at the end, whatever happened to it."""
    with log.open("ab") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=file, stderr=file, start_new_session=True)
        try:
            yield process
        finally:
            end(process)


def end(process, *, within=10):
    """Ask a process to stop, and take its whole group away if it does not."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(within)
    kill(process)


def kill(process):
    """`kill -9` of a process and of all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port, path="/health/live"):
    """Whether something on this port answers in HTTP at all."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def wait_for(condition, seconds, what):
    """Ask until something is so; fail with its name when it is not so in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} seconds in vain for {what}"
        time.sleep(0.05)
