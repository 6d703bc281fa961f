"""The interpreter through its own door: the values of functions that stand in a text."""

import ast
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

from codegen import facts
from codegen.link.interpreter.choices import options
from codegen.link.interpreter.declared.shapes import whole
from codegen.link.interpreter.machine import Machine
from codegen.link.interpreter.seen import HelperNames
from codegen.link.interpreter.values import (
    NO_ARGUMENTS,
    Choice,
    FunctionValue,
    Items,
    Known,
    Record,
    Scalar,
    Text,
    Typed,
    Unknown,
    Value,
)
from codegen.model import ANY, TEXT, Primitive, Shape
from codegen.routing.modules import Program
from codegen.scan.module import read_module

CODEGEN = Path(__file__).parents[3] / "codegen"
NO_HELPERS = HelperNames(*[frozenset()] * 5)


@dataclass(frozen=True, slots=True)
class Tree:
    """A code base of texts; `loaded` are the modules that were asked for."""

    files: dict[str, str]
    loaded: list[str] = field(default_factory=list)

    def load(self, path: str) -> facts.Module | None:
        if path not in self.files:
            return None
        self.loaded.append(path)
        module = read_module(path, self.files[path].encode())
        return module if isinstance(module, facts.Module) else None

    def machine(self) -> Machine:
        program = Program(self.load, lambda path: False, ("",))
        return Machine(program, NO_HELPERS, lambda path: path.removesuffix(".py").replace("/", "."))

    def result(self, name: str = "f", path: str = "a.py") -> tuple[Machine, Value]:
        """What a function without parameters returns, not yet followed."""
        machine = self.machine()
        index = machine.program.at_path(path)
        assert index is not None
        node = next(n for n in index.module.body if isinstance(n, facts.Function) and n.name == name)
        return machine, machine.inline(FunctionValue(index, node), NO_ARGUMENTS)


def result(text: str) -> Value:
    machine, value = Tree({"a.py": text}).result()
    return machine.force(value)


def test_a_constant_is_followed_through_names() -> None:
    assert result("LIMIT = 5\ndef f():\n    n = LIMIT\n    return n * 2\n") == Known(10)


def test_branches_leave_a_choice() -> None:
    assert set(options(result("def f():\n    if g():\n        x = 1\n    else:\n        x = 's'\n    return x\n"))) == {
        Known(1),
        Known("s"),
    }


def test_a_branch_that_returns_leaves_nothing_behind() -> None:
    value = result("def f():\n    x = 1\n    if g():\n        x = 's'\n        return x\n    return [x]\n")
    text, items = options(value)
    assert text == Known("s")
    assert isinstance(items, Items)
    assert items.known == [Known(1)]


def test_a_key_of_one_branch_is_optional() -> None:
    value = result("def f():\n    d = {'a': 1}\n    if g():\n        d['b'] = 2\n    return d\n")
    assert isinstance(value, Record)
    assert {name: entry.optional for name, entry in value.entries.items()} == {"a": False, "b": True}


def test_a_dict_that_a_branch_makes_has_no_optional_keys() -> None:
    value = result(
        "def f():\n    if g():\n        d = {}\n        d['a'] = 1\n    else:\n        d = None\n    return d\n"
    )
    (record,) = [option for option in options(value) if isinstance(option, Record)]
    assert not record.entries["a"].optional


def test_a_loop_hands_on_what_its_first_round_made() -> None:
    value = result("def f():\n    a = b = None\n    for x in g():\n        b = a\n        a = 5\n    return b\n")
    assert set(options(value)) == {Known(None), Scalar("int")}


def test_a_loop_makes_no_constant_of_what_it_counts() -> None:
    value = result("def f():\n    n = 0\n    for x in g():\n        n += 1\n    return n\n")
    assert Scalar("int") in options(value)


def test_what_grows_in_a_loop_is_unknown() -> None:
    value = result("def f():\n    a = None\n    for x in g():\n        a = [a]\n    return a\n")
    assert [o.reason for o in options(value) if isinstance(o, Unknown)] == ["it grows in each round of a loop"]


def test_an_exception_may_come_after_each_statement() -> None:
    text = (
        "def f():\n    x = 1\n    try:\n        x = 's'\n        x = None\n    except ValueError:\n        return x\n"
    )
    value = result(text)
    assert {Known(1), Known("s"), Known(None)} <= set(options(value))


def test_nonlocal_writes_to_the_enclosing_function() -> None:
    text = "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 's'\n    g()\n    return x\n"
    assert result(text) == Known("s")


def test_a_closure_sees_the_branch_that_it_is_called_in() -> None:
    text = "def f():\n    x = 1\n    def g():\n        return x\n    if h():\n        x = 's'\n        return g()\n"
    assert Known("s") in options(result(text))


def test_what_a_call_that_was_put_off_changes_does_not_count() -> None:
    text = "def f():\n    d = {}\n    def g():\n        d['a'] = 1\n    later = lambda: g()\n    return d\n"
    value = result(text)
    assert isinstance(value, Record)
    assert value.entries == {}


def test_a_decorator_of_the_code_base_is_applied() -> None:
    text = "def d(function):\n    return lambda: [function()]\n@d\ndef g():\n    return 1\ndef f():\n    return g()\n"
    machine, value = Tree({"a.py": text}).result()
    items = machine.force(value)
    assert isinstance(items, Items)
    assert [machine.force(item) for item in items.known] == [Known(1)]


def test_a_strange_decorator_makes_a_call_unknown_and_says_why() -> None:
    value = result("from away import d\n@d\ndef g():\n    return 1\ndef f():\n    return g()\n")
    assert isinstance(value, Unknown)
    assert value.reason == "g is decorated by d, which cannot be followed"
    assert value.spot is not None
    assert value.spot.path == "a.py"


def test_a_generator_gives_a_list_of_what_it_yields() -> None:
    value = result("def g():\n    yield 1\n    yield 's'\ndef f():\n    return g()\n")
    assert isinstance(value, Items)
    assert value.rest == Choice((Known(1), Known("s")))


def test_a_function_that_calls_itself_ends() -> None:
    assert result("def f(n=3):\n    return 'done' if n == 0 else f(n - 1)\n") == Known("done")


def test_what_is_filled_at_run_time_is_no_constant() -> None:
    value = result("ROWS = {}\ndef add(x):\n    ROWS[x] = 1\ndef f():\n    return ROWS\n")
    assert isinstance(value, Unknown)
    assert value.reason == "ROWS is filled at run time"


def test_an_annotation_tells_what_a_body_does_not() -> None:
    value = result("from away import g\ndef h() -> int:\n    return g()\ndef f():\n    return h()\n")
    assert isinstance(value, Typed)
    assert isinstance(value.value, Unknown)
    assert value.value.reason == "g() is not in the code base"


def test_an_import_is_followed_when_it_is_asked_for() -> None:
    tree = Tree({"a.py": "from b import X\ndef f():\n    return {'x': X}\n", "b.py": "X = 'late'\n"})
    machine, value = tree.result()
    assert tree.loaded == ["a.py"]
    assert isinstance(value, Record)
    assert machine.force(value.entries["x"].value) == Known("late")
    assert tree.loaded == ["a.py", "b.py"]


def test_imports_that_lead_back_to_themselves_end() -> None:
    tree = Tree({"a.py": "from b import X\ndef f():\n    return X\n", "b.py": "from a import X\n"})
    machine, value = tree.result()
    assert isinstance(machine.force(value), Unknown)


def test_text_that_is_put_together_as_json_is_marked() -> None:
    value = result("def f():\n    return '{\"a\": %s}' % g()\n")
    assert isinstance(value, Text)
    assert value.is_json
    plain = result("def f():\n    return 'a %s' % g()\n")
    assert isinstance(plain, Text)
    assert not plain.is_json


def test_the_type_of_a_dict() -> None:
    machine, value = Tree({"a.py": "def f():\n    return {'n': 1, 's': str(g()), 'u': g()}\n"}).result()
    type_ = whole(machine, value)
    assert isinstance(type_, Shape)
    assert [field.type for field in type_.fields] == [Primitive("int"), TEXT, ANY]


def imports(path: Path) -> set[str]:
    """The files of codegen that a file imports, wherever in it the statement stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parents[node.level - 1].joinpath(*(node.module or "").split(".") if node.module else ())
            found |= {str(folder.with_suffix(".py"))} | {str(folder / f"{alias.name}.py") for alias in node.names}
    return {name for name in found if Path(name).is_file()}


def test_no_files_of_the_interpreter_import_each_other_in_a_circle() -> None:
    files = (CODEGEN / "link").rglob("*.py")
    TopologicalSorter({str(path): imports(path) for path in files}).prepare()
