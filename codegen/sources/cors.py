"""CORS as tables declare it: the policy of an HTTP API, and the MOCK methods with which REST APIs answer preflights."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from ..declarations import AGE, STATUS, Cors, Preflight, Route
from .nodes import Node, Scalar, Table, child, entries, items, text, texts, truth, whole_number
from .reading import Reading

ANY_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
COMPUTED = "has an answer that is computed: its preflights are not answered"
_PARAMETER = "method.response.header."
_SENT_BACK = re.compile(
    r"#if\((.+)\)\s*#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)\s*#end\s*$"
)
_IS_ORIGIN = re.compile(r'\$origin == "([^"*]+)"')
# The Serverless Framework makes an expression of an origin: `[.]` of a point, `.+` of one that stands for any text.
_PLAIN = r"(?:[\w:/-]|\[\.\])*"
_MATCHES = re.compile(rf'\$origin\.matches\("({_PLAIN}(?:\.\+{_PLAIN})?)"\)')
_KEYS = ("origins", "methods", "headers")


def cors_of(reading: Reading, node: Node | None) -> Cors | None:
    """What a CORS configuration allows; keys are spelled as CloudFormation, OpenAPI or the Serverless Framework do."""
    if not isinstance(node, Table):
        return None
    by_key = {key.lower().replace("allowed", "allow"): value for key, value in node.entries.items()}
    origins, methods, headers = (texts(by_key.get(f"allow{name}")) for name in _KEYS)
    exposed = texts(by_key.get("exposeheaders") or by_key.get("exposedresponseheaders"))
    credentials = truth(by_key.get("allowcredentials")) is True
    age = by_key.get("maxage")
    # What only a deploy tells of a policy is told of all its keys at once.
    found = None if text(age) is None else reading.number(age, "MaxAge", *AGE)
    return Cors(origins, methods, headers, exposed, found, credentials)


def mock(path: str, integration: Node | None, is_guarded: bool = False) -> Preflight | None:
    """The answer of a MOCK integration that a template or a document writes out; None for one that is computed."""
    found = _responses(integration)
    return _answer(path, found[0], is_guarded) if len(found) == 1 else None


def has_answer(integration: Node | None) -> bool:
    """Whether a MOCK integration says anything of its answer."""
    return bool(_responses(integration))


def _responses(integration: Node | None) -> list[Node]:
    by_key, listed = child(integration, "responses"), child(integration, "IntegrationResponses")
    return [*(said for _, said in entries(by_key)), *items(listed)]


def _answer(path: str, response: Node, is_guarded: bool) -> Preflight | None:
    by_key = {key[:1].lower() + key[1:]: value for key, value in entries(response)}
    headers: list[tuple[str, str]] = []
    for key, value in entries(by_key.get("responseParameters")):
        said = text(value) or ""
        if not key.startswith(_PARAMETER) or not _is_quoted(said):
            return None
        headers.append((key.removeprefix(_PARAMETER), said[1:-1]))
    body = text(child(by_key.get("responseTemplates"), "application/json")) or ""
    status = whole_number(by_key.get("statusCode") or Scalar(200, response.place))
    origins = _origins(body)
    body = "" if origins else body
    # `#` and `$` begin what Velocity computes.
    if status is None or not STATUS[0] <= status <= STATUS[1] or "#" in body or "$" in body:
        return None
    return Preflight(path, status, tuple(headers), body, origins, is_guarded)


def _origins(template: str) -> tuple[str, ...]:
    """The origins that the template of the CDK or of the Serverless Framework for several of them sends back."""
    condition = _SENT_BACK.search(template)
    asked = condition[1].split(" || ") if condition else []
    found = [match[1] for one in asked if (match := _IS_ORIGIN.fullmatch(one))]
    found += [match[1].replace("[.]", ".").replace(".+", "*") for one in asked if (match := _MATCHES.fullmatch(one))]
    return tuple(found) if len(found) == len(asked) else ()


def _is_quoted(said: str) -> bool:
    return len(said) > 1 and said[0] == said[-1] == "'"


type Make = Callable[[str, tuple[str, ...]], Preflight]


def with_preflights(routes: Iterable[Route], make: Make | None, declared: Iterable[tuple[str, str]]) -> list[Route]:
    """The routes of an API, with a preflight for each path that has no OPTIONS: `make` gets the path and its methods.

    `declared` are methods and paths, also of what is not served here.
    """
    found = list(routes)
    if make is None or not found:
        return found
    methods: dict[str, list[str]] = {}
    for method, path in declared:
        methods.setdefault(path.rstrip("/") or "/", []).append(method)
    api = found[0].api
    made = tuple(make(path, tuple(known)) for path, known in methods.items() if "OPTIONS" not in known)
    return [replace(route, api=replace(api, preflights=(*api.preflights, *made))) for route in found]
