"""The words of asking and answering."""

from django.db.models import TextChoices


class QuestionKind(TextChoices):
    """How a question is answered."""

    SINGLE = "SINGLE", "One choice"
    SEVERAL = "SEVERAL", "Several choices"
    SCALE = "SCALE", "Five-point scale"
    MATRIX = "MATRIX", "Statements, each on the same scale"
    RANKING = "RANKING", "Choices to put in order"
    PLACE = "PLACE", "A place from a list"
    NUMBER = "NUMBER", "A number"
    MONEY = "MONEY", "An amount of money"
    DATE = "DATE", "A date"
    SHORT_TEXT = "SHORT_TEXT", "A few words"
    LONG_TEXT = "LONG_TEXT", "In your own words"
    FILE = "FILE", "Pictures or a text file"
    INFORMATION = "INFORMATION", "Information: nothing is asked"


# An answer of these kinds is a choice that was offered, or several. With OTHER it may carry words of its own.
CHOICE_KINDS = frozenset({QuestionKind.SINGLE, QuestionKind.SEVERAL, QuestionKind.SCALE, QuestionKind.PLACE})
# Each statement, or each thing to rank, has an answer of its own: written "statement=choice" and "thing=place".
GRID_KINDS = frozenset({QuestionKind.MATRIX, QuestionKind.RANKING})
# One figure or date, counted in bands that were decided before anybody answered.
FIGURE_KINDS = frozenset({QuestionKind.NUMBER, QuestionKind.MONEY, QuestionKind.DATE})
TEXT_KINDS = frozenset({QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT})

# The answer of somebody whose answer was not offered. Their words stand beside the choice, never in its place.
OTHER = "OTHER"
OTHER_LABEL = "Other"
# Between the two halves of an answer: "OTHER=In a café", "statement=AGREE", "thing=2". Keys never hold it.
JOIN = "="

# Answers that stand after "or" under the choices. They exclude every other choice.
DONT_KNOW = "DONT_KNOW"
PREFER_NOT = "PREFER_NOT"
APART = {DONT_KNOW: "I do not know", PREFER_NOT: "I prefer not to say"}

# The scale of R-059 questions when the author names no points of their own, from agreeing to disagreeing.
AGREEMENT = {
    "STRONGLY_AGREE": "Strongly agree",
    "AGREE": "Agree",
    "NEITHER": "Neither agree nor disagree",
    "DISAGREE": "Disagree",
    "STRONGLY_DISAGREE": "Strongly disagree",
}


class RouteWhen(TextChoices):
    """Which answer a route out of a question is for."""

    CHOSEN = "CHOSEN", "The answer is one of these"
    UNANSWERED = "UNANSWERED", "There is no answer"
    OTHERWISE = "OTHERWISE", "Any other answer, or whatever the answer is"


class WordingKind(TextChoices):
    """Other words for the same questions. Whatever somebody reads, the answers count together."""

    EASY_READ = "EASY_READ", "Easy Read"
    YOUNG = "YOUNG", "For young people"
    LANGUAGE = "LANGUAGE", "Another language"


class Language(TextChoices):
    """Languages in which questions can be asked besides English, by the code that a page says them with."""

    ARABIC = "ar", "Arabic"
    BENGALI = "bn", "Bengali"
    BULGARIAN = "bg", "Bulgarian"
    CHINESE = "zh-Hans", "Chinese (simplified)"
    GUJARATI = "gu", "Gujarati"
    LITHUANIAN = "lt", "Lithuanian"
    PERSIAN = "fa", "Persian"
    POLISH = "pl", "Polish"
    PORTUGUESE = "pt", "Portuguese"
    PUNJABI = "pa", "Punjabi"
    ROMANIAN = "ro", "Romanian"
    SOMALI = "so", "Somali"
    UKRAINIAN = "uk", "Ukrainian"
    URDU = "ur", "Urdu"
    WELSH = "cy", "Welsh"


# What each language calls itself: people look for that.
OWN_NAMES = {
    Language.ARABIC: "العربية",
    Language.BENGALI: "বাংলা",
    Language.BULGARIAN: "Български",
    Language.CHINESE: "简体中文",
    Language.GUJARATI: "ગુજરાતી",
    Language.LITHUANIAN: "Lietuvių",
    Language.PERSIAN: "فارسی",
    Language.POLISH: "Polski",
    Language.PORTUGUESE: "Português",
    Language.PUNJABI: "ਪੰਜਾਬੀ",
    Language.ROMANIAN: "Română",
    Language.SOMALI: "Soomaali",
    Language.UKRAINIAN: "Українська",
    Language.URDU: "اردو",
    Language.WELSH: "Cymraeg",
}
RIGHT_TO_LEFT = frozenset({Language.ARABIC, Language.PERSIAN, Language.URDU})


class IdentityMode(TextChoices):
    """What a respondent is promised about their name. It cannot change once a consultation has opened."""

    OPEN_ANONYMOUS = "OPEN_ANONYMOUS", "Anyone, without a name"
    INVITED_ANONYMOUS = "INVITED_ANONYMOUS", "People who were given a code, without a name"
    ORGANISATIONS = "ORGANISATIONS", "Organisations, by name"


# Modes in which people say who they are, and know that they do.
NAMED_MODES: frozenset[IdentityMode] = frozenset({IdentityMode.ORGANISATIONS})


class Interest(TextChoices):
    """What an organisation that answers by name stands to gain or lose. It says so itself when it signs."""

    PROVIDES = "PROVIDES", "We provide this service now"
    MAY_BID = "MAY_BID", "We may bid to provide it"
    PART = "PART", "We work for, or with, an organisation that provides it or may bid"
    FUNDED = "FUNDED", "The Commissioner pays us for something else"
    NONE = "NONE", "None of these"


class Publication(TextChoices):
    """What a person lets us do with their own words. Not asked, or not answered, counts as `NONE`."""

    WITHOUT_NAME = "WITHOUT_NAME", "You may publish my words, without my name"
    WITH_NAME = "WITH_NAME", "You may publish my words with my name"
    NONE = "NONE", "Do not publish my words"


PUBLISHABLE = frozenset({Publication.WITHOUT_NAME, Publication.WITH_NAME})


class Channel(TextChoices):
    """The way an answer came in. Results always tell channels apart."""

    ONLINE = "ONLINE", "Online"
    PAPER = "PAPER", "On paper"
    PHONE = "PHONE", "By phone"
    EMAIL = "EMAIL", "By e-mail"
    LETTER = "LETTER", "By letter"
    EVENT = "EVENT", "At an event"


class FileState(TextChoices):
    """Where a file of answers stands between its upload and its report."""

    MATCHING = "MATCHING", "To be matched"
    TO_CHECK = "TO_CHECK", "Waiting to be checked"
    CHECKING = "CHECKING", "Being checked"
    CHECKED = "CHECKED", "Checked, and not entered yet"
    TO_ENTER = "TO_ENTER", "Waiting to be entered"
    ENTERING = "ENTERING", "Being entered"
    ENTERED = "ENTERED", "Entered"


FILE_IN_WORK = frozenset({FileState.TO_CHECK, FileState.CHECKING, FileState.TO_ENTER, FileState.ENTERING})


class BatchState(TextChoices):
    """Where a batch of sheets stands. Its answers count once a second person has checked it, and not before."""

    TYPING = "TYPING", "Being typed in"
    TO_CHECK = "TO_CHECK", "Waiting for a second person"
    CHECKED = "CHECKED", "Checked and counted"


class CollectiveKind(TextChoices):
    """An answer that speaks for many at once. It stands beside the individual answers and is never added to them."""

    PETITION = "PETITION", "Petition"
    CAMPAIGN = "CAMPAIGN", "Campaign: the same words from many senders"
    GROUP = "GROUP", "Answer of a group"


class State(TextChoices):
    """Where a consultation stands at a moment: derived from its dates, never stored."""

    DRAFT = "DRAFT", "Draft"
    OPENING_SOON = "OPENING_SOON", "Opening soon"
    OPEN = "OPEN", "Open"
    CLOSING_SOON = "CLOSING_SOON", "Closing soon"
    SUSPENDED = "SUSPENDED", "Paused"
    CLOSED = "CLOSED", "Closed, results awaited"
    RESULTS_PUBLISHED = "RESULTS_PUBLISHED", "Results published, outcome awaited"
    OUTCOME_PUBLISHED = "OUTCOME_PUBLISHED", "Outcome published"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


OPEN_STATES = frozenset({State.OPEN, State.CLOSING_SOON})
REPORTED_STATES = frozenset({State.RESULTS_PUBLISHED, State.OUTCOME_PUBLISHED})


class AskedGroup(TextChoices):
    """Who is asked. Declared before opening: people find what is for them by it, and some kinds demand some groups."""

    PUBLIC = "PUBLIC", "The public"
    VICTIMS = "VICTIMS", "Victims and survivors of crime"
    SERVICE_USERS = "SERVICE_USERS", "People who use, or might use, a service"
    YOUNG_PEOPLE = "YOUNG_PEOPLE", "Young people"
    FAMILIES = "FAMILIES", "Families and carers"
    COMMUNITY_GROUPS = "COMMUNITY_GROUPS", "Community and voluntary groups"
    BUSINESSES = "BUSINESSES", "Businesses"
    RATEPAYERS = "RATEPAYERS", "Ratepayers’ representatives"
    PROVIDERS = "PROVIDERS", "Providers and those who represent them"
    PARTNERS = "PARTNERS", "Police, fire, councils and other partners"
    STAFF = "STAFF", "Staff and those who represent them"


# Groups among whom people may be at risk from somebody who sees their screen.
AT_RISK = frozenset({AskedGroup.VICTIMS})


class StatutoryKind(TextChoices):
    """What the law makes the office consult on; `consultations.domain.statutory` says whom, and by which section."""

    POLICE_AND_CRIME_PLAN = "POLICE_AND_CRIME_PLAN", "Police and crime plan"
    PRECEPT = "PRECEPT", "Precept and spending proposals"
    VICTIM_SUPPORT_STRATEGY = "VICTIM_SUPPORT_STRATEGY", "Victim support strategy"
    FIRE_AND_RESCUE_PLAN = "FIRE_AND_RESCUE_PLAN", "Fire and rescue plan"
    RISK_MANAGEMENT_PLAN = "RISK_MANAGEMENT_PLAN", "Community risk management plan"


class Happening(TextChoices):
    """What has happened to a public consultation: told on its page, dated, with the reason."""

    EXTENDED = "EXTENDED", "We gave people longer"
    CLOSED_EARLY = "CLOSED_EARLY", "We closed this early"
    SUSPENDED = "SUSPENDED", "We paused this"
    RESUMED = "RESUMED", "This goes on"
    WITHDRAWN = "WITHDRAWN", "We withdrew this"
    ADDED = "ADDED", "We added this"


class SignOffOutcome(TextChoices):
    """What the second person said of a draft, or why nobody has to say anything any more."""

    SIGNED_OFF = "SIGNED_OFF", "Signed off"
    SENT_BACK = "SENT_BACK", "Sent back"
    TAKEN_BACK = "TAKEN_BACK", "Taken back by those who asked"


class Approach(TextChoices):
    """How people were asked to answer. Numbers of different ways are never added up: one person may be in several."""

    LETTER = "LETTER", "by letter"
    EMAIL = "EMAIL", "by e-mail"
    TEXT_MESSAGE = "TEXT_MESSAGE", "by text message"
    PHONE = "PHONE", "by phone"
    EVENT = "EVENT", "in person, at events"
    PROVIDER = "PROVIDER", "through a service they use"
    LEAFLET = "LEAFLET", "with a leaflet"


class Overlap(TextChoices):
    """Whether somebody may have answered in more than one way. While that is unknown, ways are not added up."""

    UNKNOWN = "UNKNOWN", "Some people may have answered in more than one way"
    NONE = "NONE", "Nobody can have answered in more than one way"


class RevisionKind(TextChoices):
    """Why there is another edition of what is public."""

    RESULTS = "RESULTS", "We published what people said"
    OUTCOME = "OUTCOME", "We published what we decided and what we will do"
    CHANGED = "CHANGED", "We changed the words"
    CORRECTED = "CORRECTED", "We corrected the numbers"


class Reading(TextChoices):
    """What a decision-maker says they have read. Never the answers themselves: those are for the Involvement Team."""

    RESULTS = "RESULTS", "the results, question by question"
    THEMES = "THEMES", "the themes in what people wrote"
    SUMMARY = "SUMMARY", "the summary of what people said"


class PromiseStatus(TextChoices):
    """What has become of a promise. Late is a fact about time, and never stored: see `Promise.standing`."""

    PROMISED = "PROMISED", "Promised"
    CHANGED = "CHANGED", "Changed"
    KEPT = "KEPT", "Kept"
    DROPPED = "DROPPED", "Dropped"


LATE = "LATE"
OPEN_PROMISES = frozenset({PromiseStatus.PROMISED, PromiseStatus.CHANGED})


class PromiseAct(TextChoices):
    """What was done about a promise after it was made."""

    CHANGED = "CHANGED", "Changed"
    EXPLAINED = "EXPLAINED", "Said why it is late"
    HANDED_OVER = "HANDED_OVER", "Given to another person"
    KEPT = "KEPT", "Kept"
    DROPPED = "DROPPED", "Dropped"


class EvidenceState(TextChoices):
    """How far the making of an evidence file is."""

    WAITING = "WAITING", "Waiting"
    MAKING = "MAKING", "Being made"
    READY = "READY", "Ready"
    FAILED = "FAILED", "Could not be made"


class Position(TextChoices):
    """Where a theme stands towards what was proposed, when it takes a stand."""

    SUPPORTS = "SUPPORTS", "Supports"
    OPPOSES = "OPPOSES", "Opposes"
    NEUTRAL = "NEUTRAL", "Neutral"
    SUGGESTION = "SUGGESTION", "Suggests something"


class Round(TextChoices):
    """Which reading of a text this is. The second is blind to the first; what they agreed on then counts."""

    FIRST = "FIRST", "First reading"
    SECOND = "SECOND", "Second reading"
    AGREED = "AGREED", "Agreed reading"


class SpecialCondition(TextChoices):
    """Why special category data may be asked for (UK GDPR, article 9; Data Protection Act 2018, Schedule 1)."""

    EQUALITY = (
        "EQUALITY",
        "Substantial public interest: equality of opportunity or treatment"
        " (article 9(2)(g); Data Protection Act 2018, Schedule 1, paragraph 8)",
    )
    STATISTICS = (
        "STATISTICS",
        "Statistics in the public interest (article 9(2)(j); Data Protection Act 2018, Schedule 1, paragraph 4)",
    )
    CONSENT = "CONSENT", "The person’s explicit consent (article 9(2)(a))"


class ConcernReason(TextChoices):
    """What a text may mean for somebody's safety."""

    DANGER = "DANGER", "Somebody may be hurt soon"
    CHILD = "CHILD", "A child may be at risk"
    SELF_HARM = "SELF_HARM", "Somebody may harm themselves"
    ADULT = "ADULT", "An adult who needs care may be at risk"


class ConcernOutcome(TextChoices):
    """How a concern about a text ended."""

    PASSED_ON = "PASSED_ON", "Passed on to the police or social care"
    ACTED = "ACTED", "We acted on a place or a service that it names"
    NO_WAY = "NO_WAY", "Nobody can be found, and nothing could be done"
    NO_DANGER = "NO_DANGER", "No danger, on a second look"


class TakenOut(TextChoices):
    """Why a part of a text is not shown. The label, in square brackets, stands in its place."""

    NAME = "NAME", "A name"
    PLACE = "PLACE", "A place"
    CONTACT = "CONTACT", "A number or address"
    ALLEGATION = "ALLEGATION", "Something said of a person"
    DETAIL = "DETAIL", "A detail that identifies"
