"""Units, weekdays and privacy."""

from enum import StrEnum


class MeasureUnit(StrEnum):
    """The units that quantities and nutrients are given in."""

    UNIT = "un"
    KILOGRAM = "kg"
    GRAM = "g"
    MILLIGRAM = "mg"
    MICROGRAM = "mcg"
    LITER = "l"
    MILLILITER = "ml"
    PERCENT = "%"
    ENERGY = "kcal"
    IU = "IU"
    TABLESPOON = "tablespoon"
    TEASPOON = "teaspoon"
    CUP = "cup"
    PINCH = "pinch"
    HANDFUL = "handful"
    SLICE = "slice"
    PIECE = "piece"


class Weekday(StrEnum):
    """The days of a menu's week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Privacy(StrEnum):
    """Who may see a thing."""

    PRIVATE = "private"
    PUBLIC = "public"
