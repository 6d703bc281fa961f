"""What happened inside an aggregate; what the message bus promises to the followers stands there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Base of the events; an event is a frozen dataclass named in the past tense."""
