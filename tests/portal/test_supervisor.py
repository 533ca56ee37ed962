"""The supervisor, watched from outside as a person at a terminal would: real processes, tiny ones."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from portal.supervisor import Child, Supervisor
sys.exit(Supervisor(
    [Child(f"Child {number}", ["sh", "-c", command]) for number, command in enumerate(sys.argv[1:], start=1)],
    ready=lambda: "", announcement="Ready: here", pause=0.05, patience=1.0,
).run())
"""
SLEEPER = "echo pid $$; exec sleep 100"
PARENT = "trap '' TERM; sleep 100 & echo pid $!; echo pid $$; wait; wait"
DYING = "exit 3"


@pytest.fixture
def supervise():
    """Start the supervisor over these shell commands; whatever a failing test leaves behind is killed."""
    started = []

    def begin(*commands):
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", PROGRAM, *commands], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def read_until(process, pattern, times=1):
    """The lines that a supervisor printed up to the n-th one that matches."""
    lines = []
    while sum(bool(re.search(pattern, line)) for line in lines) < times:
        line = process.stdout.readline()
        assert line, f"it ended without {pattern!r}: {lines}"
        lines.append(line.rstrip())
    return lines


def pids(lines):
    return [int(line.removeprefix("pid ")) for line in lines if line.startswith("pid ")]


def gone(pid, within=5):
    """Whether a process has ended (a zombie that nobody collects has ended too)."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_supervisor_says_when_it_is_ready(supervise):
    supervisor = supervise(SLEEPER, SLEEPER)

    lines = read_until(supervisor, "^Ready")

    assert lines[-1] == "Ready: here"


def test_supervisor_starts_a_killed_child_again(supervise):
    supervisor = supervise(SLEEPER)
    [first] = pids(read_until(supervisor, "^pid"))

    os.kill(first, signal.SIGKILL)
    lines = read_until(supervisor, "^pid")

    assert "Child 1 stopped (killed by SIGKILL). Starting it again in 0.05 seconds." in lines
    assert pids(lines) != [first]


def test_supervisor_gives_up_on_a_child_that_dies_five_times(supervise):
    supervisor = supervise(SLEEPER, DYING)
    lines = read_until(supervisor, "^Gave up")
    [sleeper] = pids(lines)

    assert supervisor.wait(5) == 1
    assert [line for line in lines if line.startswith(("Child", "Gave"))] == [
        "Child 2 stopped (exit status 3). Starting it again in 0.05 seconds.",
        "Child 2 stopped (exit status 3). Starting it again in 0.1 seconds.",
        "Child 2 stopped (exit status 3). Starting it again in 0.2 seconds.",
        "Child 2 stopped (exit status 3). Starting it again in 0.4 seconds.",
        "Gave up: Child 2 stopped 5 times within a minute.",
    ]
    assert gone(sleeper)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_supervisor_leaves_nothing_behind_when_told_to_stop(supervise, told):
    supervisor = supervise(SLEEPER, PARENT)
    started = pids(read_until(supervisor, "^pid", times=3))

    supervisor.send_signal(told)

    assert supervisor.wait(5) == 0
    assert [pid for pid in started if not gone(pid)] == []


def test_supervisor_takes_grandchildren_of_a_dead_child_away(supervise):
    supervisor = supervise("sleep 100 & echo pid $!; echo pid $$; wait")
    grandchild, child = pids(read_until(supervisor, "^pid", times=2))

    os.kill(child, signal.SIGKILL)
    read_until(supervisor, "^pid", times=2)

    assert gone(grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_children_stop_when_the_supervisor_is_killed_outright(supervise):
    supervisor = supervise(SLEEPER)
    [child] = pids(read_until(supervisor, "^pid"))

    supervisor.kill()

    assert gone(child)
