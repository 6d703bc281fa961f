"""What happened inside an aggregate, told to others after the commit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Base of the events; an event is a frozen dataclass named in the past tense."""
