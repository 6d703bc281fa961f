"""Schema packages: entities, requests, filters; inheritance between modules, mixins, re-exports, adapters."""

from dataclasses import dataclass
from random import Random

from tests.support.handlerwriter.kernel import Kernel
from tests.support.handlerwriter.layout import Layout, path_of
from tests.support.handlerwriter.source import Lines, Module
from tests.support.handlerwriter.truth import Symbol
from tests.support.handlerwriter.words import (
    AUTHOR,
    FILTERS,
    ID,
    NAME,
    PAGING,
    PLAIN,
    RATED,
    STAMPS,
    USER,
    VERSION,
    Field,
    Resource,
)


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema class with all of its fields, inherited ones first."""

    symbol: Symbol
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def sample(self, *without: str) -> dict[str, object]:
        return {field.name: field.example for field in self.fields if field.name not in without}


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of one resource. `update`'s id has a default: the path decides it; `rate` wraps `rating`."""

    entity: Schema
    create: Schema
    update: Schema
    filter: Schema
    rating: Schema
    rate: Schema
    adapter: Symbol


def mixins(context: str, layout: Layout) -> tuple[Schema, Schema, Schema]:
    home = f"{layout.schema_package(context)}.mixins"
    return (
        Schema(Symbol(home, "Stamped"), STAMPS),
        Schema(Symbol(home, "Owned"), (AUTHOR,)),
        Schema(Symbol(home, "PagedFilter"), PAGING),
    )


def mixin_file(context: str, layout: Layout, kernel: Kernel, rng: Random) -> tuple[str, str]:
    module = Module(rng, f"{layout.schema_package(context)}.mixins", plain=True)
    parts = [
        _class(module, schema, schema.fields, [module.ref(kernel.base)], "registry: ClassVar[dict[str, int]] = {}")
        for schema in mixins(context, layout)
    ]
    text = (
        "from typing import Annotated, ClassVar\n\nfrom pydantic import Field\n"
        + module.imports()
        + "\n\n\n"
        + "\n\n\n".join(parts)
        + "\n"
    )
    return path_of(module.dotted), text


class Writer:
    """Writes the schema files of one resource."""

    def __init__(self, rng: Random, layout: Layout, kernel: Kernel, context: str, resource: Resource) -> None:
        self._rng, self._kernel, self._resource = rng, kernel, resource
        self._package = layout.schema_package(context)
        self._stamped, self._owned, self._paged = mixins(context, layout)
        self._split = rng.random() < 0.5
        self._shared = rng.random() < 0.5
        self._star = rng.random() < 0.3
        self._entity_stem = rng.choice(["entity", "api_" + resource.name, "models"]) if self._split else resource.name
        self._filter_stem = "filters" if self._split else resource.name

    def write(self) -> tuple[Schemas, dict[str, str]]:
        title = self._resource.title
        some = self._rng.sample(PLAIN, self._rng.randint(4, 8))
        entity = self._schema(f"Api{title}", (*STAMPS, AUTHOR, ID, NAME, VERSION, *some))
        create = self._schema(f"ApiCreate{title}", (AUTHOR, NAME, *some))
        update = self._schema(f"ApiUpdate{title}", (Field("id", "str", "id-1", '""'), NAME, *some))
        rating = self._schema(f"Api{title}Rating", (USER, *RATED))
        rate = self._schema(f"ApiRate{title}", (Field("rating", rating.symbol.name, {}),))
        chosen = tuple(self._rng.sample(FILTERS, self._rng.randint(3, 8)))
        filters = self._schema(f"Api{title}Filter", (*PAGING, *chosen), self._filter_stem)
        adapter = Symbol(entity.symbol.module, f"{title}ListAdapter", entity.symbol.sites)
        schemas = Schemas(entity, create, update, filters, rating, rate, adapter)
        return schemas, self._files(schemas)

    def _schema(self, name: str, fields: tuple[Field, ...], stem: str | None = None) -> Schema:
        own = f"{self._package}.{self._resource.name}"
        sites = ((own,) if self._split else ()) + ((self._package,) if self._shared else ())
        home = f"{own}.{stem or self._entity_stem}" if self._split else own
        return Schema(Symbol(home, name, sites), fields)

    def package_lines(self, schemas: Schemas) -> list[str]:
        """The re-exports that the package of all resources needs."""
        if not self._shared:
            return []
        if self._star and self._split:
            return [f"from .{self._resource.name} import *"]
        return [f"from .{self._resource.name} import {', '.join(self._names(schemas))}"]

    def _names(self, schemas: Schemas) -> list[str]:
        listed = (schemas.entity, schemas.create, schemas.update, schemas.filter, schemas.rating, schemas.rate)
        return [*(schema.symbol.name for schema in listed), schemas.adapter.name]

    def _files(self, schemas: Schemas) -> dict[str, str]:
        if not self._split:
            module = Module(self._rng, schemas.entity.symbol.module, plain=True)
            classes = [*self._entities(module, schemas), self._filter(module, schemas)]
            return {path_of(module.dotted): self._text(module, [*classes, self._adapter(module, schemas)])}
        entities = Module(self._rng, schemas.entity.symbol.module, plain=True)
        filters = Module(self._rng, schemas.filter.symbol.module, plain=True)
        listed = self._names(schemas)
        here = [name for name in listed if name != schemas.filter.symbol.name]
        init = (
            f"from .{self._entity_stem} import {', '.join(here)}\n"
            f"from .{self._filter_stem} import {schemas.filter.symbol.name}\n\n__all__ = {listed!r}\n"
        )
        texts = [*self._entities(entities, schemas), self._adapter(entities, schemas)]
        return {
            path_of(entities.dotted): self._text(entities, texts),
            path_of(filters.dotted): self._text(filters, [self._filter(filters, schemas)]),
            path_of(f"{self._package}.{self._resource.name}", package=True): init,
        }

    def _entities(self, module: Module, schemas: Schemas) -> list[str]:
        base = module.ref(self._kernel.base)
        stamped, owned = module.ref(self._stamped.symbol), module.ref(self._owned.symbol)
        entity, create = schemas.entity.fields, schemas.create.fields
        typed = f'def from_domain(cls, entity: Any) -> "{schemas.entity.symbol.name}":'
        override = ("@classmethod", typed, "    return super().from_domain(entity)")
        method = override if self._rng.random() < 0.5 else ()
        bases = [owned, stamped] if self._rng.random() < 0.5 else [owned, stamped, base]
        creator = [owned] if self._rng.random() < 0.6 else [base]
        return [
            _class(module, schemas.entity, entity[3:], bases, *method),
            _class(module, schemas.create, create if creator == [base] else create[1:], creator, "_cache: str = ''"),
            _class(module, schemas.update, schemas.update.fields, [base]),
            _class(module, schemas.rating, schemas.rating.fields, [base]),
            _class(module, schemas.rate, schemas.rate.fields, [base]),
        ]

    def _filter(self, module: Module, schemas: Schemas) -> str:
        if self._rng.random() < 0.6:
            return _class(module, schemas.filter, schemas.filter.fields[3:], [module.ref(self._paged.symbol)])
        return _class(module, schemas.filter, schemas.filter.fields, [module.ref(self._kernel.base)])

    def _adapter(self, module: Module, schemas: Schemas) -> str:
        return f"{schemas.adapter.name} = TypeAdapter(list[{schemas.entity.symbol.name}])"

    def _text(self, module: Module, parts: list[str]) -> str:
        head = "from typing import Annotated, Any\n\nfrom pydantic import Field, TypeAdapter, computed_field\n"
        return (
            f'"""Schemas of {self._resource.name}."""\n\n{head}{module.imports()}\n\n\n' + "\n\n\n".join(parts) + "\n"
        )


def _class(module: Module, schema: Schema, own: tuple[Field, ...], bases: list[str], *more: str) -> str:
    """A class with its own fields written in one of the ways that mean the same to a reader of its names."""
    lines = Lines()
    with lines.block(f"class {schema.symbol.name}({', '.join(bases)}):"):
        lines.add(f'"""What a client sees of it: {schema.symbol.name}."""', "")
        for field in own:
            lines.add(_field(module.rng, field))
        lines.add("", *more)
    return lines.text().rstrip()


def _field(rng: Random, field: Field) -> str:
    annotation = f'"{field.annotation}"' if rng.random() < 0.1 else field.annotation
    match rng.randrange(6):
        case 0 if field.default is not None:
            return f'{field.name}: {annotation} = Field(default={field.default}, description="The {field.name}.")'
        case 1 if field.default is None:
            return f'{field.name}: {annotation} = Field(..., description="The {field.name}.")'
        case 2:
            default = f" = {field.default}" if field.default is not None else ""
            return f'{field.name}: Annotated[{field.annotation}, Field(description="The {field.name}.")]{default}'
        case _:
            return f"{field.name}: {annotation}" + (f" = {field.default}" if field.default is not None else "")
