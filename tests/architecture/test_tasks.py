"""Tasks travel by name: every name that is sent or scheduled is one that the worker knows."""

import ast

import pytest
from django.conf import settings

from portal.celery import app
from tests.architecture.source import PACKAGES, nodes, place, python_files


@pytest.fixture(scope="module")
def registered():
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def constants():
    """String constants by name: `FLUSH_TASK = "engagement.flush_outbox"`."""
    return {
        target.id: node.value.value
        for path in python_files(*PACKAGES)
        for node in nodes(path, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def sent_names():
    """What every `send_task` in the source sends: (place, name, or nothing when it cannot be read from the source)."""
    known = constants()
    for path in python_files(*PACKAGES):
        for call in nodes(path, ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "send_task":
                name = call.args[0]
                if isinstance(name, ast.Constant):
                    yield place(path, call), name.value
                else:
                    yield place(path, call), known.get(getattr(name, "id", getattr(name, "attr", "")))


def test_every_task_that_is_sent_is_registered(registered):
    sent = list(sent_names())

    assert sent
    assert [(where, name) for where, name in sent if name not in registered] == []


def test_every_task_that_is_scheduled_is_registered(registered):
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled
    assert scheduled - registered == set()
