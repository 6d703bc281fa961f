"""Where a name of a module is defined, followed through imports, and the constants that names stand for."""

from dataclasses import dataclass

from .. import facts
from .modules import ModuleIndex, Program

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Defined:
    """A top-level name of a module of the code base, with the statement that binds it last."""

    home: ModuleIndex
    name: str
    statement: facts.Stmt

    @property
    def key(self) -> tuple[str, str]:
        return (self.home.path, self.name)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A name of a module that is not in the code base."""

    module: str
    name: str


type Definition = Defined | Foreign


def definition(program: Program, home: ModuleIndex, expr: facts.Expr, depth: int = 0) -> Definition | None:
    """What `name` or `module.name` is; None for anything else."""
    if depth > _DEEPEST:
        return None
    match expr:
        case facts.Name(id=name):
            return _named(program, home, name, depth)
        case facts.Attr(value=base, name=name):
            dotted = _dotted(base)
            bound = home.bindings.get(dotted.partition(".")[0], []) if dotted else []
            if not bound or not isinstance(bound[-1].statement, facts.Import):
                return None
            return _in_module(program, home, bound[-1].statement, dotted, name, depth)
        case _:
            return None


def _named(program: Program, home: ModuleIndex, name: str, depth: int) -> Definition | None:
    bindings = home.bindings.get(name, [])
    statement = bindings[-1].statement if bindings else next(iter(home.stars), None)
    if statement is None:
        return None
    if not isinstance(statement, facts.Import):
        return Defined(home, name, statement)
    wanted = name if statement.name == "*" else statement.name
    if wanted is None:
        return None
    place = _place(program, home, statement, statement.module)
    if place is None:
        return Foreign(statement.module, wanted)
    return _named(program, place, wanted, depth + 1) if depth < _DEEPEST else None


def _in_module(
    program: Program, home: ModuleIndex, statement: facts.Import, dotted: str, name: str, depth: int
) -> Definition | None:
    """`module.name`, where an import binds the first part of `module`."""
    first, _, rest = dotted.partition(".")
    if statement.name is not None:
        module = ".".join(part for part in (statement.module, statement.name, rest) if part)
    else:
        module = statement.module if statement.alias == first else dotted
    place = _place(program, home, statement, module)
    if place is None:
        return Foreign(module, name)
    return _named(program, place, name, depth + 1)


def _place(program: Program, home: ModuleIndex, statement: facts.Import, module: str) -> ModuleIndex | None:
    found = program.relative(home, statement.level, module) if statement.level else program.find(module)
    return found.index if found is not None else None


def _dotted(expr: facts.Expr) -> str:
    match expr:
        case facts.Name(id=name):
            return name
        case facts.Attr(value=base, name=name) if _dotted(base):
            return f"{_dotted(base)}.{name}"
        case _:
            return ""


def constant(program: Program, home: ModuleIndex, expr: facts.Expr | None, depth: int = 0) -> object:
    """The text, number, list of texts or dict that an expression is; None if its text does not tell."""
    if depth > _DEEPEST:
        return None
    match expr:
        case facts.Const(value=value):
            return value
        case facts.Seq(items=items):
            return [constant(program, home, item, depth + 1) for item in items]
        case facts.FString(parts=parts):
            texts = [constant(program, home, part, depth + 1) for part in parts]
            return "".join(map(str, texts)) if all(isinstance(one, str | int) for one in texts) else None
        case facts.Binary(op="+", left=left, right=right):
            one, two = (constant(program, home, side, depth + 1) for side in (left, right))
            if isinstance(one, str) and isinstance(two, str):
                return one + two
            return one + two if isinstance(one, list) and isinstance(two, list) else None
        case facts.Name() | facts.Attr():
            found = definition(program, home, expr)
            if isinstance(found, Defined) and isinstance(found.statement, facts.Assign):
                single = len(found.home.bindings.get(found.name, [])) == 1
                return constant(program, found.home, found.statement.value, depth + 1) if single else None
            return None
        case _:
            return None


def imports(index: ModuleIndex) -> tuple[str, ...]:
    """Modules that a module imports by absolute names."""
    found = [binding.statement for bindings in index.bindings.values() for binding in bindings]
    both = [statement for statement in (*found, *index.stars) if isinstance(statement, facts.Import)]
    return tuple(dict.fromkeys(statement.module for statement in both if not statement.level))
