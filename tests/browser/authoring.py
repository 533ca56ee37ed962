"""A questionnaire with a question of every kind, written at Wagtail's screen as a person writes it."""

# Kind, the question, boxes to fill in by the name of their field, boxes to tick, choices, statements.
QUESTIONS = (
    ("SINGLE", "How did you first get in touch?", {"section": "Getting help"}, ("other",),
     ("By phone", "By letter", "Through a friend"), ()),
    ("SCALE", "The first person I spoke to listened.", {}, (), (), ()),
    ("SEVERAL", "When can you talk?", {}, ("prefer_not",), ("Weekdays", "Evenings", "At night"), ()),
    ("MATRIX", "What was it like?", {}, (), (), ("I knew whom to call", "I was believed")),
    ("RANKING", "What matters most to you?", {"places": "2"}, (), ("Speed", "Privacy", "Distance"), ()),
    ("PLACE", "Where do you live?", {"section": "Getting there"}, (), ("Avonmere town", "Northfield", "The Vale"), ()),
    ("NUMBER", "How far did you travel?", {"bands": "0, 5, 20", "maximum": "300", "unit": "miles"}, (), (), ()),
    ("MONEY", "What did the journey cost you?", {"bands": "0, 10, 50"}, (), (), ()),
    ("DATE", "When did you first go?", {"earliest": "2026-01-01", "latest": "2026-10-31"}, (), (), ()),
    ("SHORT_TEXT", "How did you get there?", {}, (), (), ()),
    ("INFORMATION", "What the draft says", {"evidence": "A call within two working days, day or night."}, (), (), ()),
    ("FILE", "Have you a picture of it?", {"files_reason": "A picture shows what words cannot."}, (), (), ()),
    ("LONG_TEXT", "What should change?", {"hint": "Please do not name anybody."}, (), (), ()),
)  # fmt: skip

# From which question, on which answer, to which.
ROUTES = (("1", "By letter", "3. When can you talk?"), ("6", "Northfield", "9. When did you first go?"))
WORDINGS = (("EASY_READ", "", "In short:"), ("YOUNG", "", "For you:"), ("LANGUAGE", "Polish", "Po polsku:"))


def write_questionnaire(visitor, title):
    """Every question, then the two routes, then three wordings beside the standard one; gives the address."""
    page = visitor.page
    visitor.go("/cms/questionnaires/new/")
    page.locator("#id_title").fill(title)
    for place, question in enumerate(QUESTIONS):
        page.get_by_role("button", name="Add Question", exact=True).press("Enter")
        _fill_question(page, place, *question)
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_text("created.").wait_for()
    for number, answer, goal in ROUTES:
        question = page.locator(f"#inline_child_questions-{int(number) - 1}")
        question.get_by_role("button", name="Add Route").click()
        route = page.locator(f"#inline_child_questions-{int(number) - 1}-routes-0")
        route.get_by_label("When").select_option("The answer is one of these")
        route.get_by_label(answer, exact=True).check()
        route.get_by_label("Then go to").select_option(goal)
    for place, (kind, language, _) in enumerate(WORDINGS):
        page.get_by_role("button", name="Add Wording").click()
        page.locator(f"#id_wordings-{place}-kind").select_option(kind)
        if language:
            page.locator(f"#id_wordings-{place}-language").select_option(label=language)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("updated.").wait_for()
    return page.url


def _fill_question(page, place, kind, text, boxes, ticks, choices, statements):
    prefix = f"#id_questions-{place}-"
    page.locator(f"{prefix}text").fill(text)
    page.locator(f"{prefix}kind").select_option(kind)
    for name, value in boxes.items():
        page.locator(f"{prefix}{name}").fill(value)
    for name in ticks:
        page.locator(f"{prefix}{name}").check()
    whole = page.locator(f"#inline_child_questions-{place}")
    for name, button, words in (("choices", "Add Choice", choices), ("statements", "Add Statement", statements)):
        for number, label in enumerate(words):
            whole.get_by_role("button", name=button).press("Enter")
            page.locator(f"{prefix}{name}-{number}-label").fill(label)


def write_other_words(visitor):
    """Every piece of words of the three other wordings; the page of the questionnaire is on the screen."""
    page, here = visitor.page, visitor.page.url
    for name, (_, _, said) in zip(("Easy Read", "young people", "Polish"), WORDINGS, strict=True):
        page.goto(here)
        page.locator("main").get_by_role("link", name=name).click()
        for box in page.locator("main section").locator("input[type=text], textarea").all():
            label = page.locator(f"label[for={box.get_attribute('id')}]").inner_text()
            hint = page.locator(f"[id='{box.get_attribute('aria-describedby')}']").all_inner_texts()
            standard = hint[0].removeprefix("Standard: ") if hint else label.rpartition("“")[2].strip("”")
            if not standard.startswith("Left empty"):
                box.fill(f"{said} {standard}")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("Everything is written").wait_for()
        visitor.look(name)
