"""A stock Wagtail project, made by the installed Wagtail's own command: the page that ours are held against."""

import os
import subprocess
import sys
from pathlib import Path

import wagtail

from tests import processes

SETTINGS = """
from stock.settings.base import *

SECRET_KEY = "only-for-benchmarks"
ALLOWED_HOSTS = ["localhost"]
DEBUG = False
"""


def make(folder):
    """Make the stock project of this Wagtail version once, with its database. The environment of its server."""
    project = folder / f"stock-{wagtail.__version__}"
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "stock.settings.measured",
        "PYTHONPATH": str(project),
    }
    if not (project / "made").exists():
        project.mkdir(parents=True, exist_ok=True)
        run([Path(sys.executable).parent / "wagtail", "start", "stock", str(project)], {**os.environ})
        (project / "stock/settings/measured.py").write_text(SETTINGS)
        run([sys.executable, project / "manage.py", "migrate", "--verbosity", "0"], variables)
        (project / "made").touch()
    return variables


def run(command, variables):
    subprocess.run(command, cwd=processes.ROOT, env=variables, check=True, stdout=subprocess.DEVNULL)
