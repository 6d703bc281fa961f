"""Types as generated code spells them, with the imports that they need."""

from dataclasses import dataclass, field
from typing import assert_never

from ..model import BOUNDS, Bounds, Field, ListOf, Literals, MapOf, Named, OneOf, Primitive, Shape, Type
from ..names import Identifier, ModuleName, camel, numbered
from .literals import lit, quoted

_HOMES = {
    "Any": "typing",
    "datetime": "datetime",
    "date": "datetime",
    "time": "datetime",
    "timedelta": "datetime",
    "UUID": "uuid",
    "Decimal": "decimal",
}
_TAKEN = frozenset(
    (
        *(
            "Annotated",
            "Any",
            "APIRouter",
            "BaseModel",
            "Body",
            "Decimal",
            "Field",
            "Header",
            "Literal",
            "Path",
            "Query",
        ),
        *("Response", "UUID", "date", "datetime", "ports", "router", "time", "timedelta"),
        *("bool", "bytes", "dict", "float", "int", "list", "str"),  # that annotations name
    )
)
# Names that pydantic's BaseModel keeps for itself: a field of such a name would warn, or break the class.
_MODEL_NAMES = frozenset(
    (
        *("copy", "dict", "json", "schema", "schema_json", "construct", "validate", "parse_obj", "parse_raw"),
        *("parse_file", "from_orm", "update_forward_refs", "fields"),
    )
)


@dataclass(frozen=True, slots=True)
class ModelField:
    """`value` is the code behind the equals sign, if there is one."""

    name: str
    type: str
    value: str | None


@dataclass(frozen=True, slots=True)
class ModelClass:
    """A model of a body that no class describes, or of a query. `defaults` of inherited fields are code.

    `kebab`: underscores in the names of its fields are hyphens in those of the parameters.
    """

    name: str
    doc: str
    fields: tuple[ModelField, ...]
    bases: str = "BaseModel"
    kebab: bool = False
    defaults: tuple[tuple[str, str], ...] = ()


@dataclass(eq=False, slots=True)
class Imports:
    """Names that a generated module needs: module -> name -> the name it has there.

    `computed` holds those that no import statement can write, as of modules in a folder `lambda`: the name that each
    has there, by its module and its attribute ("" for the module itself).
    """

    names: dict[str, dict[str, str]] = field(default_factory=dict)
    computed: dict[tuple[str, str], str] = field(default_factory=dict)
    used: set[str] = field(default_factory=lambda: set(_TAKEN))

    def add(self, module: str, name: str) -> str:
        """The local name of an import, which differs from its own where that is taken."""
        if not ModuleName.can_be(module):
            return self._compute(module, name, name)
        known = self.names.setdefault(module, {})
        if name not in known:
            known[name] = name if module in _STANDARD else self.free(name)
        return known[name]

    def module(self, dotted: str) -> str:
        """The local name of a module."""
        package, _, name = dotted.rpartition(".")
        wanted = f"{Identifier.like(name)}_module"
        if not ModuleName.can_be(dotted):
            return self._compute(dotted, "", wanted)
        known = self.names.setdefault(package, {})
        if name not in known:
            known[name] = self.free(wanted)
        return known[name]

    def _compute(self, module: str, attribute: str, wanted: str) -> str:
        if (module, attribute) not in self.computed:
            self.computed[module, attribute] = self.free(wanted)
            self.names.setdefault("importlib", {})["import_module"] = "import_module"
        return self.computed[module, attribute]

    def free(self, name: str) -> str:
        taken = next(one for one in numbered(name) if one not in self.used)
        self.used.add(taken)
        return taken


_STANDARD = frozenset(("typing", "datetime", "uuid", "decimal", "fastapi", "pydantic"))


@dataclass(eq=False, slots=True)
class Types:
    """Spells the types of one generated module, and collects the models that it derives from literals."""

    imports: Imports
    classes: list[ModelClass] = field(default_factory=list)

    def schema(self, type_: Named) -> str:
        """A class by its name in the module; one in another class by way of that."""
        first, *inner = [*(type_.within or "").split("."), type_.name] if type_.within else [type_.name]
        return ".".join((self.imports.add(type_.module, first), *inner))

    def spell(self, type_: Type, name: str) -> str:
        """`name` is what a model would be called, should one be needed."""
        match type_:
            case Primitive(name=primitive):
                return self._bounded(self._primitive(primitive), type_.bounds)
            case Named(arguments=arguments):
                given = ", ".join(self.spell(part, f"{name}{n}") for n, part in enumerate(arguments, 1))
                return self.schema(type_) + (f"[{given}]" if given else "")
            case ListOf(item=item):
                return self._bounded(f"list[{self.spell(item, f'{name}Item')}]", type_.bounds)
            case MapOf(value=value):
                return self._bounded(f"dict[str, {self.spell(value, f'{name}Value')}]", type_.bounds)
            case OneOf(options=()):  # what an empty list holds
                return self._primitive("Any")
            case OneOf(options=options, discriminator=discriminator):
                spelled = [self.spell(o, f"{name}{n}") for n, o in enumerate(options, 1)]
                union = " | ".join(sorted(dict.fromkeys(spelled), key=lambda s: s == "None"))
                if discriminator is None:
                    return union
                return self._with_field(union, f"discriminator={quoted(discriminator)}")
            case Literals(values=values):
                self.imports.add("typing", "Literal")
                return f"Literal[{', '.join(quoted(v) if isinstance(v, str) else repr(v) for v in values)}]"
            case Shape():
                return self._shape(type_, name)
        assert_never(type_)

    def _with_field(self, spelled: str, arguments: str) -> str:
        self.imports.add("typing", "Annotated")
        self.imports.add("pydantic", "Field")
        return f"Annotated[{spelled}, Field({arguments})]"

    def _bounded(self, spelled: str, bounds: Bounds) -> str:
        if not bounds:
            return spelled
        said = [f"{name}={lit(value)}" for name, value in bounds if name in BOUNDS]
        # As words of the schema: pydantic's own regular expressions are not those of all models, and would be compiled.
        others = [f"{quoted(name)}: {lit(value)}" for name, value in bounds if name not in BOUNDS]
        said += [f"json_schema_extra={{{', '.join(others)}}}"] if others else []
        return self._with_field(spelled, ", ".join(said))

    def _primitive(self, name: str) -> str:
        home = _HOMES.get(name)
        return self.imports.add(home, name) if home else name

    def _shape(self, shape: Shape, name: str) -> str:
        if not shape.fields:
            return f"dict[str, {self._primitive('Any')}]"
        self.imports.add("pydantic", "BaseModel")
        own = self.imports.free(name)
        used: set[str] = set()
        fields = tuple(self._field(f, own, used) for f in shape.fields)
        extra = f", extra={quoted(shape.extra)}" if shape.extra else ""
        self.classes.append(ModelClass(own, shape.description, fields, f"BaseModel{extra}"))
        return own

    def _field(self, given: Field, owner: str, used: set[str]) -> ModelField:
        type_ = self.spell(given.type, f"{owner}{camel(given.name) or 'Key'}")
        name = free_field_name(given.name, used)
        alias = given.name if name != given.name else None
        default = None if given.required or not given.has_default else default_of(given.default, given.type)
        return ModelField(name, type_, self.field_value(default, alias, given, may_lack=not given.required))

    def field_value(
        self, default: str | None, alias: str | None, field: Field, *, may_lack: bool = False
    ) -> str | None:
        """The right side of a field: its default as code, or a call of `Field` where there is more to say. `may_lack`:
        without a default that is known, the key may be missing, which is not null."""
        examples = field.examples if field.example is None else (field.example,)
        parts = {
            "default": default,
            "default_factory": "ports.absent" if may_lack and default is None else None,
            "alias": None if alias is None else quoted(alias),
            "title": quoted(field.title) if field.title else None,
            "description": quoted(field.description) if field.description else None,
            "examples": f"[{', '.join(map(lit, examples))}]" if examples else None,
            "deprecated": "True" if field.deprecated else None,
        }
        said = [f"{name}={code}" for name, code in parts.items() if code is not None]
        if len(said) - (default is not None) == 0:
            return default
        self.imports.add("pydantic", "Field")
        return f"Field({', '.join(said)})"


def default_of(default: object, type_: Type) -> str | None:
    """A default as code; None for one that is no value of the type."""
    if isinstance(default, bytes) or not fits(default, type_):
        return None
    return "[]" if default == () else lit(default)  # type: ignore[arg-type]


def fits(default: object, type_: Type) -> bool:
    match type_:
        case OneOf(options=options):
            return any(fits(default, option) for option in options)
        case Literals(values=values):
            return default in values
        case Primitive(name="None"):
            return default is None
        case Primitive(name=name):
            is_whole = name == "float" and type(default) is int
            return (name == "Any" and not isinstance(default, bytes)) or type(default).__name__ == name or is_whole
        case ListOf():
            return default == ()
        case Named() | MapOf() | Shape():
            return False
    assert_never(type_)


def free_field_name(key: str, used: set[str]) -> str:
    """The name of a field for a key, apart from those that the class has already."""
    name = field_name(key)
    while name in used:
        name = f"{name}_"
    used.add(name)
    return name


def field_name(key: str) -> str:
    """A key of JSON as the name of a model's field."""
    import keyword

    plain = key.isascii() and key.isidentifier() and not keyword.iskeyword(key)
    if plain and key not in _MODEL_NAMES and key not in _TAKEN and not key.startswith(("_", "model_")):
        return key
    cleaned = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in key).strip("_")
    return f"field_{cleaned}" if cleaned else "field_"
