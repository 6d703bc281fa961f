"""Enums of a filter."""

from enum import Enum, IntEnum, IntFlag, StrEnum, auto


class Named(StrEnum):
    """A base without members."""


class Status(Named):
    OPEN = "open"
    CLOSED = "closed"
    DONE = CLOSED

    @property
    def final(self) -> bool:
        return self is not Status.OPEN


class Colour(StrEnum):
    RED = auto()
    DARK_GREEN = auto()


class Size(str, Enum):
    _ignore_ = "unit"
    SMALL: str = "s"
    LARGE = "l"


class Stars(IntEnum):
    ONE, TWO = 1, 2
    THREE = 3


class Level(IntEnum):
    LOW = 1
    HIGH = LOW + 1


class Rank(Enum):
    FIRST = auto()


class Right(IntFlag):
    READ = 1
    WRITE = 2


class Point(Enum):
    ORIGIN = (0, 0)
