"""The base of the schemas that say what a list can be asked for."""

from typing import Any

from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.adapters.filters.operators import Operator

_PAGE = {
    "skip": "How many to leave out at the start.",
    "limit": "How many to answer at most.",
    "sort": "The field to sort by; with a hyphen before it, descending.",
}
_WORDS = {
    Operator.AT_LEAST: "`{}` is at least this.",
    Operator.AT_MOST: "`{}` is at most this.",
    Operator.NOT_EQUAL: "`{}` is none of these.",
    Operator.NOT_IN: "`{}` is none of these.",
    Operator.LIKE: "`{}` contains one of these, in upper or lower case.",
    Operator.IS_NOT: "`{}` is not this; with `null`, it has a value.",
    Operator.NOT_EXISTS: "None of these `{}` is there.",
}


class ApiFilter(ApiModel):
    """Query parameters of a list. A field that has no description gets one from its operator."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for name, field in cls.model_fields.items():
            field.description = field.description or _described(name)


def _described(name: str) -> str:
    operator = next((one for one in _WORDS if name.endswith(one)), None)
    if operator is None:
        return _PAGE.get(name, f"`{name}` is one of these.")
    return _WORDS[operator].format(name.removesuffix(operator))
