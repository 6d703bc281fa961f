"""Requests to change something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Base of the commands; a command is a frozen dataclass named in the imperative.

    A command that creates something makes the id itself (`field(default_factory=new_id)`), so that its sender knows
    the id without asking the database.
    """
