"""What the invented consultations ask, of whom, when, and what people write."""

from dataclasses import dataclass

from consultations.enums import AskedGroup, QuestionKind

SCALE, SINGLE, SEVERAL, TEXT = QuestionKind.SCALE, QuestionKind.SINGLE, QuestionKind.SEVERAL, QuestionKind.LONG_TEXT
PLACE = QuestionKind.PLACE
# Parts of the invented county and how many people live there.
AREAS = "Avonmere town, 118,000\nNorthfield, 64,500\nStoke Harbour, 88,300\nThe Vale, 41,200"


@dataclass(frozen=True)
class Asked:
    """A consultation: on which activity, when it opens and closes in days from now, and how many answer.

    `state` is set for one that never opened or was taken back, `withdrawn` days ago, or paused, `paused` days ago; one
    that is given `longer` days was, five days ago. Closing in one day means tomorrow, whatever day that is; other
    moments fall on working days. `invited` people have a code; `named` ones are organisations.
    """

    activity: str
    title: str
    summary: str
    opens: int
    closes: int
    answers: int = 0
    minutes: int = 5
    audience: str = "Everyone in Avonmere"
    can_change: tuple[str, ...] = ()
    settled: str = "the yearly budget"
    sensitive: bool = False
    state: str = ""
    withdrawn: int = 0
    groups: tuple[str, ...] = (AskedGroup.PUBLIC,)
    paused: int = 0
    longer: int = 0
    invited: bool = False
    named: bool = False
    eligibility: str = ""


ASKED = {
    "waiting": Asked(
        "victims",
        "How long is too long to wait?",
        "Tell us how soon you would want to hear from somebody after a crime, and how.",
        opens=-300,
        closes=-244,
        answers=60,
        can_change=("how soon the first call comes", "who makes it", "how it is made"),
    ),
    "marshals": Asked(
        "marshals",
        "What would help in town at night?",
        "The marshals' pilot ends with its grant. Tell us what should follow it.",
        opens=-62,
        closes=-20,
        answers=40,
        can_change=("what we fund instead", "which streets come first"),
        settled="the pilot ends with its grant",
    ),
    "hours": Asked(
        "marshals",
        "Should marshals be out later?",
        "We thought of marshals until 4am. Tell us what that would change for you.",
        opens=-400,
        closes=-350,
        state="WITHDRAWN",
        withdrawn=380,
        can_change=("the hours",),
    ),
    "visits": Asked(
        "visits",
        "Safe and well visits: who should we reach first?",
        "Help the fire service to choose which homes to visit next year.",
        opens=-29,
        closes=1,
        answers=70,
        can_change=("who is visited first", "what a visit includes"),
    ),
    "young": Asked(
        "young",
        "What keeps young people out of trouble near you?",
        "Young people, parents and youth workers: tell us what helps before things go wrong.",
        opens=-20,
        closes=33,
        longer=14,
        groups=(AskedGroup.YOUNG_PEOPLE, AskedGroup.FAMILIES, AskedGroup.COMMUNITY_GROUPS),
        answers=18,
        minutes=8,
        audience="Young people in Avonmere, their families, and people who work with them",
        can_change=("what we fund", "where it happens", "who runs it"),
    ),
    "abuse": Asked(
        "abuse",
        "Have we got the draft right?",
        "Read the draft of what the new support service after domestic abuse and sexual violence must do, and tell us "
        "what is missing.",
        opens=-12,
        closes=33,
        answers=14,
        minutes=10,
        audience="People who have used, or might use, support, and those close to them",
        groups=(AskedGroup.VICTIMS, AskedGroup.SERVICE_USERS, AskedGroup.PROVIDERS),
        can_change=("how people first get in touch", "when and where support is offered", "how we measure it"),
        settled="there will be one service, with one way in\nthe yearly budget",
        sensitive=True,
    ),
    "group": Asked(
        "victims",
        "How is support going for you?",
        "For people whom Brightway supports at the moment: tell us what helps you, and what does not.",
        opens=-16,
        closes=28,
        answers=34,
        minutes=4,
        audience="People whom Brightway supports, with a code from their worker",
        can_change=("how often a worker calls", "where people meet", "what is offered in the evening"),
        settled="Brightway provides the service until the agreement ends",
        sensitive=True,
        invited=True,
        groups=(AskedGroup.SERVICE_USERS,),
        eligibility="I have had support from Brightway in the last 12 months\nI am 16 or over",
    ),
    "providers": Asked(
        "abuse",
        "What would it take to run one way in?",
        "We ask organisations that support people, or might: what would one service with one way in need from you, and "
        "from us?",
        opens=-9,
        closes=24,
        minutes=30,
        audience="Organisations that provide support after domestic abuse and sexual violence, or may bid to",
        can_change=("how long the change takes", "what is handed over", "how the service is measured"),
        settled="there will be one service, with one way in",
        named=True,
        groups=(AskedGroup.PROVIDERS, AskedGroup.PARTNERS),
    ),
    "reach": Asked(
        "victims",
        "How easy is victim support to find?",
        "Tell us how you found help after a crime, or why you did not.",
        opens=9,
        closes=44,
        minutes=4,
        can_change=("where it is advertised", "how you can get in touch"),
        settled="Brightway provides the service until the agreement ends",
    ),
    "costs": Asked(
        "visits",
        "What should a visit at home cover?",
        "Smoke alarms, falls, warm homes: tell us what a fire service visit should look at.",
        opens=-16,
        closes=26,
        state="SUSPENDED",
        paused=3,
        can_change=("what a visit looks at", "how long it takes"),
    ),
    "doors": Asked(
        "visits",
        "When should fire stations open their doors?",
        "We want stations to be open to neighbours once a month. Tell us when you would come, and what for.",
        opens=16,
        closes=58,
        minutes=3,
        state="ASKED",
        groups=(AskedGroup.PUBLIC, AskedGroup.STAFF),
        can_change=("the day and the hours", "what happens there"),
        settled="five stations take part",
    ),
    "next": Asked(
        "victims",
        "What should the next agreement ask for?",
        "The agreement with Brightway ends next year. Tell us what should be different in the next one.",
        opens=30,
        closes=72,
        state="DRAFT",
    ),
}

DRAFT_SAYS = (
    "The provider makes first contact within 2 working days, by the way the person said is safe, and never leaves a "
    "message that names the service."
)
SOON = ("The same day", "Two days", "A week", "Later")

# Kind, question, choices, and what to know before answering.
QUESTIONS = {
    "abuse": (
        (
            SINGLE,
            "How should the service get in touch with someone for the first time?",
            ("A phone call", "A text message", "An e-mail", "A letter", "Through someone I already trust"),
            DRAFT_SAYS,
        ),
        (SCALE, "One service with one way in would make it easier to get help.", (), ""),
        (SEVERAL, "When would you want to be able to reach it?", ("Weekdays", "Evenings", "Weekends", "At night"), ""),
        (TEXT, "What is missing from the draft?", (), ""),
    ),
    "young": (
        (SEVERAL, "What is there near you that helps?", ("A youth club", "Sport", "School", "Family", "Nothing"), ""),
        (SCALE, "Young people here know whom to turn to.", (), ""),
        (TEXT, "What would have helped someone you know?", (), ""),
    ),
    "visits": (
        (SINGLE, "Whom should we visit first?", ("People over 65", "People who live alone", "Smokers", "Everyone"), ""),
        (PLACE, "Where in Avonmere do you live?", ("Avonmere town", "Stoke Harbour", "Northfield", "The Vale"), ""),
        (SCALE, "I would let the fire service into my home for a visit.", (), ""),
        (TEXT, "Is there anything else?", (), ""),
    ),
    "marshals": (
        (SCALE, "I feel safe in town at night.", (), ""),
        (SINGLE, "What would help most if the marshals stopped?", ("Taxis", "Lighting", "Police patrols", "Other"), ""),
        (TEXT, "What should we know before it ends?", (), ""),
    ),
    "waiting": (
        (SINGLE, "How soon would you want to hear from someone?", SOON, ""),
        (SCALE, "I would rather hear from a person than by letter.", (), ""),
        (TEXT, "What would have made it easier?", (), ""),
    ),
    "providers": (
        (TEXT, "How long would you need, from the decision to opening the doors?", (), ""),
        (
            SEVERAL,
            "What would have to be handed over?",
            (
                "The records of open cases, with the consent of the people they are about",
                "Staff who want to come along",
                "Phone numbers and websites that people know",
                "Rooms",
            ),
            "",
        ),
        (SCALE, "The measures in the draft are fair to whoever runs the service.", (), ""),
        (TEXT, "What should we know before we decide?", (), ""),
    ),
    "hours": ((SCALE, "Marshals until 4am would make me feel safer.", (), ""),),
    "group": (
        (
            SINGLE,
            "How often does somebody get in touch with you?",
            ("Every week", "Every two weeks", "Every month", "Less often"),
            "",
        ),
        (SCALE, "I feel safer than before I had support.", (), ""),
        (TEXT, "What should be different?", (), ""),
    ),
    "reach": (
        (SINGLE, "How did you first hear of victim support?", ("The police", "A friend", "Online", "I had not"), ""),
        (TEXT, "What would make it easier to find?", (), ""),
    ),
    "costs": (
        (SEVERAL, "What should a visit look at?", ("Smoke alarms", "Falls", "Warmth", "Smoking", "Clutter"), ""),
        (TEXT, "Is there anything else?", (), ""),
    ),
    "doors": (
        (SINGLE, "When would you come?", ("Saturday mornings", "Weekday evenings", "I would not come"), ""),
        (TEXT, "What would you come for?", (), ""),
    ),
    "next": (
        (SCALE, "The service today does what people need.", (), ""),
        (TEXT, "What should be different?", (), ""),
    ),
}

# What was written down before each opened: why it is fair.
FAIR = {
    "purpose": "What you tell us goes to the people who decide, before they decide.",
    "formative_statement": "We have options and no preference. The Commissioner decides after reading what people say.",
    "information_statement": "The page says what each option would cost and what it would change, in plain words.",
    "consideration_statement": "The Involvement Team reads every answer. Its report goes to the Commissioner, who says "
    "in public what was weighed and why.",
    "length_reason": "Long enough to reach people whom services and libraries see once a month.",
}
SUPPORT = "Avonmere victim care: 0808 157 0150, free, day or night\nBrightway: 01632 960 188, 8am to 8pm"
PAUSED = "The costs on this page were out of date. We are putting them right, so that you can judge for yourselves."
LONGER = "Schools asked for more time, so that whole classes can take part."

# What people write, by consultation.
WORDS = {
    "abuse": (
        "Say who will see what I write down.",
        "Please do not ring the landline.",
        "Somebody to talk to in the evening, when the children sleep.",
        "Help with the bus fare to the first meeting.",
    ),
    "young": (
        "Somewhere to go after school that is warm and free.",
        "A grown-up who stays longer than one year.",
        "The club is good, but it closes in the holidays.",
    ),
    "visits": (
        "More notice of when somebody is coming.",
        "My mother would want me to be there.",
        "It was quick and kind.",
    ),
    "marshals": ("The walk from the station is the worst part.", "A taxi rank that is lit.", "They knew the regulars."),
    "group": (
        "Tell me before my worker changes.",
        "The evening group is the best part of my week.",
        "Somebody to come to court with me.",
        "A text before each call, so that I am alone.",
    ),
    "waiting": (
        "A real person on the phone, not a letter.",
        "Ask first which number is safe.",
        "One name, and the same name the next time.",
    ),
}

# What one person each wrote where somebody may be in danger.
ALARMING = {
    "group": "He found out where we live, and I am scared for my children. I do not know whom to tell.",
    "marshals": "A driver at the rank by the station hurts people who cannot pay. The marshals look away.",
}
