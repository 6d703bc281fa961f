"""What the middleware of a decorator is: authentication for a context, logging, error handling, or unknown."""

import re
from dataclasses import dataclass

from .. import facts
from ..diagnostics import Finding, Spot
from .interpreter import values as v
from .interpreter.declared import lookup
from .interpreter.protocol import Interpreter

_OTHER = re.compile(r"log|exception|error|timing|metric|trac|correlation|cors", re.IGNORECASE)


# The context whose users a middleware authenticates, "" for one that has nothing to do with who may call.
type Kind = str | v.Unknown


@dataclass(frozen=True, slots=True)
class Factories:
    """`named` says of a factory which context it stands for ("" for none).

    `contexts` are the folders with handlers; `siblings`, the folders beside them, count where none of those is named.
    """

    named: dict[str, str]
    contexts: tuple[str, ...]
    siblings: tuple[str, ...] = ()

    def among(self, texts: set[str]) -> set[str]:
        """The contexts that are named by some strings."""
        return texts & set(self.contexts) or texts & set(self.siblings)


def classify(machine: Interpreter, value: v.Value, factories: Factories, depth: int = 0) -> Kind:
    """What one argument of the decorator is."""
    if isinstance(value, v.Choice):
        kinds = {classify(machine, option, factories, depth) for option in value.options}
        return kinds.pop() if len(kinds) == 1 else v.Unknown("it depends on a condition")
    callee = value.callee if isinstance(value, v.Pending) else value
    arguments = value.arguments if isinstance(value, v.Pending) else v.NO_ARGUMENTS
    name = lookup.own_name(callee)
    if name in factories.named:
        return factories.named[name]
    given = _contexts_in_arguments(machine, arguments, factories)
    if _is_harmless(name):
        return ""
    if len(given) == 1:
        return given.pop()
    return _by_body(machine, callee, arguments, name, factories, depth)


def _is_harmless(name: str) -> bool:
    return bool(_OTHER.search(name)) and "auth" not in name.lower()


def _contexts_in_arguments(machine: Interpreter, arguments: v.Arguments, factories: Factories) -> set[str]:
    found = [machine.force(value) for value in arguments.all()]
    return factories.among({o.value for o in found if isinstance(o, v.Known) and isinstance(o.value, str)})


def _by_body(
    machine: Interpreter, callee: v.Value, arguments: v.Arguments, name: str, factories: Factories, depth: int
) -> Kind:
    forced = machine.force(callee)
    if isinstance(forced, v.Model) and isinstance(forced.schema, v.ClassValue):
        forced = forced.schema
    if isinstance(forced, v.Choice):
        return classify(machine, forced, factories, depth + 1) if depth < 4 else v.Unknown("it has several definitions")
    if isinstance(forced, v.External):
        where = forced.dotted.rpartition(".")[0]
        return v.Unknown(
            f"{name} comes from {where}, which is not in the code base" if where else f"{name} is not known"
        )
    if not isinstance(forced, v.FunctionValue | v.ClassValue):
        return forced if isinstance(forced, v.Unknown) else v.Unknown("it is no function and no class")
    if lookup.own_name(forced) in factories.named:
        return factories.named[lookup.own_name(forced)]
    if _is_harmless(lookup.own_name(forced)):
        return ""
    contexts = sorted(factories.among(_texts(machine, forced)))
    called = [lookup.own_name(one) for one in _called(machine, forced)]
    if len(contexts) == 1 and not (called and all(_is_harmless(n) for n in called)):
        return contexts[0]
    if len(contexts) > 1:
        return v.Unknown(f"its body names several contexts: {', '.join(contexts)}")
    return _by_result(machine, forced, arguments, called, factories, depth)


def _by_result(
    machine: Interpreter, forced: v.Value, arguments: v.Arguments, called: list[str], factories: Factories, depth: int
) -> Kind:
    """A factory that calls another: what that one is."""
    if isinstance(forced, v.FunctionValue) and depth < 4:
        made = machine.inline(forced, arguments)
        if isinstance(made, v.Pending | v.Choice | v.Model):
            inner = classify(machine, made, factories, depth + 1)
            if not isinstance(inner, v.Unknown):
                return inner
    if called and all(_is_harmless(name) for name in called):
        return ""
    return v.Unknown("its body names no context")


def _texts(machine: Interpreter, value: v.FunctionValue | v.ClassValue) -> set[str]:
    """Strings in the body, and those that constants named there stand for."""
    found: set[str] = set()
    node = value.node
    body = node.body if not isinstance(node, facts.Lambda) else (node.body,)
    defaults = tuple(p.default for p in node.params if p.default) if not isinstance(node, facts.Class) else ()
    for part in facts.nodes_of((*body, *defaults)):
        if isinstance(part, facts.Const) and isinstance(part.value, str):
            found.add(part.value)
        elif isinstance(part, facts.Name) and part.id.lstrip("_").isupper():
            constant = machine.force(lookup.name_value(machine, part.id, v.Scope(value.home, {})))
            if isinstance(constant, v.Known) and isinstance(constant.value, str):
                found.add(constant.value)
    return found


def _called(machine: Interpreter, value: v.FunctionValue | v.ClassValue) -> list[v.Value]:
    node = value.node
    body = node.body if not isinstance(node, facts.Lambda) else (node.body,)
    scope = v.Scope(value.home, {})
    calls = [part.func for part in facts.nodes_of(body) if isinstance(part, facts.Call)]
    return [machine.evaluate(f, scope) for f in calls if isinstance(f, facts.Name | facts.Attr)]


@dataclass(frozen=True, slots=True)
class OwnDecorator:
    """A decorator of a handler beside that of the endpoint. `is_known`: it is in the code base; `reads`: it, or what it
    calls, reads the authorizer of a request."""

    value: v.Value
    spot: Spot
    is_known: bool
    reads: bool


def auth_of(
    machine: Interpreter, middlewares: list[tuple[v.Value, Spot]], factories: Factories
) -> tuple[str | None, list[Finding]]:
    """The context whose users may call, and what could not be told."""
    contexts: list[str] = []
    findings: list[Finding] = []
    for value, spot in middlewares:
        kind = classify(machine, value, factories)
        if isinstance(kind, v.Unknown):
            name = lookup.own_name(value.callee if isinstance(value, v.Pending) else value) or "its_name"
            hint = (
                f'write {name} = "CONTEXT" into [tool.codegen.factories], the context whose users it lets in; "" if it '
                "does not authenticate"
            )
            findings.append(Finding("CG106", f"unknown middleware: {kind.reason}", spot, hint))
        elif kind:
            contexts.append(kind)
    if len(set(contexts)) > 1:
        message = f"two authentications at once: {', '.join(sorted(set(contexts)))}"
        hint = 'keep one of them; or set what does not authenticate to "" in [tool.codegen.factories]'
        findings.append(Finding("CG106", message, middlewares[0][1], hint))
    return (contexts[0] if contexts else None), findings


def auth_of_decorators(
    machine: Interpreter, decorators: list[OwnDecorator], factories: Factories, context: str
) -> tuple[str | None, list[Finding]]:
    """The same of decorators: one that reads the authorizer of a request authenticates, for the context that it names,
    else for the handler's own."""
    contexts = [found for one in decorators if (found := _guarded(machine, one, factories, context)) is not None]
    findings = [
        Finding(
            "CG106",
            "this decorator is not in the code base: it may authenticate",
            one.spot,
            'name it in [tool.codegen] decorators, or its context in [tool.codegen.factories] ("" if it does not '
            "authenticate)",
        )
        for one in decorators
        if not one.is_known and _set_name(one.value, factories) is None
    ]
    return next(iter(contexts), None), findings


def _guarded(machine: Interpreter, one: OwnDecorator, factories: Factories, context: str) -> str | None:
    named = _set_name(one.value, factories)
    if named is not None:
        return factories.named[named] or None
    if not one.reads:
        return None
    kind = classify(machine, one.value, factories)
    return kind if isinstance(kind, str) and kind else context


def is_excused(value: v.Value, factories: Factories) -> bool:
    """Whether the settings say that a decorator does not authenticate."""
    name = _set_name(value, factories)
    return name is not None and not factories.named[name]


def _set_name(value: v.Value, factories: Factories) -> str | None:
    """The name under which the settings have it."""
    name = lookup.own_name(value.callee if isinstance(value, v.Pending) else value)
    return name if name in factories.named else None
