"""What the decorator of a route of Powertools says beside its function, and the app of it."""

from dataclasses import replace
from http import HTTPStatus

from ... import facts
from ...model import ANYTHING, Field, ListOf, Operation, Primitive, Response, ResponseKind, Shape
from ...routing.decorated import POWERTOOLS, VERBS, argument
from ...routing.modules import ModuleIndex
from ..interpreter import values as v
from ..interpreter.declared import lookup, types
from ..interpreter.protocol import Interpreter
from ..responses import of_type
from ..statuses import numbers

_TEXTS = ("summary", "description", "response_description", "operation_id")
_ERROR = Shape(
    (
        Field("loc", ListOf(types.one_of([Primitive("str"), Primitive("int")])), True),
        Field("type", Primitive("str"), True),
    )
)
# What Powertools answers where a request is not as the annotations say.
_INVALID = Response(
    ResponseKind.LITERAL,
    Shape((Field("statusCode", Primitive("int"), True), Field("detail", ListOf(_ERROR), True))),
    None,
    ("statusCode", "detail"),
)


def call_of(node: facts.Function, method: str) -> facts.Call | None:
    """The decorator of a function that states its route with a method; None where several do."""
    found = {
        one: one.func.name
        for one in node.decorators
        if isinstance(one, facts.Call) and isinstance(one.func, facts.Attr) and one.func.name in (*VERBS, "route")
    }
    own = [one for one, verb in found.items() if len(found) == 1 or verb in (method.lower(), "route")]
    return own[0] if len(own) == 1 else None


def validates(machine: Interpreter, entry: ModuleIndex, call: facts.Call | None, home: ModuleIndex) -> bool | None:
    """Whether Powertools reads the annotations of a function; None where the text does not tell."""
    own = _argument(machine, call, home, "enable_validation")
    if own is None or own == v.Known(None):
        apps = [_app(machine, entry, name) for name in entry.bindings]
        known = [one for one in apps if one is not None]
        if len(known) != 1 or known[0].arguments.spreads:
            return None
        own = machine.force(known[0].arguments.named.get("enable_validation", v.Known(False)))
    return own.value if isinstance(own, v.Known) and isinstance(own.value, bool) else None


def _app(machine: Interpreter, home: ModuleIndex, name: str) -> v.Pending | None:
    """The call that makes the app of Powertools which a name of a module is."""
    value = lookup.module_value(machine, home, name)
    value = lookup.follow(machine, value) if isinstance(value, v.Imported) else value
    return value if isinstance(value, v.Pending) and lookup.own_name(value.callee) in POWERTOOLS else None


def _argument(machine: Interpreter, call: facts.Call | None, home: ModuleIndex, name: str) -> v.Value | None:
    written = None if call is None else argument(call, name)
    return None if written is None else machine.force(machine.evaluate(written, v.Scope(home, {})))


def with_options(machine: Interpreter, operation: Operation, call: facts.Call, home: ModuleIndex) -> Operation:
    """The operation with what its decorator says; what is no constant there says nothing."""
    found = {name: _argument(machine, call, home, name) for name in _TEXTS}
    texts = {n: one.value for n, one in found.items() if isinstance(one, v.Known) and isinstance(one.value, str)}
    docs = operation.docs
    if _argument(machine, call, home, "deprecated") == v.Known(True):
        docs = replace(docs, deprecated=docs.deprecated or "")
    tags = _argument(machine, call, home, "tags")
    known = [machine.force(tag) for tag in tags.all()] if isinstance(tags, v.Items) else []
    words = tuple(tag.value for tag in known if isinstance(tag, v.Known) and isinstance(tag.value, str))
    hidden = _argument(machine, call, home, "include_in_schema") == v.Known(False)
    summary, description = texts.get("summary", docs.summary), texts.get("description", docs.description)
    id_ = texts.get("operation_id", "")
    docs = replace(docs, summary=summary, description=description, tags=words, is_hidden=hidden, operation_id=id_)
    made = _with_responses(machine, replace(operation, docs=docs), call, home)
    if "response_description" not in texts or made.status is None:
        return made
    said = dict(made.docs.responses) | {made.status: texts["response_description"]}
    return replace(made, docs=replace(made.docs, responses=tuple(sorted(said.items()))))


def status_of(machine: Interpreter, operation: Operation, call: facts.Call, home: ModuleIndex) -> int | None:
    """`status_code=` of a decorator, else that of the operation."""
    told = numbers(machine, _argument(machine, call, home, "status_code") or v.Unknown(""))
    stated = [one for one in told if 200 <= one <= 599] if isinstance(told, set) else []
    return stated[0] if len(stated) == 1 else operation.status


def _with_responses(machine: Interpreter, operation: Operation, call: facts.Call, home: ModuleIndex) -> Operation:
    """The operation with `responses=`."""
    others = dict(operation.others)
    responses = _argument(machine, call, home, "responses")
    if not isinstance(responses, v.Record) or responses.spreads or responses.computed is not None:
        return operation
    said = dict(operation.docs.responses)
    for key, entry in responses.entries.items():
        code = int(key) if key.isdecimal() else 0
        if not 200 <= code <= 599:
            continue
        words, response = _response(machine, entry.value, operation)
        if words:
            said[code] = words
        if code == operation.status:
            operation = replace(operation, response=response or operation.response)
        else:
            others[code] = response
    known = tuple(sorted({*operation.statuses, *others}))
    docs = replace(operation.docs, responses=tuple(sorted(said.items())))
    return replace(operation, statuses=known, others=tuple(sorted(others.items())), docs=docs)


def _response(machine: Interpreter, value: v.Value, operation: Operation) -> tuple[str, Response | None]:
    """The words, and the body, of `{"description": "...", "content": {"application/json": {"model": Order}}}`."""
    words, found = _inner(machine, value, "description"), _inner(machine, value, "content", "application/json", "model")
    text = words.value if isinstance(words, v.Known) and isinstance(words.value, str) else ""
    return text, _modelled(machine, found, operation) or ANYTHING


def _inner(machine: Interpreter, value: v.Value, *keys: str) -> v.Value | None:
    """What stands below nested keys; None where a key is missing."""
    found: v.Value | None = value
    for key in keys:
        found = None if found is None else machine.force(found)
        entry = found.entries.get(key) if isinstance(found, v.Record) else None
        found = None if entry is None else entry.value
    return None if found is None else machine.force(found)


def _modelled(machine: Interpreter, found: v.Value | None, operation: Operation) -> Response | None:
    if isinstance(found, v.ClassValue):
        return of_type(machine, types.named(machine, found), operation.spot)
    if isinstance(found, v.Generic):
        return of_type(machine, types.type_of(machine, found.expr, found.scope), operation.spot)
    return None


def with_refusal(operation: Operation) -> Operation:
    """The operation with what Powertools answers to a request that is not as the annotations say."""
    code = HTTPStatus.UNPROCESSABLE_ENTITY.value
    if code in operation.statuses:
        return operation
    others = tuple(sorted({**dict(operation.others), code: _INVALID}.items()))
    return replace(operation, statuses=tuple(sorted((*operation.statuses, code))), others=others)
