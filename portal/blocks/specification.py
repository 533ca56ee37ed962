"""The one standard specification (R-065): text, outcomes, indicators, outputs and milestones; clauses fixed or open.

Clauses are numbered by their place (2.3 is the third clause of the second section) and addressed by the id of their
block, which stays when they are moved.
"""

from wagtail import blocks

from portal.blocks.text import PROSE
from portal.enums import Openness

REQUIRED_SECTIONS = ("outcomes", "indicators", "outputs", "milestones")


def openness():
    """Whether a clause is settled, or ideas for it are welcome (R-066)."""
    return blocks.ChoiceBlock(choices=Openness.choices, default=Openness.OPEN_TO_IDEAS, label="Is this settled?")


class ClauseBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120, required=False)
    text = blocks.RichTextBlock(features=PROSE)
    openness = openness()


class OutcomeBlock(blocks.StructBlock):
    """What must be different for people, and how anybody could tell (R-061)."""

    heading = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=PROSE)
    openness = openness()


class IndicatorBlock(blocks.StructBlock):
    """What will be measured (R-062)."""

    heading = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=PROSE, label="How it is counted")
    target = blocks.CharBlock(max_length=120, required=False, help_text="For example: 90% or more, every quarter")
    openness = openness()


class OutputBlock(blocks.StructBlock):
    """What the service will do or make (R-063)."""

    heading = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=PROSE, required=False)
    openness = openness()


class MilestoneBlock(blocks.StructBlock):
    """What is in place by a date (R-064)."""

    heading = blocks.CharBlock(max_length=120)
    on = blocks.DateBlock(label="By")
    text = blocks.RichTextBlock(features=PROSE, required=False)
    openness = openness()


class SectionBlock(blocks.StructBlock):
    """A section of text clauses, under a heading of its own."""

    title = blocks.CharBlock(max_length=80)
    clauses = blocks.ListBlock(ClauseBlock(), min_num=1)

    class Meta:
        icon = "list-ol"


def required_section(clause, icon):
    """One of the four sections that every specification has, with at least one clause."""
    return blocks.StructBlock(
        [
            ("introduction", blocks.RichTextBlock(features=PROSE, required=False)),
            ("clauses", blocks.ListBlock(clause, min_num=1)),
        ],
        icon=icon,
    )


class SpecificationBlocks(blocks.StreamBlock):
    """Sections in the order they are read. The four of R-061 to R-064 appear once each."""

    section = SectionBlock(label="Text section")
    outcomes = required_section(OutcomeBlock(), "success")
    indicators = required_section(IndicatorBlock(), "view")
    outputs = required_section(OutputBlock(), "tasks")
    milestones = required_section(MilestoneBlock(), "calendar")

    class Meta:
        required = True
        block_counts = {kind: {"min_num": 1, "max_num": 1} for kind in REQUIRED_SECTIONS}
