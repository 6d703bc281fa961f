"""Top-level names of a module that its code changes in place or sets anew: what they hold is data, and no constant."""

from .. import facts

_CHANGING = frozenset(
    (
        *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "add", "discard"),
        *("update", "setdefault", "popitem", "appendleft", "popleft", "__setitem__"),
    )
)


def changes_in(module: facts.Module) -> tuple[set[str], set[tuple[str, str]]]:
    """(names, attributes as (name, attribute)) that statements of the module change."""
    names: set[str] = set()
    attributes: set[tuple[str, str]] = set()
    for node in facts.nodes_of(module.body):
        match node:
            case facts.Outside():
                names |= set(node.names)
            case facts.Assign(targets=targets) | facts.Delete(targets=targets):
                for target in targets:
                    _target(target, names, attributes)
            case facts.AugAssign(target=target):
                _target(target, names, attributes)
            case facts.Call(func=facts.Attr(value=facts.Name(id=name), name=method)) if method in _CHANGING:
                names.add(name)
            case facts.Call(
                func=facts.Name(id="setattr" | "delattr"),
                args=(facts.Arg(value=facts.Name(id=name)), facts.Arg(value=facts.Const(value=str(attribute))), *_),
            ):
                attributes.add((name, attribute))
    return names, attributes


def _target(target: facts.Expr, names: set[str], attributes: set[tuple[str, str]]) -> None:
    """`X[...] = `, `X[...][...] = `, `X.name = `."""
    match target:
        case facts.Sub(value=facts.Name(id=name)):
            names.add(name)
        case facts.Sub(value=facts.Sub() | facts.Attr() as inner):
            _target(inner, names, attributes)
        case facts.Attr(value=facts.Name(id=name), name=attribute):
            attributes.add((name, attribute))
        case facts.Seq(items=items):
            for item in items:
                _target(item, names, attributes)
