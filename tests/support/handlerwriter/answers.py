"""The answers of a handler: status, headers and body, in every way that the idioms have."""

from tests.support.handlerwriter.build import Build
from tests.support.handlerwriter.truth import Response, ResponseKind


def give(h: Build) -> None:
    """All returns: refusals first, then one per success status."""
    if h.row and h.chance(0.35):
        with h.body.block(f"if {h.row} is None:"):
            _return(h, 404, _message(h, "not found"))
    if h.payload and h.chance(0.15):
        with h.body.block(f"if {h.payload} == {h.q('never')}:"):
            _return(h, h.rng.choice([400, 409, 422]), _message(h, "conflict"))
    _in_between(h)
    kind: ResponseKind = h.rng.choice(h.operation.responses)
    if kind == "model" and not h.row:
        kind = "literal"
    body = _body(h, kind)
    *others, last = h.operation.statuses
    if last == 204:
        body, h.response = h.q(""), None
    held = h.chance(0.5) or bool(others)
    if held:
        known = h.variables.get("text")
        variable = known if known and h.chance(0.4) else h.local("body", "response_body", "content")
        h.body.add(f"{variable} = {body}")
        body = variable
    for status in others:
        with h.body.block(f"if {h.variables.get('cmd', 'event')} is None:"):
            _return(h, status, body)
    _return(h, last, body)
    if not any(200 <= status <= 299 for status in h.statuses):
        h.response = None


def _in_between(h: Build) -> None:
    """Statements with returns of their own: a failing step, a nested function, a match."""
    match h.rng.randrange(10):
        case 0:
            with h.body.block("try:"):
                h.body.add(f"{h.local('step', 'checked')} = len({h.q('abc')})")
            with h.body.block("except LookupError:"):
                _return(h, h.rng.choice([400, 404, 409]), _message(h, "no"))
        case 1:
            with h.body.block(f"def {h.local('twice', 'helper')}(number):"):
                h.body.add("return {'statusCode': number}['statusCode'] * 2")
        case 2:
            with h.body.block(f"match event.get({h.q('kind')}):"), h.body.block(f"case {h.q('legacy')}:"):
                _return(h, 410, _message(h, "gone"))


def _message(h: Build, text: str) -> str:
    return f"{h.dumps()}({{{h.q('message')}: {h.q(text)}}})"


def _return(h: Build, status: int, body: str) -> None:
    h.statuses.append(status)
    code = _status(h, status)
    if h.chance(0.12):
        variable = h.local("status_code", "status")
        h.body.add(f"{variable} = {code}")
        code = variable
    items = [(h.q("statusCode"), code), (h.q("headers"), h.module.ref(h.world.kit.headers)), (h.q("body"), body)]
    if h.chance(0.15):
        h.rng.shuffle(items)
    if h.chance(0.05):
        items.append((h.q("isBase64Encoded"), "False"))
    pairs = [f"{key}: {value}" for key, value in items]
    match h.rng.randrange(8):
        case 0:
            h.body.add(f"return {{{', '.join(pairs)}}}")
        case 1:
            answer = h.local("response", "result", "answer")
            note = h.rng.choice(["", "", ": dict[str, object]"])
            with h.body.block(f"{answer}{note} = {{", "}"):
                h.body.add(*(f"{pair}," for pair in pairs))
            h.body.add(f"return {answer}")
        case 2:
            with h.body.block("return ({", "})"):
                h.body.add(*(f"{pair}," for pair in pairs))
        case _:
            with h.body.block("return {", "}"):
                h.body.add(*(f"{pair}," for pair in pairs))


def _status(h: Build, status: int) -> str:
    match h.rng.randrange(9):
        case 0:
            return _own_constant(h, status)
        case 1:
            return h.module.ref(h.world.kit.status(status))
        case 2:
            return h.module.ref(h.world.kernel.status(status))
        case 3 | 4:
            return _http_status(h, status)
        case _:
            return str(status)


def _http_status(h: Build, status: int) -> str:
    from http import HTTPStatus

    enum = h.module.std(
        ("from http import HTTPStatus", "HTTPStatus"),
        ("from http import HTTPStatus", "HTTPStatus"),
        ("import http", "http.HTTPStatus"),
        ("from http import HTTPStatus as {}Status|Code", "{}"),
    )
    return f"{enum}.{HTTPStatus(status).name}" + (".value" if h.chance(0.4) else "")


def _own_constant(h: Build, status: int) -> str:
    """A constant of this module: a number, or another constant."""
    key = f"constant {status}"
    if key not in h.variables:
        name = h.variables[key] = h.module.take(f"HTTP_{status}", f"STATUS_{status}")
        value = h.rng.choice(
            [str(status), str(status), h.module.ref(h.world.kit.status(status)), _http_status(h, status)]
        )
        final = h.module.std(("from typing import Final", "Final"), ("import typing as {}t|types_of", "{}.Final"))
        note = h.rng.choice(["", "", ": int", f": {final}", f": {final}[int]"])
        h.top.append(f"{name}{note} = {value}")
    return h.variables[key]


def _body(h: Build, kind: ResponseKind) -> str:
    match kind:
        case "model":
            return _model(h)
        case "model_list":
            return _model_list(h)
        case "mapping":
            return _mapping(h)
        case "text":
            h.response = Response("text")
            told = f"{h.row}.name" if h.row else "event"
            texts = [f'f"{{{told}}} was made"', h.q("done"), f'f"It is {{{told}}}: {{1 + 1}} {{{{braces}}}}"']
            return f"{h.dumps()}({h.rng.choice(texts)})"
        case "literal":
            return _literal(h)


def _literal(h: Build) -> str:
    source = h.variables.get("cmd")
    name = h.resource.name
    values = {
        "message": h.q("done"),
        f"{name}_id": f"{source}.{name}_id" if source else h.q("id-1"),
        "count": "len([1, 2])",
        "links": f'{{{h.q("self")}: f"{h.resource.path}/{{1}}", {h.q("other")}: {{{h.q("deep")}: None}}}}',
        "items": f"[{{{h.q('id')}: number}} for number in range(2)]",
        "ok": "True",
        "api-version": h.q("1"),
    }
    keys = h.rng.sample(sorted(values), h.rng.randint(1, 4))
    h.response = Response("literal", keys=tuple(keys))
    text = "{" + ", ".join(f"{h.q(key)}: {values[key]}" for key in keys) + "}"
    if h.chance(0.2):
        variable = h.local("summary", "reply")
        h.body.add(f"{variable} = {text}")
        text = variable
    return f"{h.dumps()}({text}{', default=str' if h.chance(0.15) else ''})"


def _mapping(h: Build) -> str:
    rows = h.variables.get("rows", "[]")
    item = h.local("item", "each")
    h.response = Response("mapping")
    text = f"{{{item}.id: {item}.name for {item} in {rows}}}"
    if h.chance(0.2):
        variable = h.local("names", "names_by_id")
        h.body.add(f"{variable} = {text}")
        text = variable
    return f"{h.dumps()}({text})"


def _entity(h: Build) -> str:
    """The entity's class: imported, or a module-level alias of an attribute of a module."""
    symbol = h.schemas.entity.symbol
    if h.chance(0.75):
        return h.module.ref(symbol)
    if "entity alias" not in h.variables:
        alias = h.variables["entity alias"] = h.module.take(symbol.name, f"{h.resource.title}Out")
        leaf, expression = h.module.submodule(symbol)
        h.top.append(f"{alias} = {expression}")
        h.variables["imported module"] = leaf
    return h.variables["entity alias"]


def _shadow(h: Build, *otherwise: str) -> str:
    leaf = h.variables.pop("imported module", None)
    return leaf if leaf and h.chance(0.6) else h.local(*otherwise)


def _model(h: Build) -> str:
    if h.payload and h.chance(0.15):
        h.response = Response("model", h.payload_class)
        return f"{h.payload}.model_dump_json()"
    entity = _entity(h)
    h.response = Response("model", h.schemas.entity.symbol)
    ways = [f"from_domain({h.row})", f"from_domain(entity={h.row})", f"model_validate({h.row}.values)"]
    made = h.rng.choice([*(f"{entity}.{way}" for way in ways), f"{entity}(**{h.row}.values)"])
    how = h.rng.choice(["model_dump_json()", "model_dump_json()", "model_dump_json(by_alias=True)"])
    match h.rng.randrange(6):
        case 0:
            return f"{made}.{how}"
        case 1:
            typed = h.local("typed", "api_typed")
            note = h.module.type_only(h.schemas.entity.symbol)
            h.body.add(f"{typed}: {note} = {made}")
            return f"{typed}.{how}"
        case 2:
            h.body.add(f"{h.row} = {made}")
            return f"{h.row}.{how}"
        case 3:
            shown = _shadow(h, "shown", "api_entity")
            h.body.add(f"{shown} = {made}")
            return f"{h.dumps()}({shown}.model_dump(mode={h.q('json')}))"
        case _:
            shown = _shadow(h, "shown", "api_entity")
            h.body.add(f"{shown} = {made}")
            return f"{shown}.{how}"


def _model_list(h: Build) -> str:
    entity, rows = _entity(h), h.variables["rows"]
    h.response = Response("model_list", h.schemas.entity.symbol)
    item = "_" if h.chance(0.3) else h.local("row", "each")
    if h.chance(0.25):
        return f"{h.dumps()}([{entity}.from_domain({item}).model_dump(mode={h.q('json')}) for {item} in {rows}])"
    shown = h.local("shown", "api_rows")
    note = f": list[{h.module.type_only(h.schemas.entity.symbol)}]" if h.chance(0.3) else ""
    if h.chance(0.7):
        h.body.add(f"{shown}{note} = [{entity}.from_domain({item}) for {item} in {rows}]")
    else:
        h.body.add(f"{shown}: list[{h.module.type_only(h.schemas.entity.symbol)}] = []")
        with h.body.block(f"for {item} in {rows}:"):
            h.body.add(f"{shown}.append({entity}.from_domain({item}))")
    if h.chance(0.25):
        dumped = h.local("one", "shown_row")
        return f"{h.dumps()}([{dumped}.model_dump() for {dumped} in {shown}])"
    adapter = _adapter(h, entity)
    if h.chance(0.15):
        shown = f"{adapter}.validate_python({shown})"
    return f"{adapter}.dump_json({shown})" + (".decode()" if h.chance(0.2) else "")


def _adapter(h: Build, entity: str) -> str:
    if h.chance(0.2):
        return h.module.ref(h.schemas.adapter)
    adapter = h.module.std(
        ("from pydantic import TypeAdapter", "TypeAdapter"), ("import pydantic", "pydantic.TypeAdapter")
    )
    name = h.module.take(*h.rng.choice([("Adapter",), (f"{h.resource.title}s",), ("_dumper",), ("MANY",)]))
    note = f": {adapter}[list[{entity}]]" if h.chance(0.2) else ""
    h.top.append(f"{name}{note} = {adapter}(list[{entity}])")
    return name
