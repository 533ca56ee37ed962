"""Looks at a release package as its readers do: the standard's schema where it is at hand, and always its shape."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, FormatChecker

PACKAGE, RELEASE = "release-package-schema-1.1.5.json", "release-schema-1.1.5-uk.json"
KNOWN = ("properties", "patternProperties")


class Schema:
    """The merged schema of the standard and its extensions, with the check for fields that it does not name."""

    def __init__(self, folder: Path):
        self.release = json.loads((folder / RELEASE).read_text())
        self.package = json.loads((folder / PACKAGE).read_text())
        self.package["properties"]["releases"]["items"] = {"type": "object"}

    def errors(self, package) -> list[str]:
        """What the schema refuses, each with its place."""
        found = [("", error) for error in _validator(self.package).iter_errors(package)]
        releases = _validator(self.release)
        for number, release in enumerate(package["releases"]):
            found += [(f"releases/{number}", error) for error in releases.iter_errors(release)]
        return [
            f"{place}/{'/'.join(str(part) for part in error.absolute_path)}: {error.message[:200]}"
            for place, error in found
        ]

    def additional_fields(self, package) -> list[str]:
        """Paths of fields that no schema names: a typing error there validates, and is lost."""
        found = list(self._unknown(package, self.package, self.package, ""))
        for release in package["releases"]:
            found += self._unknown(release, self.release, self.release, "releases")
        return found

    def _unknown(self, value, schema, root, place) -> Iterator[str]:
        schema = _resolved(schema, root)
        if isinstance(value, list):
            for item in value:
                yield from self._unknown(item, schema.get("items", {}), root, place)
        elif isinstance(value, dict) and any(word in schema for word in KNOWN):
            for name, field in value.items():
                known = schema.get("properties", {})
                if name in known:
                    yield from self._unknown(field, known[name], root, f"{place}/{name}")
                elif "patternProperties" not in schema:
                    yield f"{place}/{name}"


def schema_beside(reference_data):
    """The schema lies beside the real input files, and is no part of this repository (ADR 32)."""
    folder = reference_data.parent / "ocds"
    if not folder.is_dir():
        pytest.skip("the schema of the standard is not at hand beside REFERENCE_DATA")
    return Schema(folder)


def _validator(schema):
    return Draft4Validator(schema, format_checker=FormatChecker())


def _resolved(schema, root):
    while "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rpartition("/")[2]]
    return schema


def read(reply):
    """The package that a reply streams."""
    return json.loads(b"".join(reply.streaming_content))


def empty_places(value, place="") -> list[str]:
    """Paths of empty texts, lists and objects, which the standard does not know."""
    if value in ("", [], {}) or value is None:
        return [place]
    if isinstance(value, dict):
        return [path for name, field in value.items() for path in empty_places(field, f"{place}/{name}")]
    if isinstance(value, list):
        return [path for item in value for path in empty_places(item, place)]
    return []
