"""`python -m tests.left_behind FOLDER`: fails when a process still works in this folder (Linux)."""

import sys
import time
from pathlib import Path


def processes_in(folder):
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve(strict=True).is_relative_to(folder):
                yield process.name, (process / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it ended while we looked, or is not ours to see


def main(folder):
    deadline = time.monotonic() + 15
    while left := list(processes_in(folder)):
        if time.monotonic() > deadline:
            sys.exit(f"Still running after it was told to stop: {left}")
        time.sleep(0.2)
    print("Nothing was left behind.")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
