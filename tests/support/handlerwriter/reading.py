"""Reading path parameters and the query, in every way that the idioms have."""

from tests.support.handlerwriter.build import Build
from tests.support.handlerwriter.truth import PathParameter, Query

WORDS_ONLY = {"name", "owner", "kind"}


def user(h: Build) -> None:
    """The user of the request, directly or through the authentication context."""
    event = h.q("_auth_context")
    name = h.local(*h.rng.choice([("user", "current_user"), ("current_user", "caller")]))
    note = f": {h.module.type_only(h.world.kernel.user)}" if h.chance(0.3) else ""
    if h.chance(0.4):
        context = h.local("auth_context", "auth")
        h.body.add(f"{context} = event[{event}]", f"{name}{note} = {context}.user_object")
    else:
        h.body.add(f"{name}{note} = event[{event}].user_object")
    h.user = name


def path(h: Build) -> None:
    parameters = h.operation.parameters
    unread = parameters[0] if len(parameters) > 1 and h.chance(0.15) else None
    for name in parameters:
        if name == unread:
            h.parameters.append(PathParameter(name, None))
            continue
        reads = "key" if len(parameters) == 1 and h.chance(0.04) else name
        _parameter(h, name, reads, whole=name not in WORDS_ONLY and h.chance(0.25))


def _parameter(h: Build, name: str, reads: str, *, whole: bool) -> None:
    word = name.replace("-", "_")
    variable = h.local(word, f"{word}_value") if h.chance(0.8) else h.local(f"raw_{word}")
    h.sample_path[reads] = "7" if whole else "a%20b"
    expression = _expression(h, reads)
    if expression is None:
        if whole and h.chance(0.4):
            _in_try(h, variable, reads, "int")
            h.parameters.append(PathParameter(name, reads, "integer"))
            h.variables[name] = variable
            return
        _in_try(h, variable, reads, "")
    elif whole and h.chance(0.2):
        h.body.add(f"{variable} = int({expression})")
        h.parameters.append(PathParameter(name, reads, "integer"))
        h.variables[name] = variable
        return
    else:
        h.body.add(f"{variable} = {expression}")
        if h.chance(0.7):
            h.raise_value_error(f"not {variable}", f"{name} is required")
    variable = _converted(h, name, variable, whole=whole)
    h.parameters.append(PathParameter(name, reads, "integer" if whole else "string"))
    h.variables[name] = variable


def _expression(h: Build, reads: str) -> str | None:
    """The expression that reads it, or None for the subscript in `try`."""
    names, key, all_of_them = h.world.layout.names, h.q(reads), h.q("pathParameters")
    match h.rng.randrange(8):
        case 0 | 1 | 2:
            return f"{h.module.ref(h.world.kernel.helpers)}.{names.path_helper}(event, {key})"
        case 3:
            return f"event.get({all_of_them}, {{}}).get({key})"
        case 4:
            return f"(event.get({all_of_them}) or {{}}).get({key})"
        case 5:
            held = h.variables.get("*")
            if held is None:
                held = h.variables["*"] = h.local("path_parameters", "params")
                ways = [f"event.get({all_of_them}, {{}})", f"event[{all_of_them}]", f"event.get({all_of_them}) or {{}}"]
                h.body.add(f"{held} = {h.rng.choice(ways)}")
            return h.rng.choice([f"{held}[{key}]", f"{held}.get({key})"])
        case _:
            return None


def _in_try(h: Build, variable: str, reads: str, convert: str) -> None:
    error = h.rng.choice(["KeyError", "(KeyError, TypeError)", "KeyError as error"])
    cause = " from error" if error.endswith("as error") else " from None"
    value = f"event[{h.q('pathParameters')}][{h.q(reads)}]"
    with h.body.block("try:"):
        h.body.add(f"{variable} = {convert}({value})" if convert else f"{variable} = {value}")
    with h.body.block(f"except {error}:"):
        h.body.add(f"raise ValueError({h.q(reads + ' is required')}){cause}")


def _converted(h: Build, name: str, variable: str, *, whole: bool) -> str:
    """The same name bound again, or a new one."""
    if not whole and h.chance(0.7):
        return variable
    word = name.replace("-", "_")
    target = variable if h.chance(0.5) else h.local(f"{word}_number" if whole else f"{word}_text")
    if not whole:
        unquote = h.module.std(
            ("import urllib.parse", "urllib.parse.unquote"),
            ("from urllib.parse import unquote", "unquote"),
            ("from urllib import parse as {}url_parse|url_parts", "{}.unquote"),
        )
        h.body.add(f"{target} = {unquote}({variable})")
    elif h.chance(0.5):
        with h.body.block("try:"):
            h.body.add(f"{target} = int({variable})")
        with h.body.block("except ValueError as error:"):
            h.body.add(f"raise ValueError({h.q('not a number')}) from error")
    else:
        h.body.add(f"{target} = int({variable})")
        if h.chance(0.5):
            h.raise_value_error(f"{target} < 1", f"{name} starts at 1")
    return target


def query(h: Build) -> None:
    names, schema = h.world.layout.names, h.schemas.filter
    multi = h.chance(0.6)
    limit, sort = h.rng.choice([10, 20, 50, 100, 500]), h.rng.choice(["-updated_at", "name", "-created_at"])
    limit_text, sort_text = str(limit), h.q(sort)
    if h.chance(0.2):
        limit_text = h.module.take("DEFAULT_LIMIT", "PAGE_SIZE")
        h.top.append(f"{limit_text} = {limit}")
    if h.chance(0.15):
        sort_text = h.module.take("DEFAULT_SORT")
        h.top.append(f"{sort_text}: str = {h.q(sort)}")
    arguments = {
        "event": "event",
        "filter_schema_class": schema_expression(h),
        "use_multi_value": str(multi),
        "default_limit": limit_text,
        "default_sort": sort_text,
    }
    left_out = h.rng.choice(["use_multi_value", "default_limit", "default_sort"]) if h.chance(0.15) else None
    arguments.pop(left_out or "", None)
    items = [f"{key}={value}" for key, value in h.rng.sample(sorted(arguments.items()), len(arguments))]
    filters = h.local("filters", "query_filters")
    call = f"{filters} = {h.module.ref(h.world.kernel.helpers)}.{names.query_helper}"
    if h.chance(0.7):
        with h.body.block(f"{call}(", ")"):
            h.body.add(*(f"{item}," for item in items))
    else:
        h.body.add(f"{call}({', '.join(items)})")
    if h.chance(0.4) and h.user:
        with h.body.block(f"if {filters}.get({h.q('tags')}):"):
            h.body.add(f"{filters}[{h.q('tags')}] = [(tag, {h.user}.id) for tag in {filters}[{h.q('tags')}]]")
    h.query = Query(
        schema.symbol,
        schema.names,
        None if left_out == "use_multi_value" else multi,
        None if left_out == "default_limit" else limit,
        None if left_out == "default_sort" else sort,
    )
    h.filters = filters


def schema_expression(h: Build) -> str:
    """The filter class by import, or by an alias of the module."""
    if h.chance(0.85):
        return h.module.ref(h.schemas.filter.symbol)
    alias = h.module.take(f"{h.resource.title}Filter")
    h.top.append(f"{alias} = {h.module.ref(h.schemas.filter.symbol)}")
    return alias
