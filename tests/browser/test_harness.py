"""The harness notices what it is there to notice: a check that cannot fail proves nothing."""

import pytest

GOOD = '<!doctype html><html lang="en-GB"><title>Good</title><main><h1>Good</h1><p>Plain.</p></main></html>'
UNLABELLED = GOOD.replace("<p>Plain.</p>", '<input type="text">')
TOO_WIDE = GOOD.replace("<p>", '<p style="width: 3000px">')


def test_look_passes_a_good_page(visit, width):
    visitor = visit(width=width)
    visitor.page.set_content(GOOD)

    visitor.look()

    assert visitor.troubles == []


@pytest.mark.parametrize(("content", "complaint"), [(UNLABELLED, "label"), (TOO_WIDE, "wider")])
def test_look_fails_a_bad_page(visit, content, complaint):
    visitor = visit()
    visitor.page.set_content(content)

    with pytest.raises(AssertionError, match=complaint):
        visitor.look()


def test_visitor_notes_errors_of_the_page(visit):
    visitor = visit()
    visitor.page.set_content(GOOD)
    visitor.page.evaluate("console.error('Something broke')")

    noted = [trouble.split(": ", 1)[1] for trouble in visitor.troubles]
    visitor.troubles.clear()

    assert noted == ["Something broke"]


@pytest.mark.parametrize("javascript", [True, False])
def test_visitor_runs_scripts_only_when_asked_to(visit, javascript):
    visitor = visit(javascript=javascript)

    visitor.page.goto("data:text/html,<p>As sent</p><script>document.body.textContent = 'Changed'</script>")

    assert visitor.page.inner_text("body") == ("Changed" if javascript else "As sent")
