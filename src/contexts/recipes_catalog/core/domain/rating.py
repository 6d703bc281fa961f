"""What users think of a recipe."""

from collections.abc import Iterable
from dataclasses import dataclass

from src.contexts.shared_kernel.domain.errors import BadValue

LOWEST, HIGHEST = 0, 5


@dataclass(frozen=True, slots=True)
class Rating:
    """One user's rating of one recipe, 0 (bad) to 5 (good)."""

    user_id: str
    recipe_id: str
    taste: int
    convenience: int
    comment: str | None = None

    def __post_init__(self) -> None:
        if not all(LOWEST <= points <= HIGHEST for points in (self.taste, self.convenience)):
            raise BadValue(f"A rating is between {LOWEST} and {HIGHEST}.")


def average(points: Iterable[int]) -> float | None:
    """The mean, None of nothing."""
    given = list(points)
    return sum(given) / len(given) if given else None
