"""What the invented agreements measure, and nine quarters of figures, oldest first."""

from dataclasses import dataclass
from decimal import Decimal

from contracts.domain.parts import NOT_KNOWN
from contracts.enums import Aggregation, AskedEvery, Direction, IndicatorKind

COUNT, SHARE, MONEY = IndicatorKind.COUNT, IndicatorKind.PERCENTAGE, IndicatorKind.MONEY
UP, DOWN = Direction.UP, Direction.DOWN
SUM, LATEST, RATIO = Aggregation.SUM, Aggregation.LATEST, Aggregation.RATIO

COLLECTION = "Avonmere"  # the set of measures in the library that the office wrote itself
REACH, DIFFERENCE, COST = "People reaching the service", "The difference it makes", "What it costs"


@dataclass(frozen=True)
class Measure:
    """An indicator with its figures. A percentage's `words` are those of the part and of the whole.

    `by` is what its parts are told by, `groups` the per cent of each; the rest is not known.

    `bands` are target, and how far off it still counts as approaching and as requiring improvement. `behind` is what
    the provider writes when a figure is off its target. `of_library` is the code of the measure of `COLLECTION` whose
    meaning it has.
    """

    code: str
    group: str
    name: str
    kind: IndicatorKind
    unit: str
    direction: Direction
    aggregation: Aggregation
    why: str
    how: str
    figures: tuple = ()
    words: tuple[str, str] = ("", "")
    bands: tuple[int, int, int] | None = None
    decimals: int = 0
    behind: str = ""
    every: AskedEvery = AskedEvery.RETURN
    by: str = ""
    groups: tuple[tuple[str, int], ...] = ()
    weight: int = 1
    of_library: str = ""

    def parts(self, total: int) -> dict[str, dict[str, Decimal | None]]:
        """The parts of a figure: whole numbers that add up to it."""
        if not self.by:
            return {}
        told = {group: Decimal(total * share // 100) for group, share in self.groups}
        return {self.by: {**told, NOT_KNOWN: total - sum(told.values(), Decimal(0))}}

    def facts(self) -> dict:
        """As `add_indicator` takes them."""
        target, near, far = (None if n is None else Decimal(n) for n in self.bands or (None, None, None))
        return {
            "code": self.code,
            "group": self.group,
            "name": self.name,
            "kind": self.kind,
            "unit": self.unit,
            "direction": self.direction,
            "aggregation": self.aggregation,
            "why": self.why,
            "how": self.how,
            "numerator_words": self.words[0],
            "denominator_words": self.words[1],
            "decimals": self.decimals,
            "is_rated": self.bands is not None,
            "target": target,
            "approaching_by": near,
            "improvement_by": far,
            "minimum_n": 10 if self.kind == SHARE else 0,
            "counts_people": self.unit == "people",
            "asked_every": self.every,
            "weight": self.weight,
            "tables": [{"by": self.by, "groups": [group for group, _ in self.groups], "overlap": False}]
            if self.by
            else [],
        }


def recommended(code: str, figures: tuple, *, behind: str = "") -> Measure:
    """The same measure for everybody who supports people: the library's, with an agreement's own code and figures."""
    return Measure(
        code, DIFFERENCE, "Would recommend it", SHARE, "people", UP, RATIO,
        "Those who were supported know best whether it helped.",
        "Of those asked afterwards, those who would recommend it to a friend.",
        figures,
        words=("Would recommend it", "Asked afterwards"),
        bands=(85, 5, 15),
        decimals=0,
        behind=behind,
        of_library="E1",
    )  # fmt: skip


VICTIMS = (
    Measure(
        "V1", REACH, "Referrals received", COUNT, "referrals", UP, SUM,
        "It shows how many people are sent on to the service, and whether that changes.",
        "Count every referral in the quarter once, whoever made it.",
        (389, 395, 412, 406, 420, 415, 423, 430, 441),
        by="District",
        groups=(("Avonmere town", 41), ("Northfield", 19), ("Stoke Harbour", 27), ("The Vale", 11)),
    ),
    Measure(
        "V2", REACH, "First contact within 2 working days", SHARE, "people", UP, RATIO,
        "People told us that two working days is the most they would want to wait.",
        "Of the referrals that were due a first contact in the quarter, those who were reached in time.",
        ((284, 389), (312, 395), (338, 412), (329, 406), (361, 420), (365, 415), (372, 423), (391, 430), (402, 441)),
        words=("Contacted in time", "Referrals due a first contact"),
        bands=(90, 5, 15),
        weight=3,
        decimals=1,
        behind="Two posts on the first-contact desk were empty for part of the quarter. Both are filled now.",
    ),
    Measure(
        "V4", REACH, "Waiting over 6 weeks", COUNT, "people", DOWN, LATEST,
        "Waiting is the complaint we hear most.",
        "Count everyone who on the last day of the quarter had waited more than 6 weeks for their first session.",
        (31, 28, 24, 19, 17, 15, 14, 12, 13),
        bands=(10, 5, 15),
        behind="Sessions in the evening have the longest list. A third evening begins next quarter.",
    ),
    Measure(
        "V5", DIFFERENCE, "Feeling safer or better able to cope", SHARE, "people", UP, RATIO,
        "It is what the service is for, in people's own judgement.",
        "Of those who left as planned and were asked at the start and at the end, those who are better on a question.",
        ((88, 139), (97, 146), (101, 150), (99, 144), (104, 149), (112, 158), (110, 152), (119, 161), (108, 149)),
        words=("Better on at least one question", "Asked at the start and at the end"),
        bands=(75, 5, 15),
        behind="More people left before the last session this quarter. We now ask earlier whether the times suit.",
    ),
    recommended(
        "V6",
        ((118, 139), (126, 146), (128, 150), (125, 144), (131, 149), (138, 158), (134, 152), (139, 161), (131, 149)),
        behind="Those who waited longest would not send a friend. The third evening is for them.",
    ),
    Measure(
        "V11", COST, "Cost for each person supported", MONEY, "", DOWN, LATEST,
        "Money that is not spent here can support somebody else.",
        "What was spent in the quarter, divided by the people who had at least one session.",
        (468, 455, 447, 441, 436, 428, 424, 417, 415),
        bands=(420, 30, 80),
        behind="The rent of the second office is in this figure until the lease ends.",
    ),
)  # fmt: skip
VISITS = (
    Measure(
        "F1", REACH, "Visits completed", COUNT, "visits", UP, SUM,
        "Each visit makes one home safer.",
        "Count each visit in the quarter that ended with advice given and alarms tested.",
        (1310, 1388, 1402, 1455, 1490, 1502, 1466, 1533),
        bands=(1500, 100, 300),
        behind="Two visitors were in training for part of the quarter.",
    ),
    Measure(
        "F2", REACH, "Visits to homes at high risk", SHARE, "visits", UP, RATIO,
        "Visits help most where a fire is most likely.",
        "Of the visits completed, those to homes that the fire service had marked as high risk beforehand.",
        ((681, 1310), (741, 1388), (790, 1402), (842, 1455), (880, 1490), (917, 1502), (868, 1466), (938, 1533)),
        words=("To homes at high risk", "Visits completed"),
        bands=(60, 5, 15),
        behind="People at high risk cancel more often. We ring them the day before now.",
    ),
    Measure(
        "F5", DIFFERENCE, "Working smoke alarm after the visit", SHARE, "homes", UP, RATIO,
        "A working alarm is what wakes people in time.",
        "Of the homes visited, those with at least one alarm that worked when the visitor left.",
        (
            (1290, 1310), (1371, 1388), (1390, 1402), (1441, 1455),
            (1478, 1490), (1490, 1502), (1451, 1466), (1522, 1533),
        ),
        words=("With a working alarm", "Homes visited"),
        bands=(99, 1, 4),
        decimals=1,
        behind="Some homes wanted no alarm that speaks. We carry silent ones now.",
    ),
    recommended(
        "F6",
        ((611, 655), (640, 694), (655, 701), (671, 727), (690, 745), (697, 751), (675, 733), (712, 766)),
    ),
)  # fmt: skip
COURT = (
    Measure(
        "C1", REACH, "People accompanied to court", COUNT, "people", UP, SUM,
        "Somebody at your side makes it easier to give evidence.",
        "Count each person once, however many days the hearing took.",
        (36, 41),
        bands=(40, 5, 15),
        behind="The court was closed for three weeks after a flood. Nobody who asked went alone.",
    ),
    recommended("C2", ((29, 33), (31, 35))),
)  # fmt: skip
ADVICE = (
    Measure(
        "L1", REACH, "Calls answered in the evening", COUNT, "calls", UP, SUM,
        "Many people can only ring when they are alone at home.",
        "Count each call answered between 6pm and 10pm.",
        (386,),
        bands=(350, 25, 75),
    ),
    Measure(
        "L2", REACH, "Calls answered within a minute", SHARE, "calls", UP, RATIO,
        "Whoever waits longer may not ring again.",
        "Of the calls in the evening, those that were answered within 60 seconds.",
        words=("Answered within a minute", "Calls in the evening"),
        bands=(80, 5, 15),
    ),
)  # fmt: skip
ROUNDS = (
    Measure(
        "R1", REACH, "Evenings with somebody in the square", COUNT, "evenings", UP, SUM,
        "People feel safe in the square when somebody who knows them is there.",
        "Count each Friday and Saturday evening with two people in the square from 9pm to 2am.",
        (8, 9, 8, 7, 9, 8),
        bands=(8, 1, 3),
        behind="Two evenings were called off in the storms.",
    ),
)  # fmt: skip
COUNSEL = (
    Measure(
        "K1", REACH, "Sessions held", COUNT, "sessions", UP, SUM,
        "Each session is an hour with somebody who is trained for it.",
        "Count each session that took place, by telephone too.",
        (212, 220),
        bands=(200, 20, 60),
    ),
)  # fmt: skip
CONTACT = (
    Measure(
        "P1", REACH, "Told of what happens next", SHARE, "cases", UP, RATIO,
        "Nobody should have to ring to hear how their case goes.",
        "Of the open cases, those in which the person was told something in the last 28 days.",
        words=("Told in the last 28 days", "Open cases"),
        bands=(90, 5, 15),
    ),
    Measure(
        "P2", DIFFERENCE, "Officers trained in this half of their work", COUNT, "officers", UP, LATEST,
        "Training is what stays when people change.",
        "Count everyone in the post on the last day of the year who was trained within two years.",
        bands=(40, 5, 15),
        every=AskedEvery.YEAR,
    ),
)  # fmt: skip
