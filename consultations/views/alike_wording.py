"""What pages and files say of answers that are alike, with and without. Pure functions over shown numbers."""

from consultations.domain import leaving_out
from consultations.models.alike import Grounds

WITH = "With the answers that were left out"
REASONS = {
    Grounds.SENT_TWICE: "they were sent more than once, it seems by mistake",
    Grounds.TWO_WAYS: "they came in two ways, such as online and on paper",
    Grounds.COPIES: "they are copies, beyond what chance explains",
}


def answers(number):
    """A number of answers in words."""
    return "1 answer" if number == 1 else f"{number:,} answers"


def about(results):
    """How many answers are alike and what was made of them, in sentences; nothing where none are."""
    alike = results.alike
    if alike is None:
        return []
    said = [f"{answers(alike.found)} are the same as others, or nearly, by what they say. A person looked at them."]
    if alike.left_out:
        why = "; ".join(REASONS[Grounds(one)] for one in alike.grounds)
        counted = f" Of {answers(results.responses)}, {results.responses - alike.left_out:,} are counted."
        one = "1 is" if alike.left_out == 1 else f"{alike.left_out:,} are"
        said.append(f"{one} left out of the tables, since {why}.{counted} Nothing was deleted.")
    else:
        said.append("None is left out of the tables.")
    if alike.campaign:
        said.append(f"{answers(alike.campaign)} are in the words of a campaign. Each of them is counted.")
    elif alike.campaign is None:
        said.append("A few are in the words of a campaign. Each of them is counted.")
    if alike.waiting:
        said.append(
            f"Nobody has judged {alike.waiting:,} of them yet: {'it is' if alike.waiting == 1 else 'they are'} counted."
        )
    return said


def sentences(question, alike):
    """How far one question's shares would move at most, with what was left out and without a campaign's words."""
    if alike is None:
        return []
    ways = (
        (alike.left_out, False, f"Had the {answers(alike.left_out)} left out been counted"),
        (alike.campaign or 0, True, f"Without the {answers(alike.campaign or 0)} in the words of a campaign"),
    )
    said = []
    for number, taking, if_so in ways:
        sway = leaving_out.sway(question, number, taking=taking)
        if sway:
            points = f"{sway.points} percentage point{'' if sway.points == 1 else 's'}"
            first = f", and “{sway.first}” would still be what most people said" if sway.first else ""
            said.append(f"{if_so}, no share here would differ by more than {points}{first}.")
    return said
