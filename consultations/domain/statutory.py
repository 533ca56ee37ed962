"""What the law makes the office consult on, and whom it must then ask. A small table; the sources stand beside it."""

from collections.abc import Collection

from consultations.enums import AskedGroup, StatutoryKind

COMPULSORY: dict[StatutoryKind, frozenset[AskedGroup]] = {
    # Police Act 1996 s.96(1A), inserted by the Police Reform and Social Responsibility Act 2011 s.14(3): before a plan
    # is issued, the views of the people in the police area and of the victims of crime in it.
    StatutoryKind.POLICE_AND_CRIME_PLAN: frozenset({AskedGroup.PUBLIC, AskedGroup.VICTIMS}),
    # Police Act 1996 s.96(1B), inserted by the same: before the first precept of a financial year, the views of the
    # people in the area and of the relevant ratepayers' representatives on the proposals for expenditure.
    StatutoryKind.PRECEPT: frozenset({AskedGroup.PUBLIC, AskedGroup.RATEPAYERS}),
    # Victims and Prisoners Act 2024 s.14: reasonable efforts to obtain the views of victims, and consulting those who
    # represent providers of support (prospective in the copy read; the office keeps to it all the same).
    StatutoryKind.VICTIM_SUPPORT_STRATEGY: frozenset({AskedGroup.VICTIMS, AskedGroup.PROVIDERS}),
    # No section read names groups for the plan of a fire and rescue authority: the office asks as for its other plan.
    StatutoryKind.FIRE_AND_RESCUE_PLAN: frozenset({AskedGroup.PUBLIC}),
    # Fire and Rescue National Framework for England (May 2018), integrated risk management plan: effective consultation
    # with the community, its workforce and representative bodies, and partners.
    StatutoryKind.RISK_MANAGEMENT_PLAN: frozenset({AskedGroup.PUBLIC, AskedGroup.STAFF, AskedGroup.PARTNERS}),
}


def groups_missing(kind: str, groups: Collection[str]) -> list[AskedGroup]:
    """The groups that this kind of consultation must ask and has not declared, in the order of the list."""
    if not kind:
        return []
    compulsory = COMPULSORY[StatutoryKind(kind)]
    return [group for group in AskedGroup if group in compulsory and group not in groups]


def words_of(groups: Collection[AskedGroup]) -> str:
    """Groups in the middle of a sentence: "the public and ratepayers’ representatives"."""
    words = [group.label[:1].lower() + group.label[1:] for group in groups]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
