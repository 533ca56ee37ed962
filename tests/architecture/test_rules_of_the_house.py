"""Rules that no linter knows, read from the source itself."""

import ast
import re
import subprocess

import pytest

from tests.architecture.source import PACKAGES, ROOT, nodes, place, python_files, rooms

FORBIDDEN_MODULES = {"utils", "helpers", "core", "common", "base_utils", "services", "misc"}
CLOCKS = {("timezone", "now"), ("timezone", "localdate"), ("datetime", "now"), ("datetime", "today"), ("date", "today")}


def assigns_stage(node):
    if isinstance(node, ast.Call):
        update = isinstance(node.func, ast.Attribute) and node.func.attr in {"update", "bulk_update", "setattr"}
        return update and any(keyword.arg == "stage" for keyword in node.keywords)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(target, ast.Attribute) and target.attr == "stage" for target in targets)


def test_stage_is_assigned_in_one_place():
    assigning = {
        str(path)
        for path in python_files(*PACKAGES)
        for node in nodes(path, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Call)
        if assigns_stage(node)
    }

    assert assigning == {"engagement/domain/activities.py"}


def below_the_edge():
    """Domains, models, rules and access. Not the models of portal: a Wagtail page answers its own requests."""
    files = rooms("domain", "models", "rules", "access", "enums")
    return [path for path in files if not path.is_relative_to("portal/models")]


def test_domains_models_and_rules_have_no_clock():
    files = below_the_edge()
    clocks = [
        place(path, node)
        for path in files
        for node in nodes(path, ast.Attribute)
        if isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]

    assert len(files) > len(PACKAGES)
    assert clocks == []


def test_domains_and_models_never_see_a_request():
    seeing = [place(path, node) for path in below_the_edge() for node in nodes(path, ast.arg) if node.arg == "request"]

    assert seeing == []


def test_actors_are_named_by_the_caller():
    positional = [
        f"{place(path, function)} {function.name}"
        for path in rooms("domain")
        for function in nodes(path, ast.FunctionDef)
        if "actor" in {argument.arg for argument in function.args.args}
    ]

    assert positional == []


@pytest.mark.parametrize(("folders", "limit"), [(PACKAGES, 400), (["tests"], 500)], ids=["product", "tests"])
def test_files_stay_within_their_budget(folders, limit):
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in python_files(*folders)}

    assert {path: length for path, length in lengths.items() if length > limit} == {}


def test_functions_stay_within_their_budget():
    long = [
        f"{place(path, function)} {function.name}"
        for path in python_files(*PACKAGES)
        for function in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)
        if function.end_lineno - function.lineno >= 60
    ]

    assert long == []


def test_no_module_is_a_drawer_for_everything():
    drawers = [
        str(path) for path in python_files(*PACKAGES, "tests") if FORBIDDEN_MODULES & {*path.parent.parts, path.stem}
    ]

    assert drawers == []


def test_no_class_is_called_after_a_pattern():
    pattern = re.compile(r".(Helper|Service|Handler|Util|Utils|Singleton)$")  # a Service alone is what the office funds
    named = [
        f"{place(path, node)} {node.name}"
        for path in python_files(*PACKAGES)
        for node in nodes(path, ast.ClassDef)
        if pattern.search(node.name)
    ]

    assert named == []


def committed_files():
    """Every file that is committed or about to be, with its text; pictures and the like are left out."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in content:
            yield name, content.decode(errors="replace")


def test_nothing_committed_names_a_registry_or_a_place_on_one_machine():
    # Written in halves, so that this file may be read as well.
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js", "deb.debian" + ".org", "crates" + ".io"]
    places = ["/wo" + "rk/", "/ro" + "ot/", "/t" + "mp/brief"]
    files = list(committed_files())
    naming = [f"{name}: {word}" for name, text in files for word in hosts + places if word in text]

    assert len(files) > 50
    assert naming == []


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son(?!e=)[a-z]+=\"|javascript:", re.IGNORECASE)
    templates = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "email" not in path.parts]
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}" for path in templates for hit in inline.finditer(path.read_text())
    ]

    assert templates
    assert found == []


def test_templates_name_in_one_block_only_what_was_made_there():
    # Django keeps what `{% url … as name %}` makes to its own block: elsewhere it is empty, and a link leads nowhere.
    borrowed = [
        f"{path.relative_to(ROOT)}: {name} in block {block}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for block, name in borrowed_names(path.read_text())
    ]

    assert borrowed == []


def borrowed_names(template):
    """Pairs of a block and a name that only another block of the template makes."""
    blocks = dict(re.findall(r"{% block (\w+) %}(.*?){% endblock", template, re.DOTALL))
    made = {block: set(re.findall(r" as (\w+) %}", text)) for block, text in blocks.items()}
    for block, text in blocks.items():
        tags = [re.sub(r'"[^"]*"', "", tag) for tag in re.findall(r"{[{%](.*?)[%}]}", text)]
        used = {word.partition(".")[0] for tag in tags for word in re.split(r"[\s|=]+", tag)}
        yield from ((block, name) for name in sorted(used & set().union(*made.values()) - made[block]))


def test_no_page_writes_error_before_its_title_itself():
    # The shell writes it where the form has errors: "Error: Error: …" otherwise.
    twice = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if re.search(r"{% block title %}[^\n]*Error: ", path.read_text())
    ]

    assert twice == []
