"""Every route of the resolver: ours, Wagtail's, allauth's."""

from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver


@dataclass(frozen=True)
class Route:
    """One address pattern. `name` is its whole name, or its pattern when it has none."""

    name: str
    url_name: str
    pattern: str
    parameters: tuple[str, ...]
    view: Any

    @property
    def is_public(self):
        """Whether the view itself opens for people who are not signed in."""
        return not getattr(self.view, "login_required", True)


def routes():
    """All routes, in the order in which they are tried."""
    return list(walk(get_resolver().url_patterns))


def walk(patterns, before="", spaces=(), parameters=()):
    for one in patterns:
        here, names = before + str(one.pattern), (*parameters, *parameters_of(one.pattern))
        if isinstance(one, URLPattern):
            url_name = ":".join([*spaces, one.name]) if one.name else ""
            yield Route(url_name or here, url_name, here, names, one.callback)
        else:
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from walk(one.url_patterns, here, inner, names)


def parameters_of(pattern):
    """Names of a pattern's parameters; those of a regular expression without names are numbers."""
    named = list(getattr(pattern, "converters", {})) or list(pattern.regex.groupindex)
    return named or [str(number) for number in range(1, pattern.regex.groups + 1)]
