"""The web server of `make run`; a live office overrides single lines on the command line."""

import os
import sys
import traceback
from pathlib import Path

from gunicorn.glogging import Logger


class DiscreetLogger(Logger):
    """Says that a request was malformed or an answer broke off, not whose, for what, or with which words (P03, P04)."""

    def warning(self, msg, *args, **kwargs):
        malformed = str(msg).startswith("Invalid request from ip=")
        super().warning("A malformed request was refused." if malformed else msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        if not str(msg).startswith("Error handling request"):
            return super().exception(msg, *args, **kwargs)
        kind, _, trace = sys.exc_info()
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
        return self.error("An answer broke off: %s at %s", kind and kind.__name__, " ".join(places[-6:]))


logger_class = DiscreetLogger
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"  # threads suit pages that wait for a database
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True  # the workers share the memory of what is loaded
timeout = 60
graceful_timeout = 8  # shorter than the supervisor's patience
keepalive = 5
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  a heartbeat in memory, not on disk
