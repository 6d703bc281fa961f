"""Media types: which bodies are binary."""

from collections.abc import Sequence

_TEXT_TYPES = frozenset(
    f"{kind}/{name}"
    for kind, names in {
        "application": ("json", "xml", "javascript", "graphql"),
        "text": ("plain", "html", "csv", "xml"),
    }.items()
    for name in names
)


def accepted(accept: str | None, binary_media_types: Sequence[str]) -> bool:
    """Whether a REST API decodes an answer: by the first type of Accept. A wildcard in it stands only for itself."""
    first = _essence((accept or "").split(",")[0])
    if "*" in first:
        return first in _lower(binary_media_types) and (first == "*/*" or not first.startswith("*"))
    return is_binary(first, binary_media_types)


def is_binary(content_type: str | None, binary_media_types: Sequence[str]) -> bool:
    """Whether a REST API's media types, which may be `type/*` and `*/*`, include this one."""
    essence = _essence(content_type or "")
    kind, slash, _ = essence.partition("/")
    patterns = {essence, f"{kind}/*" if slash else essence, "*/*"}
    return bool(essence) and not patterns.isdisjoint(_lower(binary_media_types))


def is_text(content_type: str | None) -> bool:
    """Whether a body of this type reaches a function of an HTTP API as text."""
    essence, *parameters = (content_type or "").lower().split(";")
    charsets = {parameter.strip().replace('"', "") for parameter in parameters if parameter.strip()}
    return essence.strip() in _TEXT_TYPES and charsets <= {"charset=utf-8"}


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _lower(types: Sequence[str]) -> set[str]:
    return {name.strip().lower() for name in types}
