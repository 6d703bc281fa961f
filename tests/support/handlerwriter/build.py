"""The state of one handler module while its parts are written, each by a function of another module."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random

from tests.support.handlerwriter.context import Kit
from tests.support.handlerwriter.kernel import Kernel
from tests.support.handlerwriter.layout import Layout
from tests.support.handlerwriter.operations import Operation
from tests.support.handlerwriter.schemas import Schemas
from tests.support.handlerwriter.source import Lines, Module
from tests.support.handlerwriter.truth import PathParameter, Query, Request, Response, Symbol
from tests.support.handlerwriter.words import Resource


@dataclass(frozen=True, slots=True)
class World:
    """What all handlers of a context share."""

    layout: Layout
    kernel: Kernel
    kit: Kit
    kits: tuple[Kit, ...]


@dataclass(slots=True)
class Build:
    rng: Random
    world: World
    resource: Resource
    schemas: Schemas
    operation: Operation
    module: Module
    body: Lines = field(default_factory=Lines)
    top: list[str] = field(default_factory=list)
    bottom: list[str] = field(default_factory=list)
    stack: ExitStack = field(default_factory=ExitStack)
    # names of local variables
    user: str | None = None
    row: str | None = None
    payload: str | None = None
    payload_class: Symbol | None = None
    filters: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    # the truth so far
    auth: str | None = None
    auth_factory: str | None = None
    permissions: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    parameters: list[PathParameter] = field(default_factory=list)
    query: Query | None = None
    request: Request | None = None
    response: Response | None = None
    sample_path: dict[str, str] = field(default_factory=dict)
    sample_body: str | None = None

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def local(self, *preferred: str) -> str:
        return self.module.take(*preferred)

    def q(self, text: str) -> str:
        return self.module.q(text)

    def dumps(self) -> str:
        return self.module.std(
            ("import json", "json.dumps"), ("import json", "json.dumps"), ("from json import dumps", "dumps")
        )

    def loads(self) -> str:
        return self.module.std(
            ("import json", "json.loads"), ("import json", "json.loads"), ("import json as {}js|json_lib", "{}.loads")
        )

    def raise_value_error(self, condition: str, text: str) -> None:
        """The guard that follows a value that was read."""
        with self.body.block(f"if {condition}:"):
            self.body.add(f"raise ValueError({self.q(text)})")
