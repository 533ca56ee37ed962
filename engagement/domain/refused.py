"""What a domain function says no with."""


class Refused(Exception):
    """Why something cannot be done like this, in a sentence for whoever asked. `field` names the box, if one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
