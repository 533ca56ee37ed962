"""Forms as people meet them: what is wrong, where, and nothing they typed lost."""

from datetime import date

from bs4 import BeautifulSoup
from django import forms
from django.template import Context, Template
from django.utils.safestring import mark_safe
from wagtail.admin.widgets import AdminDateInput

from engagement.forms.dates import DayField
from portal.forms import renderer


class Figure(forms.Form):
    """One field of every kind that the renderer lays out in its own way."""

    due = forms.IntegerField(
        label="Referrals due",
        help_text="Leave out withdrawn ones.",
        widget=forms.NumberInput(attrs={"suffix": "people", "width": "5", "placeholder": "0"}),
    )
    spent = forms.DecimalField(label="Spent", decimal_places=2, widget=forms.NumberInput(attrs={"prefix": "£"}))
    why = forms.CharField(label="Why?", required=False, max_length=400, widget=forms.Textarea)
    way = forms.ChoiceField(
        label="How?",
        choices=[("PHONE", "Phone"), ("DONT_KNOW", "I do not know"), ("NOT_SAYING", "I prefer not to say")],
        widget=forms.RadioSelect(attrs={"divider_before": ("DONT_KNOW", "NOT_SAYING")}),
    )
    who = forms.MultipleChoiceField(
        label="Who is it for?",
        choices=[("A", "Adults"), ("B", "Children")],
        widget=forms.CheckboxSelectMultiple(attrs={"choice_hints": {"A": "18 and over"}}),
    )
    starts = forms.DateField(label="Starts", widget=forms.SelectDateWidget)
    opens = forms.SplitDateTimeField(label="Opens", widget=forms.SplitDateTimeWidget)
    area = forms.ChoiceField(label="Area", choices=[("", "Choose one"), ("N", "North")])
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    workbook = forms.FileField(label="Workbook")
    sure = forms.BooleanField(label="I confirm")
    token = forms.CharField(widget=forms.HiddenInput)


def drawn(form, source="{% load portal %}{{ form|govuk }}"):
    return BeautifulSoup(Template(source).render(Context({"form": form})), "html.parser")


def summary_of(page):
    return [(link.text, link["href"]) for link in page.select(".govuk-error-summary a")]


def test_summary_names_every_problem_and_leads_to_the_first_input():
    page = drawn(Figure({"token": "t"}))

    assert summary_of(page) == [
        ("Enter referrals due", "#id_due"),
        ("Enter spent", "#id_spent"),
        ("Answer the question: How?", "#id_way_0"),
        ("Answer the question: Who is it for?", "#id_who_0"),
        ("Enter starts", "#id_starts_day"),
        ("Enter opens", "#id_opens_0"),
        ("Choose an answer: Area", "#id_area"),
        ("Enter e-mail address", "#id_email"),
        ("Choose a file: Workbook", "#id_workbook"),
        ("Tick the box: I confirm", "#id_sure"),
    ]
    focusable = {"input", "select", "textarea"}
    assert {page.select_one(href).name for _, href in summary_of(page)} <= focusable


def test_form_without_errors_has_no_summary():
    page = drawn(Figure())

    assert page.select(".govuk-error-summary, .govuk-error-message, .govuk-form-group--error") == []


def test_error_of_the_whole_form_leads_to_its_first_input():
    form = Figure({})
    form.add_error(None, "These figures were accepted on Monday.")

    page = drawn(form)

    assert summary_of(page)[0] == ("These figures were accepted on Monday.", "#id_due")


def test_form_may_leave_the_summary_to_its_page():
    class Quiet(Figure):
        summary = False

    page = drawn(Quiet({}), "{% load portal %}{{ form|govuk }}")
    placed = drawn(Quiet({"token": "t"}), "{% load portal %}{% error_summary form %}")

    assert page.select(".govuk-error-summary") == []
    assert len(summary_of(placed)) == 10


def test_error_stands_beside_its_field_and_is_read_with_it():
    page = drawn(Figure({"due": "many"}))
    box = page.select_one("#id_due")

    assert box["value"] == "many"
    assert box["aria-invalid"] == "true"
    assert box["aria-describedby"] == "id_due_helptext id_due_error id_due_unit"
    assert [page.select_one(f"#{part}").text for part in box["aria-describedby"].split()] == [
        "Leave out withdrawn ones.",
        "Error: Enter a whole number.",
        "people",
    ]


def test_group_is_described_on_its_fieldset():
    page = drawn(Figure({}))
    fieldset = page.select_one("#id_way_0").find_parent("fieldset")

    assert fieldset["aria-describedby"] == "id_way_error"
    assert fieldset.legend.text.strip() == "How?"


def test_layout_stays_off_the_input_and_the_browser_does_not_judge():
    page = drawn(Figure())
    box = page.select_one("#id_due")

    assert set(box.attrs) == {"class", "type", "name", "id", "inputmode", "aria-describedby"}
    assert (box["type"], box["inputmode"]) == ("text", "numeric")
    assert box["class"] == ["govuk-input", "govuk-input--width-5"]
    assert page.select_one("#id_spent")["inputmode"] == "decimal"
    assert page.select_one("#id_spent").find_previous_sibling("div").text == "£"
    assert page.select_one("#id_email")["autocomplete"] == "email"


def test_long_text_is_counted_but_never_cut():
    page = drawn(Figure({"why": "x" * 401}))
    area = page.select_one("#id_why")

    assert "maxlength" not in area.attrs
    assert area.text.strip() == "x" * 401
    assert area.find_parent(class_="govuk-form-group")["data-maxlength"] == "400"
    assert page.select_one("#id_why-info").text == "You can enter up to 400 characters"


def test_or_stands_once_before_the_ways_out():
    page = drawn(Figure())
    rows = page.select_one("#id_way_0").find_parent(class_="govuk-radios").find_all("div", recursive=False)

    assert [row.text.strip() for row in rows] == ["Phone", "or", "I do not know", "I prefer not to say"]


def test_choice_hint_is_read_with_its_choice():
    page = drawn(Figure())
    adults = page.select_one("#id_who_0")

    assert page.select_one("#" + adults["aria-describedby"]).text == "18 and over"
    assert "aria-describedby" not in page.select_one("#id_who_1").attrs


def test_date_comes_back_as_it_was_typed():
    typed = {"starts_day": "31", "starts_month": "Feb", "starts_year": "26"}

    page = drawn(Figure(typed))

    boxes = page.select(".govuk-date-input input")
    assert {box["name"]: box["value"] for box in boxes} == typed
    assert [label.text for label in page.select(".govuk-date-input label")] == ["Day", "Month", "Year"]


def test_date_that_was_typed_in_three_boxes_is_understood():
    form = Figure({"starts_day": "4", "starts_month": "12", "starts_year": "2026"})

    form.is_valid()

    assert form.cleaned_data["starts"].isoformat() == "2026-12-04"


def test_only_the_wrong_box_of_a_date_is_marked_and_led_to():
    class Begin(forms.Form):
        begins = DayField(label="Begins", name="The first day", initial=date(2026, 4, 1))

    known = drawn(Begin())
    page = drawn(Begin({"begins_day": "4", "begins_month": "", "begins_year": "2026"}))

    assert [box["value"] for box in known.select(".govuk-date-input input")] == ["1", "4", "2026"]
    assert summary_of(page) == [("The first day must include a month", "#id_begins_month")]
    assert [box["name"] for box in page.select("[aria-invalid]")] == ["begins_month"]
    assert [box["value"] for box in page.select(".govuk-date-input input")] == ["4", "", "2026"]


def test_optional_is_said_in_words_unless_the_form_is_a_filter():
    class Filter(Figure):
        mark_optional = False

    assert drawn(Figure()).select_one("label[for=id_why]").text == "Why? (optional)"
    assert drawn(Filter()).select_one("label[for=id_why]").text == "Why?"


def test_one_question_a_page_is_the_heading():
    class Question(Figure):
        heading_field = "way"

    page = drawn(Question())

    assert [heading.text for heading in page.select("legend h1")] == ["How?"]
    assert len(page.select("h1")) == 1


def test_label_of_a_single_box_can_be_the_heading():
    class Question(Figure):
        heading_field = "why"

    page = drawn(Question())

    assert page.select_one("h1 > label")["for"] == "id_why"


def test_words_before_the_box_are_escaped_unless_they_are_safe():
    form = Figure()
    form.fields["due"].widget.attrs["before"] = "<i>typed</i>"
    form.fields["spent"].widget.attrs["before"] = mark_safe("<i>ours</i>")

    page = drawn(form)

    assert [mark.text for mark in page.select("i")] == ["ours"]


def test_what_a_person_typed_is_escaped():
    page = drawn(Figure({"due": '"><script>alert(1)</script>', "why": "</textarea><b>"}))

    assert page.select("script, b") == []
    assert page.select_one("#id_due")["value"] == '"><script>alert(1)</script>'


def test_single_field_may_carry_words_of_the_page():
    page = drawn(Figure(), '{% load portal %}{% field form.email "Where can we write?" "Only about this." %}')

    assert page.label.text == "Where can we write?"
    assert page.select_one(".govuk-hint").text == "Only about this."


def test_empty_choice_of_an_optional_model_field_is_no_answer():
    class Choice(forms.Form):
        stage = forms.ChoiceField(choices=[("", "---------"), ("A", "Analyse")], widget=forms.RadioSelect)

    assert [box["value"] for box in drawn(Choice()).select("input")] == ["A"]


def test_prefixed_form_keeps_its_names_apart():
    page = drawn(Figure({}, prefix="step"))

    assert ("Enter starts", "#id_step-starts_day") in summary_of(page)
    assert page.find(id="id_step-starts_day")["name"] == "step-starts_day"


def test_forms_that_did_not_ask_keep_their_own_look():
    class Plain(forms.Form):
        name = forms.CharField()
        day = forms.DateField(widget=AdminDateInput)

    drawn(Figure())
    html = str(Plain())

    assert "govuk" not in html
    assert Plain().renderer is not renderer.renderer()


def test_every_widget_has_a_template_of_ours():
    drawn_by_its_field = {forms.SelectDateWidget.template_name}
    names = {field.widget.template_name for field in Figure().fields.values()} - drawn_by_its_field

    assert len(names) == 10
    for template_name in names:
        origin = renderer.renderer().get_template(template_name).origin.name

        assert origin.startswith(str(renderer.TEMPLATES / "govuk"))
