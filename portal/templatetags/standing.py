"""What stands beside an organisation and is not the ground floor's to know. Loaded with `{% load standing %}`."""

from django import template
from django.utils import timezone

from contracts.domain import queries

register = template.Library()


@register.simple_tag(takes_context=True)
def agreements_with(context, organisation):
    """The agreements with an organisation that this person may open. One query."""
    return list(queries.agreements_with(organisation, context["request"].user, at=timezone.now()))
