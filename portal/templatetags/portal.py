"""The site's components: `{% load portal %}`.

Each draws `templates/components/<name>.html`, where its arguments are described. Components that take data are plain
tags; those that hold free content are pairs (`{% ask "…" %}…{% endask %}`). Items may be mappings or objects.
"""

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from portal.context_processors import footer_columns, office_details, public_sections
from portal.forms import renderer
from portal.templatetags import wording
from portal.templatetags.marks import RATINGS, TONES, draw_mark, draw_tag

register = template.Library()
register.filters.update(wording.register.filters)


def component(name):
    """Path of a component's template."""
    return f"components/{name}.html"


# Forms


@register.filter
def govuk(form):
    """The form as HTML in GOV.UK Frontend's markup: error summary, then every field."""
    return renderer.render_form(form)


@register.simple_tag
def field(bound_field, label="", hint=""):
    """One field of a form, with its label, hint and error. Other words may stand in for a label or hint not ours."""
    bound_field.label = label or bound_field.label
    bound_field.help_text = hint or bound_field.help_text
    return renderer.render_field(bound_field)


@register.inclusion_tag(component("error-summary"))
def error_summary(problems):
    """The error summary of a form, or of a list of (text, href)."""
    return {"errors": renderer.error_links(problems) if hasattr(problems, "non_field_errors") else problems}


# Marks


@register.simple_tag
def tag(code, words=""):
    """The mark and the words of a state; see `portal.templatetags.marks.TAGS`."""
    return draw_tag(code, words)


@register.simple_tag
def icon(name):
    """A bare mark, hidden from assistive technology."""
    return draw_mark(name)


@register.filter
def inline_svg(drawing):
    """An SVG file from our own program, to stand in the page: a picture at a `data:` address would not be shown."""
    return mark_safe(drawing[drawing.index("<svg") :])  # noqa: S308  drawn by this program


# The thread


@register.inclusion_tag(component("stage-tracker"))
def stage_tracker(steps, above=""):
    return {"steps": steps, "above": above}


@register.inclusion_tag(component("timeline"))
def timeline(entries):
    return {"entries": entries}


@register.inclusion_tag(component("thread"))
def thread(activity_title, activity_url, items):
    """Where a page stands in its activity. Items two or more steps from this page hide on a phone."""
    items = list(items)
    reads = [item["current"] if isinstance(item, dict) else item.current for item in items]
    here = reads.index(True) if True in reads else -1
    steps = [(item, here >= 0 and abs(place - here) > 1) for place, item in enumerate(items)]
    return {"activity_title": activity_title, "activity_url": activity_url, "steps": steps}


# Lists and facts


@register.inclusion_tag(component("facts"))
def facts(title, rows):
    return {"title": title, "rows": rows}


@register.inclusion_tag(component("follow"))
def follow(url, feed_url="", calendar_url="", csv_url="", text=""):
    return {"url": url, "feed_url": feed_url, "calendar_url": calendar_url, "csv_url": csv_url, "text": text}


@register.inclusion_tag(component("cards"))
def cards(items):
    return {"items": items}


@register.inclusion_tag(component("docs"))
def docs(items):
    return {"items": items}


@register.inclusion_tag(component("heard"))
def heard(asked, said, did, title="", url="", level=3):
    parts = (("We asked", asked), ("You said", said), ("We did", did))
    return {"parts": parts, "title": title, "url": url, "level": level, "part_level": level + bool(title)}


@register.inclusion_tag(component("task-list"))
def task_list(tasks, prefix="task"):
    return {"tasks": tasks, "prefix": prefix}


@register.inclusion_tag(component("queue"))
def queue(items):
    return {"items": items}


@register.inclusion_tag(component("summary-list"))
def summary_list(rows):
    return {"rows": rows}


@register.inclusion_tag(component("compare"))
def compare(items):
    return {"items": items}


@register.inclusion_tag(component("pagination"), takes_context=True)
def pagination(context, page):
    """Links between the pages of a list; the rest of the query string is kept."""
    return {
        "page": page,
        "query": context["request"].GET,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1),
    }


@register.inclusion_tag(component("tally"))
def tally(counts):
    """Ratings as one bar and a list. `counts` maps rating codes to whole numbers; the order is always best to worst."""
    rows = [(code, TONES[code], counts.get(code, 0)) for code in RATINGS]
    total = sum(count for _, _, count in rows)
    parts, start = [], 0
    for code, tone, count in rows:
        if count:
            parts.append(
                {"code": code, "tone": tone, "x": f"{100 * start / total:.2f}%", "width": f"{100 * count / total:.2f}%"}
            )
            start += count
    return {"rows": rows, "parts": parts}


# Page furniture


@register.simple_tag
def office():
    """Names and contacts of the office, for pages that are drawn without context processors (errors)."""
    return office_details()


@register.simple_tag(takes_context=True)
def brings_session(context):
    """Whether the browser brings a session, so that somebody is, or was, signed in. Nothing is looked up."""
    request = context.get("request")
    return request is not None and settings.SESSION_COOKIE_NAME in request.COOKIES


@register.simple_tag
def public_navigation():
    """The sections anybody may open, for error pages: no request, no database."""
    return public_sections()


@register.simple_tag
def footer_links():
    """The columns of the footer, as (title, links)."""
    return footer_columns()


@register.inclusion_tag(component("breadcrumbs"))
def breadcrumbs(*pairs):
    """Home, then pairs of words and address: `{% breadcrumbs "Activities" url %}`."""
    return {"links": [("Home", "/"), *zip(pairs[::2], pairs[1::2], strict=True)]}


@register.simple_tag
def back_link(url, text="Back"):
    return format_html('<a href="{}" class="govuk-back-link">{}</a>', url, text)


@register.inclusion_tag(component("steps"))
def steps(number, total, word="Question", about=False):
    bar = [place < number for place in range(total)]
    return {"number": number, "total": total, "word": word, "about": about, "bar": bar}


@register.inclusion_tag(component("exit-bar"))
def exit_bar():
    return {"url": settings.EXIT_URL}


@register.inclusion_tag(component("support-now"))
def support_now(contacts=""):
    """Where to turn at once: the line of the area, and whom a consultation names, one a line."""
    named = [line.strip() for line in contacts.splitlines() if line.strip()]
    return {"phone": settings.SUPPORT_PHONE, "contacts": named}


@register.inclusion_tag(component("notification"))
def notification(title, text="", kind=""):
    return {"title": title, "text": text, "kind": kind}


@register.inclusion_tag(component("printed"))
def printed(reference="", version=""):
    return {"reference": reference, "version": version, "printed_at": timezone.now(), "address": settings.BASE_URL}


# Components that hold free content


@register.simple_block_tag
def rail_box(content, title):
    return render_to_string(component("rail-box"), {"content": content, "title": title})


@register.simple_block_tag
def ask(content, title, tag="", note="", anchor="ask"):
    words = {"content": content, "title": title, "tag": tag, "note": note, "anchor": anchor}
    return render_to_string(component("ask"), words)


@register.simple_block_tag
def empty(content):
    return format_html('<div class="portal-empty">{}</div>', content)


@register.simple_block_tag
def panel(content, title, reference=""):
    return render_to_string(component("panel"), {"content": content, "title": title, "reference": reference})


@register.simple_block_tag
def figure(content, headline, sub="", level=2):
    return render_to_string(component("figure"), {"content": content, "headline": headline, "sub": sub, "level": level})


@register.simple_block_tag
def details(content, summary):
    return render_to_string(component("details"), {"content": content, "summary": summary})
