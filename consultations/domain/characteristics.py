"""The standard equality questions, in the words of the harmonised standards (Government Statistical Service; census).

Whatever is asked can be left blank, and each question offers "Prefer not to say". A consultation chooses among them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from consultations.enums import PREFER_NOT

PREFER_NOT_WORDS: Final = "Prefer not to say"


@dataclass(frozen=True)
class Characteristic:
    """One equality question. `options` are (key, words) pairs in the order of the page, "Prefer not to say" last."""

    key: str
    title: str
    question: str
    options: tuple[tuple[str, str], ...]
    hint: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """The words of each option by its key."""
        return dict(self.options)


def _asked(key: str, title: str, question: str, hint: str = "", **options: str) -> Characteristic:
    return Characteristic(key, title, question, (*options.items(), (PREFER_NOT, PREFER_NOT_WORDS)), hint)


STANDARD: Final = (
    _asked(
        "AGE",
        "Age group",
        "How old are you?",
        UNDER_16="Under 16",
        FROM_16="16 to 24",
        FROM_25="25 to 34",
        FROM_35="35 to 44",
        FROM_45="45 to 54",
        FROM_55="55 to 64",
        FROM_65="65 to 74",
        FROM_75="75 or over",
    ),
    _asked("SEX", "Sex", "What is your sex?", FEMALE="Female", MALE="Male"),
    _asked(
        "GENDER",
        "Gender identity",
        "Is the gender you identify with the same as your sex registered at birth?",
        YES="Yes",
        NO="No",
    ),
    _asked(
        "ETHNICITY",
        "Ethnic group",
        "What is your ethnic group?",
        "Choose the one that best describes your ethnic group or background.",
        ASIAN="Asian or Asian British",
        BLACK="Black, Black British, Caribbean or African",
        MIXED="Mixed or multiple ethnic groups",
        WHITE="White",
        OTHER="Other ethnic group",
    ),
    _asked(
        "DISABILITY",
        "Disability",
        "Do any of your physical or mental health conditions or illnesses reduce your ability to carry out day-to-day"
        " activities?",
        "Think of conditions or illnesses that last, or are expected to last, 12 months or more.",
        A_LOT="Yes, a lot",
        A_LITTLE="Yes, a little",
        NOT_AT_ALL="Not at all",
        NO_CONDITION="I have no such condition or illness",
    ),
    _asked(
        "RELIGION",
        "Religion",
        "What is your religion?",
        NONE="No religion",
        BUDDHIST="Buddhist",
        CHRISTIAN="Christian, all denominations",
        HINDU="Hindu",
        JEWISH="Jewish",
        MUSLIM="Muslim",
        SIKH="Sikh",
        OTHER="Any other religion",
    ),
    _asked(
        "ORIENTATION",
        "Sexual orientation",
        "Which of these best describes your sexual orientation?",
        BISEXUAL="Bisexual",
        GAY="Gay or lesbian",
        STRAIGHT="Straight or heterosexual",
        OTHER="Other sexual orientation",
    ),
    _asked(
        "CARING",
        "Caring",
        "Do you look after, or give any help or support to, anyone because they have long-term physical or mental"
        " health conditions or illnesses, or problems related to old age?",
        "Leave out what you do as part of paid work.",
        NO="No",
        UP_TO_9="Yes, 9 hours a week or less",
        FROM_10="Yes, 10 to 19 hours a week",
        FROM_20="Yes, 20 to 34 hours a week",
        FROM_35="Yes, 35 to 49 hours a week",
        FROM_50="Yes, 50 or more hours a week",
    ),
)


def chosen(keys: Sequence[str]) -> list[Characteristic]:
    """The standard questions with these keys, in the standard order."""
    return [one for one in STANDARD if one.key in keys]


def content_of(asked: Sequence[Characteristic]) -> list[dict[str, Any]]:
    """Questions as JSON holds them."""
    return [{**asdict(one), "options": [list(option) for option in one.options]} for one in asked]


def thaw(content: Sequence[Mapping[str, Any]]) -> list[Characteristic]:
    """The questions that `content_of` held."""
    return [
        Characteristic(**{**one, "options": tuple((key, words) for key, words in one["options"])}) for one in content
    ]
