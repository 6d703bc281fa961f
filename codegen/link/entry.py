"""From a module to the function that `lambda_handler` runs, and that function's endpoint decorator."""

from dataclasses import dataclass
from typing import TypeGuard

from .. import facts
from ..diagnostics import Finding, Spot
from ..routing.docstring import parse
from ..routing.modules import ModuleIndex
from .interpreter import values as v
from .interpreter.declared import lookup
from .interpreter.protocol import Interpreter

type FunctionNode = facts.Function | facts.Lambda


@dataclass(frozen=True, slots=True)
class Decorator:
    """`middlewares` are the positional arguments, each with its place."""

    middlewares: tuple[tuple[v.Value, Spot], ...]
    named: dict[str, v.Value]
    spot: Spot


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """`name = decorator(...)(function)` at the top of a module; `value` is what the name stands for."""

    name: str
    value: v.Value
    function: facts.Function
    call: v.Pending
    expr: facts.Expr


@dataclass(frozen=True, slots=True)
class Entry:
    """`others` are decorators of the handler beside that of the endpoint.

    `stated` is the function whose docstring states the route, where that is not the handler's own; its decorators are
    `inner`. `is_entry`: Lambda calls this very function, which runs no endpoint.
    """

    function: facts.Function
    name: str
    decorator: Decorator | None
    findings: tuple[Finding, ...]
    others: tuple[facts.Expr, ...] = ()
    stated: facts.Function | None = None
    inner: tuple[facts.Expr, ...] = ()
    is_entry: bool = False

    @property
    def gives_a_coroutine(self) -> bool:
        """Whether Lambda gets a coroutine for an answer, which is no JSON."""
        return self.is_entry and self.function.is_async and self.decorator is None and not self.others


def find_entry(
    machine: Interpreter, index: ModuleIndex, entry_name: str, decorators: frozenset[str]
) -> Entry | Finding | None:
    """The handler of a module; None for a helper module, a finding for a handler that cannot be reached."""
    routed = [f for f in index.module.body if isinstance(f, facts.Function) and _is_routed(f)]
    runner = _runner(machine, index, entry_name)
    if runner is None:
        return _unreached(index, routed[0], f"there is no {entry_name} in the module", _ENTRY) if routed else None
    assigned = _assigned(machine, index, decorators)
    runs = _runs(machine, index, runner, assigned)
    functions = {id(f.node): f for f, _ in runs}
    called = _called_itself(machine, index, runner, entry_name, decorators, routed, [f.node for f, _ in runs])
    if called is not None:
        return called
    if len(functions) != 1:
        reason = "it runs no function of this module" if not functions else "it runs more than one function"
        hint = "call the handler in it, or run a coroutine function: anyio.run(handler, event, context)"
        hint = hint if not functions else "let it run one, and give the others modules of their own"
        message = f"{entry_name} reaches no handler: {reason}"
        return Finding("CG102", message, Spot(index.path, runner.node.at), hint)
    reached = next(iter(functions.values()))
    node = reached.node
    if not isinstance(node, facts.Function) or reached.home.path != index.path:
        message = f"{entry_name} runs a function that is not defined in this module"
        return Finding("CG102", message, Spot(index.path, runner.node.at), "define the handler in this module")
    stated = None if _is_routed(node) or not _is_routed(runner.node) else runner.node
    others = [f for f in routed if f is not node and f is not runner.node]
    findings = [_unreached(index, other, f"{entry_name} runs {node.name}", _APART) for other in others]
    through = runs[0][1]
    if through is not None:
        placed = _placed(machine, through.call, through.expr, v.Scope(index, {}))
        return Entry(node, through.name, placed, tuple(findings), stated=stated)
    name = _name_in_module(machine, index, node)
    if name is None:
        message = f"{entry_name} runs {node.name}, which is no name of the module: a route cannot import it"
        hint = "define it at the top of the module"
        return Finding("CG102", message, Spot(index.path, node.at), hint)
    decorator, beside = _decorator(machine, index, node, decorators)
    return Entry(node, name, decorator, tuple(findings), beside, stated)


def _called_itself(
    machine: Interpreter,
    index: ModuleIndex,
    runner: v.FunctionValue,
    name: str,
    names: frozenset[str],
    routed: list[facts.Function],
    runs: list[FunctionNode],
) -> Entry | None:
    """What Lambda calls, as the handler: it states the route or calls the function that does, and runs no endpoint."""
    node = runner.node
    if not isinstance(node, facts.Function) or runner.home.path != index.path:
        return None
    if any(isinstance(one, facts.Function) and _is_endpoint(machine, index, one, names) for one in runs):
        return None
    used = {one.id for one in facts.nodes_of(node.body) if isinstance(one, facts.Name)}
    stating = [node] if _is_routed(node) else [one for one in routed if one.name in used]
    if len(stating) != 1:
        return None
    (stated,) = stating
    decorator, others = _decorator(machine, index, node, names)
    wrapper = _wrapper(index, name)
    others = others if wrapper is None else (wrapper, *others)
    inner: tuple[facts.Expr, ...] = ()
    if stated is not node:
        behind, inner = _decorator(machine, index, stated, names)
        decorator = decorator or behind
    findings = tuple(
        _unreached(index, one, f"{name} calls {stated.name}", _APART) for one in routed if one is not stated
    )
    return Entry(node, name, decorator, findings, others, stated, inner, is_entry=True)


def _wrapper(index: ModuleIndex, name: str) -> facts.Expr | None:
    """`traced` of `lambda_handler = traced(handle)`, which is a decorator written otherwise."""
    match index.bindings[name][-1].statement:
        case facts.Assign(value=facts.Call(func=func, args=(facts.Arg(),))):
            return func
        case _:
            return None


def _is_endpoint(machine: Interpreter, index: ModuleIndex, node: facts.Function, names: frozenset[str]) -> bool:
    return _is_routed(node) or _decorator(machine, index, node, names)[0] is not None


def _name_in_module(machine: Interpreter, index: ModuleIndex, node: facts.Function) -> str | None:
    """The name under which a module has a function, which it may have got from a function that makes it."""
    for name in (node.name, *index.bindings):
        bindings = [] if name in index.deleted else index.bindings.get(name, [])
        if any(binding.statement is node for binding in bindings):
            return name
        if bindings and all(isinstance(binding.statement, facts.Assign) for binding in bindings):
            value = lookup.module_value(machine, index, name)
            found = None if value is None else machine.force(value)
            if isinstance(found, v.FunctionValue) and found.node is node and found.bound is None:
                return name
    return None


def _is_routed(node: FunctionNode) -> TypeGuard[facts.Function]:
    if not isinstance(node, facts.Function):
        return False
    doc = node.doc.value if node.doc is not None else None
    return isinstance(doc, str) and parse(doc).route is not None


_ENTRY = "write one that runs it; where Lambda calls another name, set `entry` in [tool.codegen]"
_APART = "give it a module of its own, or take the route out of its docstring"


def _unreached(index: ModuleIndex, node: facts.Function, reason: str, hint: str) -> Finding:
    return Finding("CG102", f"the handler {node.name} is never reached: {reason}", Spot(index.path, node.at), hint)


def _runner(machine: Interpreter, index: ModuleIndex, name: str) -> v.FunctionValue | None:
    bindings = index.bindings.get(name, [])
    if not bindings or isinstance(bindings[-1].statement, facts.Import):
        return None
    value = lookup.module_value(machine, index, name)
    if isinstance(value, v.FunctionValue):
        return value
    # `lambda_handler = traced(_lambda_handler)`: the function that is wrapped
    if isinstance(value, v.Pending):
        inner = [given for given in value.arguments.all() if isinstance(given, v.FunctionValue)]
        # `lambda_handler = runner(handler)`: Lambda calls what runs the coroutine function
        is_run = any(isinstance(one.node, facts.Function) and one.node.is_async for one in inner)
        made = machine.force(value) if is_run else value
        if isinstance(made, v.FunctionValue) and all(made.node is not one.node for one in inner):
            return made
        if len(inner) == 1:
            return inner[0]
    at, params = bindings[-1].statement.at, ("event", "context")
    body: tuple[facts.Stmt, ...] = ()
    if isinstance(value, v.Partial):  # `lambda_handler = partial(run, handler)`
        given = tuple(facts.Arg(None, "", facts.Name(at, one)) for one in params)
        body = (facts.Return(at, facts.Call(at, facts.Name(at, name), given)),)
    calling = tuple(facts.Param(one, "", False, None, None) for one in params)
    return v.FunctionValue(index, facts.Function(at, name, calling, body, (), None, False, None))


def _assigned(machine: Interpreter, index: ModuleIndex, decorators: frozenset[str]) -> list[Assigned]:
    """A function may be decorated under its own name, so it is looked up among the statements, not by its value."""
    functions = {f.name: f for f in index.module.body if isinstance(f, facts.Function)}
    found: list[Assigned] = []
    for statement in index.module.body:
        match statement:
            case facts.Assign(
                targets=(facts.Name(id=name),),
                value=facts.Call(func=facts.Call() as expr, args=(facts.Arg(name=None, value=facts.Name(id=inner)),)),
            ) if inner in functions:
                call = _endpoint_call(machine, machine.evaluate(expr, v.Scope(index, {})), decorators, 0)
                value = lookup.module_value(machine, index, name)
                if call is not None and value is not None:
                    found.append(Assigned(name, value, functions[inner], call, expr))
    return found


def _runs(
    machine: Interpreter, index: ModuleIndex, runner: v.FunctionValue, assigned: list[Assigned]
) -> list[tuple[v.FunctionValue, Assigned | None]]:
    machine.entering = True
    try:
        names = [p for p in runner.node.params if not p.star]
        given: tuple[v.Value, ...] = (v.Event(), v.Unknown("the context is data"))
        machine.inline(runner, v.Arguments(given[: len(names)], {}, ()))
        found: list[tuple[v.FunctionValue, Assigned | None]] = []
        for value, _spot in machine.seen.runs or machine.seen.handed:
            through = next((a for a in assigned if a.value is value), None)
            if through is not None:
                found.append((v.FunctionValue(index, through.function), through))
                continue
            forced = machine.force(value)
            if isinstance(forced, v.FunctionValue) and isinstance(forced.node, facts.Lambda):
                forced = machine.inline(forced, v.NO_ARGUMENTS)
            if isinstance(forced, v.FunctionValue):
                found.append((_wrapped(machine, forced), None))
        return found
    finally:
        machine.entering = False


def _wrapped(machine: Interpreter, value: v.FunctionValue) -> v.FunctionValue:
    """A nested `async def main(): return await handler(event, context)` stands for what it calls."""
    if value.closure is None or not isinstance(value.node, facts.Function):
        return value
    result = machine.inline(value, v.NO_ARGUMENTS)
    return result if isinstance(result, v.FunctionValue) else value


def _decorator(
    machine: Interpreter, index: ModuleIndex, node: facts.Function, names: frozenset[str]
) -> tuple[Decorator | None, tuple[facts.Expr, ...]]:
    scope = v.Scope(index, {})
    found: Decorator | None = None
    others: list[facts.Expr] = []
    for expr in node.decorators:
        made = _endpoint_call(machine, machine.evaluate(expr, scope), names, 0)
        if made is None:
            others.append(expr)
        elif found is None:
            found = _placed(machine, made, expr, scope)
    return found, tuple(others)


def _endpoint_call(machine: Interpreter, value: v.Value, names: frozenset[str], depth: int) -> v.Pending | None:
    """The call of the endpoint decorator in a value, through factories that make it."""
    if not isinstance(value, v.Pending):
        bare = lookup.own_name(value) in names
        return v.Pending(value, v.NO_ARGUMENTS, Spot("", -1)) if bare else None
    if lookup.own_name(value.callee) in names:
        return value
    if depth > 3:
        return None
    callee = machine.force(value.callee)
    if isinstance(callee, v.FunctionValue):
        if lookup.own_name(callee) in names:
            return value
        return _endpoint_call(machine, machine.inline(callee, value.arguments), names, depth + 1)
    return None


def _placed(machine: Interpreter, call: v.Pending, expr: facts.Expr, scope: v.Scope) -> Decorator:
    """Middlewares with the places of their expressions where the call is written out here."""
    spot = machine.spot(expr, scope)
    values: list[v.Value] = list(call.arguments.positional)
    more = machine.force(call.arguments.named.get("middlewares", v.Known(None)))
    if isinstance(more, v.Items):
        values += more.known
    for spread in call.arguments.spreads:
        forced = machine.force(spread)
        values += forced.known if isinstance(forced, v.Items) else [forced]
    places = [machine.spot(a.value, scope) for a in expr.args if a.name is None] if isinstance(expr, facts.Call) else []
    exact = len(places) == len(values)
    pairs = tuple((value, places[n] if exact else spot) for n, value in enumerate(values))
    return Decorator(tuple(p for p in pairs if p[0] != v.Known(None)), dict(call.arguments.named), spot)
