"""The verifier with one check taken out, mechanically: guards that never fire, operands that always hold, tables with
one line less. The source is changed as a syntax tree and its code put into the living functions."""

import ast
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

_AUTH = "src.lambdatwin.auth"
MODULES = ("token", "claims", "jwks", "verifier")


@dataclass(frozen=True)
class Mutant:
    """One change: the `number`-th site of its kind in a module."""

    module: str
    kind: str
    number: int
    where: str


def mutants() -> list[Mutant]:
    """Every mutant of every module."""
    return [mutant for name in MODULES for mutant in _of_module(name)]


@contextmanager
def alive(mutant: Mutant) -> Iterator[None]:
    """The product with this change, while the block runs."""
    module = _module(mutant.module)
    _forget()
    with _changed(mutant, module):
        yield
    _forget()


def _forget() -> None:
    """What a mutant let pass must not be remembered for the next."""
    for name in MODULES:
        for value in vars(_module(name)).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


@contextmanager
def _changed(mutant: Mutant, module: ModuleType) -> Iterator[None]:
    tree = deepcopy(_tree(module))
    _change(_sites(tree)[mutant.number][1])
    ast.fix_missing_locations(tree)
    changed = {code.co_qualname: code for code in _codes(compile(tree, module.__file__ or "", "exec"))}
    kept = [(function, function.__code__) for function in _functions(module)]
    try:
        for function, code in kept:
            if code.co_qualname in changed:
                function.__code__ = changed[code.co_qualname]
        yield
    finally:
        for function, code in kept:
            function.__code__ = code


def _of_module(name: str) -> list[Mutant]:
    module = _module(name)
    return [Mutant(name, "check", number, text) for number, (text, _) in enumerate(_sites(_tree(module)))]


def _sites(tree: ast.Module) -> list[tuple[str, Any]]:
    """What can be taken out: `if bad: raise ...` and `if bad: return None`, and each operand of a returned `and`."""
    found: list[tuple[str, Any]] = []
    for function in ast.walk(tree):
        # What waits for the network has tests of its own; a constructor's guards are no checks of a token.
        if not isinstance(function, ast.FunctionDef) or function.name.startswith("__"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.If) and _refuses(node.body[-1]):
                found.extend((f"{function.name}: if {ast.unparse(part)}", hole) for part, hole in _holes(node, "test"))
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
                checks = enumerate(node.value.values)
                found += [
                    (f"{function.name}: {ast.unparse(one)}", (node.value.values, number, True))
                    for number, one in checks
                    if node.value.keys[number] is not None
                ]
            if isinstance(node, ast.Return) and isinstance(node.value, ast.BoolOp):
                found.extend(
                    (f"{function.name}: return {ast.unparse(part)}", hole) for part, hole in _holes(node, "value")
                )
    return found


def _refuses(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        return isinstance(statement.value, ast.Constant) and statement.value.value is None
    return isinstance(statement, ast.Raise)


def _holes(node: Any, name: str) -> list[tuple[ast.expr, tuple[Any, Any, bool]]]:
    """The expression itself or, where it joins several, each of them; with what makes it never refuse."""
    whole = getattr(node, name)
    if name == "test" and isinstance(whole, ast.BoolOp) and isinstance(whole.op, ast.Or):
        return [(part, (whole.values, number, False)) for number, part in enumerate(whole.values)]
    if name == "value" and isinstance(whole.op, ast.And):
        return [(part, (whole.values, number, True)) for number, part in enumerate(whole.values)]
    return [(whole, (node, name, name == "value"))] if name == "test" else []


def _change(hole: tuple[Any, Any, bool]) -> None:
    holder, place, value = hole
    if isinstance(holder, list):
        holder[place] = ast.Constant(value)
    else:
        setattr(holder, place, ast.Constant(value))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{_AUTH}.{name}")


def _tree(module: ModuleType) -> ast.Module:
    with open(module.__file__ or "", encoding="utf-8") as source:
        return ast.parse(source.read())


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in vars(module).values():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield value
        elif hasattr(value, "cache_clear") and value.__module__ == module.__name__:
            yield value.__wrapped__
        elif isinstance(value, type) and value.__module__ == module.__name__:
            yield from (member for member in vars(value).values() if isinstance(member, FunctionType))
