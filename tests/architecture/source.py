"""Reads the source of the four packages for the tests in this folder."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["engagement", "consultations", "contracts", "portal"]


def python_files(*folders, without=("migrations",)):
    """Python files under these folders of the project, as paths from its root."""
    found = [path.relative_to(ROOT) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if not set(without) & set(path.parts)]


def rooms(*names):
    """The files of these rooms (`domain`, `rules`…) in every package: a room is a module or a folder of modules."""
    wanted = set(names)
    return [path for path in python_files(*PACKAGES) if path.parts[1].removesuffix(".py") in wanted]


@cache
def tree(path):
    return ast.parse((ROOT / path).read_text(), filename=str(path))


def nodes(path, *kinds):
    """Every node of these kinds in a file."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def place(path, node):
    return f"{path}:{node.lineno}"
