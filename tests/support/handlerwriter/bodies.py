"""Reading the request body, in every way that the idioms have."""

import json

from tests.support.handlerwriter.build import Build
from tests.support.handlerwriter.schemas import Schema
from tests.support.handlerwriter.truth import Request


def read(h: Build) -> None:
    match h.operation.body:
        case "none":
            return
        case "raw":
            _raw_only(h)
        case "owned":
            _owned(h)
        case "rated" if h.user:
            _rated(h)
        case "path_id":
            _rebuilt(h)
        case _:
            _plain(h, h.schemas.update)


def _sample(h: Build, schema: Schema, *server_supplied: str) -> None:
    h.request = Request(schema.symbol, server_supplied)
    h.sample_body = json.dumps(schema.sample(*server_supplied))


def _text(h: Build) -> str:
    """A variable with the body's text."""
    names, key = h.world.layout.names, h.q("body")
    raw = h.variables["text"] = h.local(*h.rng.choice([("raw_body", "raw"), ("raw", "request_body"), ("body", "raw")]))
    match h.rng.randrange(5):
        case 0:
            h.body.add(f'{raw} = event.get({key}, "")')
            h.raise_value_error(h.rng.choice([f"not {raw}", f"not {raw} or not {raw}.strip()"]), "a body is required")
        case 1:
            h.body.add(f'{raw} = event.get({key}, "")')
            with h.body.block(f"if not {raw}:"):
                h.body.add(f'{raw} = "{{}}"')
        case 2:
            h.body.add(f'{raw} = event.get({key}) or "{{}}"')
        case 3:
            h.body.add(f"{raw} = event.get({key})")
            with h.body.block(f"if {raw} is None:"):
                h.body.add(f"raise ValueError({h.q('a body is required')})")
        case _:
            h.body.add(f"{raw} = {h.module.ref(h.world.kernel.helpers)}.{names.body_helper}(event, parse_json=False)")
    return raw


def _inline(h: Build) -> str:
    """The body's text as an expression."""
    helper = f"{h.module.ref(h.world.kernel.helpers)}.{h.world.layout.names.body_helper}(event, parse_json=False)"
    return h.rng.choice([f"event[{h.q('body')}]", f"event.get({h.q('body')}, {h.q('')})", helper])


def _schema(h: Build, schema: Schema) -> str:
    """The class by its import, by a module-level alias, or by an attribute of an imported module."""
    if h.chance(0.7):
        return h.module.ref(schema.symbol)
    if h.chance(0.3):
        alias = h.module.take("Body", "Payload")
        h.top.append(f"{alias} = {h.module.ref(schema.symbol)}")
        return alias
    if h.chance(0.25):
        alias = h.module.take(schema.symbol.name, "LocalBody")
        h.body.add(f"from {schema.symbol.module} import {schema.symbol.name} as {alias}")
        return alias
    alias = h.module.take(schema.symbol.name, f"{h.resource.title}Body")
    leaf, expression = h.module.submodule(schema.symbol)
    h.top.append(f"{alias} = {expression}")
    h.variables["imported module"] = leaf
    return alias


def _validated(h: Build, schema: Schema, expression: str) -> None:
    """`payload = expression`, perhaps in `try`, perhaps under the name of the imported module."""
    shadowed = h.variables.pop("imported module", None)
    h.payload_class = schema.symbol
    h.payload = shadowed if shadowed and h.chance(0.6) else h.local("payload", "api_model", "api")
    if h.chance(0.25):
        with h.body.block("try:"):
            h.body.add(f"{h.payload} = {expression}")
        with h.body.block("except ValueError as error:"):
            h.body.add(f"raise ValueError({h.q('the body is not valid')}) from error")
    else:
        h.body.add(f"{h.payload} = {expression}")


def _plain(h: Build, schema: Schema) -> None:
    name = _schema(h, schema)
    raw = _inline(h) if h.chance(0.25) else _text(h)
    if h.chance(0.6):
        _validated(h, schema, f"{name}.model_validate_json({raw})")
    else:
        _validated(h, schema, f"{name}(**{h.loads()}({raw}))")
    _sample(h, schema)


def _owned(h: Build) -> None:
    """The author is the user, whatever a client sends."""
    schema, names = h.schemas.create, h.world.layout.names
    if not h.user:
        return _plain(h, schema)
    name = _schema(h, schema)
    if h.chance(0.35):
        raw = f"{h.module.ref(h.world.kernel.helpers)}.{names.author_helper}(event, {_user_id(h)})"
        if h.chance(0.6):
            variable = h.local("raw_body", "body_text")
            h.body.add(f"{variable} = {raw}")
            raw = variable
        _validated(h, schema, f"{name}.model_validate_json({raw})")
        return _sample(h, schema, "author_id")
    if h.chance(0.15):
        raw = _text(h)
        h.body.add(f"{raw} = {h.dumps()}({{**{h.loads()}({raw}), {h.q('author_id')}: {_user_id(h)}}})")
        _validated(h, schema, f"{name}.model_validate_json({raw})")
        return _sample(h, schema, "author_id")
    raw, data, key = _text(h), h.local("data", "body_data"), h.q("author_id")
    h.body.add(f"{data} = {h.loads()}({raw})")
    if h.chance(0.2):
        h.body.add(f"{data}[{h.q('request_id')}] = {h.q('internal')}")
    match h.rng.randrange(5):
        case 0:
            h.body.add(f"{data} = {{**{data}, {key}: {_user_id(h)}}}")
        case 1:
            h.body.add(f"{data}.update({{{key}: {_user_id(h)}}})")
        case _:
            h.body.add(f"{data}[{key}] = {_user_id(h)}")
    match h.rng.randrange(4):
        case 0:
            _validated(h, schema, f"{name}.model_validate_json({h.dumps()}({data}))")
        case 1:
            h.body.add(f"{raw} = {h.dumps()}({data})")
            _validated(h, schema, f"{name}.model_validate_json({raw})")
        case 2:
            _validated(h, schema, f"{name}(**{data})")
        case _:
            _validated(h, schema, f"{name}.model_validate({data})")
    return _sample(h, schema, "author_id")


def _user_id(h: Build) -> str:
    """The user's id, perhaps through a variable."""
    if h.chance(0.8):
        return f"{h.user}.id"
    variable = h.local("user_id", "author")
    h.body.add(f"{variable} = {h.user}.id")
    return variable


def _rated(h: Build) -> None:
    """A client sends the inner object without the user; the schema around it is the handler's own."""
    outer, raw, data = _schema(h, h.schemas.rate), _text(h), h.local("data", "rating_data")
    h.body.add(f"{data} = {h.loads()}({raw})", f"{data}[{h.q('user_id')}] = {h.user}.id")
    _validated(h, h.schemas.rate, f"{outer}(rating={data})")
    _sample(h, h.schemas.rating, "user_id")


def _rebuilt(h: Build) -> None:
    """Validated, and built again with the id of the path."""
    schema, key = h.schemas.update, next(iter(h.operation.parameters))
    if h.variables.get(key) is None or h.parameters[0].type == "integer":
        return _plain(h, schema)
    name, raw, path_id = _schema(h, schema), _text(h), h.variables[key]
    _validated(h, schema, f"{name}.model_validate_json({raw})")
    first, quoted = h.payload, h.q("id")
    if h.chance(0.5):
        h.payload = h.local("updated", "complete")
    ways = [
        f"{name}(**{{**{first}.model_dump(), {quoted}: {path_id}}})",
        f"{name}(**{first}.model_dump(exclude={{{quoted}}}), id={path_id})",
        f"{first}.model_copy(update={{{quoted}: {path_id}}})",
        f"{name}({', '.join(f'{n}={path_id if n == "id" else f"{first}.{n}"}' for n in schema.names)})",
    ]
    h.body.add(f"{h.payload} = {h.rng.choice(ways)}")
    return _sample(h, schema, "id")


def _raw_only(h: Build) -> None:
    """The body as it was sent, with the headers that sign it."""
    raw = _text(h)
    headers = h.local("headers", "request_headers")
    h.body.add(f"{headers} = event.get({h.q('headers')}) or {{}}")
    if h.chance(0.5):
        signature = h.local("signature")
        h.body.add(f"{signature} = {headers}.get({h.q('X-Signature')}, {h.q('')})")
    if h.chance(0.4):
        h.body.add(f"{h.local('answers', 'document')} = {h.loads()}({raw}).get({h.q('answers')}, [])")
    h.variables["raw"] = raw
    h.request = Request(None)
    h.sample_body = json.dumps({"answers": [1, 2], "text": "naïve"})
