"""Themes as pages and files show them. Pure functions: every number was let through by disclosure control."""

WITHHELD = "not shown"


def headline(table):
    """What most people wrote about, of one `themed.ThemedQuestion`; nothing without a number that may be shown."""
    known = [one for one in table.themes if one.count is not None] if table else []
    if not known:
        return ""
    top = max(one.count for one in known)
    best = [one for one in known if one.count == top]
    names = " and ".join(f"“{one.name}”" for one in best)
    return f"{best[0].percent}%{' each' if len(best) > 1 else ''} wrote about {names}"


def bars(table):
    """Bars of one table, longest first; withheld ones at the end."""
    ordered = sorted(table.themes, key=lambda one: -1 if one.count is None else one.count, reverse=True)
    return [
        {
            "label": one.name,
            "value": one.count,
            "text": WITHHELD if one.count is None else f"{one.percent}% ({one.count:,})",
        }
        for one in ordered
    ]


def method_words(method):
    """How what people wrote was put under themes, in sentences; nothing without a `themed.CodingMethod`."""
    if method is None:
        return ""
    many = "1 person" if method.coders == 1 else f"{method.coders} people"
    words = f"{many} read {method.read:,} texts and put them under themes."
    if not method.twice:
        return f"{words} Nobody read them a second time."
    texts = "1 text" if method.twice == 1 else f"{method.twice:,} texts"
    words += f" A second person read {texts} ({method.share}%) without seeing what the first had made of them."
    if method.percent is None:
        return words
    agreed = f"Text by text and theme by theme they agreed on {method.percent}%"
    return f"{words} {agreed} (Cohen’s kappa {method.kappa}, where 1 is full agreement)."


def csv_rows(known, table):
    """Rows of the results file: each theme with what falls under it as its part, then each quote, its part the theme.

    `known` are reference, number and words of the question.
    """
    for one in table.themes:
        withheld = yes_or_no(one.count is None)
        yield [
            *known,
            "THEME",
            one.definition or None,
            one.name,
            one.count,
            one.percent,
            table.read,
            withheld,
            table.day,
        ]
    for one in table.themes:
        for quote in one.quotes:
            yield [*known, "QUOTE", one.name, quote, None, None, None, "no", table.day]


def yes_or_no(fact):
    """A yes or no for a data file."""
    return "yes" if fact else "no"
