"""Other names for the helpers, and the settings that say so."""

from random import Random

from tests.support.handlerwriter.context import Kit
from tests.support.handlerwriter.layout import Names


def names_for(rng: Random) -> Names:
    return Names()


def settings_text(names: Names, kits: list[Kit]) -> str:
    return ""
