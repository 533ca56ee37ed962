"""Forms through GOV.UK Frontend's markup, and only the forms that ask for it with `{{ form|govuk }}`.

The renderer has a template folder of its own (`templates/govuk/`), so the widgets of Wagtail's and Django's own pages
keep theirs. It serves any Django form: our own, a formtools step, allauth's.

A form says how it wants to look by plain class attributes, and a widget by its `attrs`: nobody imports this module.

Form attributes
    heading_field   name of the one field whose label or legend is the page's h1 (one question a page)
    summary         False leaves the error summary to the page, which places it above its own h1
    mark_optional   False leaves out "(optional)" (filters, sign-in)

Widget attrs, read here and kept off the input; whatever else is in `attrs` reaches the input
    prefix, suffix      words joined to the box ("£", "people", "%")
    width               2, 3, 4, 5, 10, 20 (characters) or "one-half", "two-thirds", ... of the column
    label_size          "s" (default), "m", "l" or "hidden"
    inline              True puts radios side by side
    divider_before      values of choices; "or" is printed once, before the first of them
    choice_hints        {value as text: words under that choice}
    beneath             {value as text: bound field that stands under that choice}
    choice_keys         {value as text: the key that ticks that choice}, shown before its label
    before              words or safe HTML between the hint and the box
    maxlength           on a textarea: a count of characters; no browser cuts what a person pasted

`DayInput` and Django's `SelectDateWidget` are printed as three boxes (day, month, year), and what was typed comes back
as it was typed. An error of theirs may say which boxes are wrong: `ValidationError(…, params={"parts": ["month"]})`.
"""

from functools import cache, cached_property

from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.safestring import mark_safe

from engagement.forms.dates import PARTS, DayInput

TEMPLATES = settings.BASE_DIR / "templates"

LAYOUT = frozenset(
    {
        "prefix",
        "suffix",
        "width",
        "label_size",
        "inline",
        "divider_before",
        "choice_hints",
        "beneath",
        "choice_keys",
        "before",
        "maxlength",
    }
)
# `required`, `minlength` and their like let the browser refuse or cut in its own words; placeholders vanish.
FIRST_INPUT = {"choices": "_0", "parts": "_0"}
LEFT_OUT = LAYOUT | {"required", "minlength", "placeholder", "min", "max", "step"}


class GovukRenderer(DjangoTemplates):
    """Renders forms, fields and widgets from `templates/govuk/` alone."""

    form_template_name = "form.html"
    field_template_name = "field.html"

    @cached_property
    def engine(self):
        folders = [TEMPLATES / "govuk", TEMPLATES]
        return Backend({"APP_DIRS": False, "DIRS": folders, "NAME": "govuk-forms", "OPTIONS": {}})

    def render(self, template_name, context, request=None):
        if template_name == self.form_template_name:
            context = {**context, **form_context(context["form"])}
        elif template_name == self.field_template_name:
            context = {**context, **field_context(context["field"])}
        elif "widget" in context:
            context = {**context, "widget": dressed(context["widget"])}
        return super().render(template_name, context, request)


@cache
def renderer():
    """The one renderer of this process; its templates are compiled once."""
    return GovukRenderer()


def use_govuk(form):
    """Let `form` and every field of it be rendered by `GovukRenderer`; returns the same form."""
    if form.renderer is not renderer():
        form.renderer = renderer()
        for bound_field in form:  # a BoundField keeps the renderer it was made with
            bound_field.renderer = form.renderer
    return form


def form_context(form):
    """What `form.html` needs: the summary's (text, href) pairs and whether to print them."""
    return {"summary": error_links(form) if getattr(form, "summary", True) else []}


def error_links(form):
    """Each error of `form` as (text, href of the first input concerned); an href is "" where no input can be shown.

    Errors of the whole form lead to its first input, as the design system asks: a summary without links is a dead end.
    """
    visible = form.visible_fields()
    first = f"#{first_input(visible[0])}" if visible else ""
    pairs = [(error, first) for error in form.non_field_errors()]
    for bound_field in form:
        href = first if bound_field.is_hidden else f"#{first_input(bound_field)}"
        pairs += [(error, href) for error in field_errors(bound_field)]
    return pairs


def field_errors(bound_field):
    """The errors of one field in words. Django's bare "This field is required." says which field, and what to do."""
    bare = str(forms.Field.default_error_messages["required"])
    return [required_words(bound_field) if error == bare else error for error in bound_field.errors]


def required_words(bound_field):
    """What to do about a field that was left empty, made from its own label."""
    label, kind = str(bound_field.label), kind_of(bound_field.field.widget)
    if kind == "checkbox":
        return f"Tick the box: {label}"
    if label.endswith("?"):
        return f"Answer the question: {label}"
    if kind == "choices" or isinstance(bound_field.field.widget, forms.Select):
        return f"Choose an answer: {label}"
    if isinstance(bound_field.field.widget, forms.FileInput):
        return f"Choose a file: {label}"
    return f"Enter {label[:1].lower()}{label[1:]}"


def first_input(bound_field):
    """The id of the first thing in a field that can take the focus."""
    kind = kind_of(bound_field.field.widget)
    part = f"_{wrong_parts(bound_field)[0]}" if kind == "date" else FIRST_INPUT.get(kind, "")
    return bound_field.auto_id + part


def wrong_parts(bound_field):
    """The boxes of a date that its errors are about, in their order: all of them unless an error says which."""
    errors = bound_field.form.errors.as_data().get(bound_field.name, []) if bound_field.form.is_bound else []
    named = {part for error in errors for part in (error.params or {}).get("parts", PARTS)}
    return [part for part in PARTS if part in named] or list(PARTS)


def field_context(bound_field):
    """What `field.html` needs beyond the bound field itself."""
    form, widget = bound_field.form, bound_field.field.widget
    kind = kind_of(widget)
    heading = getattr(form, "heading_field", None) == bound_field.name
    limit = widget.attrs.get("maxlength") if kind == "textarea" else None
    chosen = kind == "checkbox" or (kind == "choices" and bound_field.field.initial)  # says something as it stands
    optional = getattr(form, "mark_optional", True) and not bound_field.field.required and not chosen
    return {
        "kind": kind,
        "errors": field_errors(bound_field),
        "heading": heading,
        "grouped": kind in {"choices", "date", "parts"},
        "label_size": "l" if heading else widget.attrs.get("label_size", "s"),
        "optional": optional and "(optional)" not in str(bound_field.label),
        "before": widget.attrs.get("before", ""),
        "hint_id": f"{bound_field.auto_id}_helptext",
        "error_id": f"{bound_field.auto_id}_error",
        "parts": date_parts(bound_field) if kind == "date" else [],
        "limit": limit,
        "limit_words": f"{int(limit):,}" if limit else "",
    }


def kind_of(widget):
    """How `field.html` lays a widget out: one of choices, date, parts, checkbox, textarea, input."""
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, (DayInput, forms.SelectDateWidget)):
        return "date"
    if isinstance(widget, forms.MultiWidget):
        return "parts"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "textarea" if isinstance(widget, forms.Textarea) else "input"


def date_parts(bound_field):
    """Day, month and year as (label, name, id, value, width, wrong), in the words that were typed."""
    typed, wrong = typed_parts(bound_field), wrong_parts(bound_field) if bound_field.errors else []
    return [
        (
            part.capitalize(),
            f"{bound_field.html_name}_{part}",
            f"{bound_field.auto_id}_{part}",
            typed[part],
            4 if part == "year" else 2,
            part in wrong,
        )
        for part in PARTS
    ]


def typed_parts(bound_field):
    """What stands in each of the three boxes."""
    widget, value = bound_field.field.widget, bound_field.value()
    if isinstance(widget, DayInput):
        return dict(zip(PARTS, value if isinstance(value, list) else widget.decompress(value), strict=True))
    form, shown = bound_field.form, widget.format_value(value)
    typed = form.data if form.is_bound else {}
    return {part: typed.get(f"{bound_field.html_name}_{part}", shown[part]) for part in PARTS}


def dressed(widget):
    """A widget's template context with its layout set apart from the attributes that reach the input."""
    attrs = widget["attrs"]
    layout = {name: attrs[name] for name in LAYOUT & attrs.keys()}
    plain = {name: value for name, value in attrs.items() if name not in LEFT_OUT}
    described = [plain.pop("aria-describedby", "")]
    if "prefix" in layout or "suffix" in layout:
        described.append(f"{attrs.get('id', '')}_unit")
    if "maxlength" in layout and widget["template_name"].endswith("textarea.html"):
        described.append(f"{attrs.get('id', '')}-info")
    if any(described):
        plain["aria-describedby"] = " ".join(filter(None, described))
    extra = {"attrs": plain, "layout": layout, "error": "aria-invalid" in attrs}
    if "optgroups" in widget:
        extra["divider"] = divider_value(widget["optgroups"], layout.get("divider_before", ()))
        extra["optgroups"] = furnished(
            widget["optgroups"],
            hint=layout.get("choice_hints", {}),
            key=layout.get("choice_keys", {}),
            beneath=layout.get("beneath", {}),
        )
    if widget.get("type") == "number":
        step = str(attrs.get("step", "1"))
        plain.setdefault("inputmode", "numeric" if step.isdigit() else "decimal")
    return {**widget, **extra}


def divider_value(optgroups, values):
    """The first offered choice that stands after "or", as text; None when there is none."""
    wanted = {str(value) for value in values}
    offered = [str(option["value"]) for _, options, _ in optgroups for option in options]
    return next((value for value in offered if value in wanted), None)


def furnished(optgroups, **more):
    """The groups of choices, each choice with what stands under it ("" for nothing)."""
    return [
        (
            group,
            [
                {**option, **{name: things.get(str(option["value"]), "") for name, things in more.items()}}
                for option in options
            ],
            index,
        )
        for group, options, index in optgroups
    ]


def render_form(form):
    """The whole form as HTML: error summary, hidden inputs, every field."""
    return mark_safe(use_govuk(form).render())  # noqa: S308  the templates escape


def render_field(bound_field):
    """One field of a form as HTML, with its label, hint and error."""
    use_govuk(bound_field.form)
    return mark_safe(bound_field.as_field_group())  # noqa: S308  the templates escape
