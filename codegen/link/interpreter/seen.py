"""The record of interpreting a handler, apart from the values themselves."""

from dataclasses import dataclass, field

from ...diagnostics import Finding, Spot
from ...model import Header
from . import values as v


@dataclass(frozen=True, slots=True)
class HelperNames:
    """Functions of the code base whose meaning is known, by name."""

    path_parameter: frozenset[str]
    query_filters: frozenset[str]
    request_body: frozenset[str]
    body_with: frozenset[tuple[str, str]]
    has_permission: frozenset[str]
    header: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class QueryRead:
    """`names` are parameters that are read one by one, with whether all of their values are."""

    schema: v.Value | None
    multi_value: bool
    limit: v.Value | None
    sort: v.Value | None
    names: dict[str, bool]
    spot: Spot
    as_sent: bool = False


@dataclass(eq=False, slots=True)
class Seen:
    """What a handler does to the request. `headers` have the names that are read, by the same in lower case.

    `may_read_body`: the request goes where its parts are not followed. `runs` are functions that an event loop runs,
    `handed` those that some other library is given on the way in.
    """

    path_reads: dict[str, Spot] = field(default_factory=dict)
    way: v.Way = field(default_factory=v.Way)
    queries: list[QueryRead] = field(default_factory=list)
    headers: dict[str, Header] = field(default_factory=dict)
    body: Spot | None = None
    may_read_body: bool = False
    uses: list[v.Use] = field(default_factory=list)
    permissions: list[tuple[v.Value, Spot]] = field(default_factory=list)
    runs: list[tuple[v.Value, Spot]] = field(default_factory=list)
    handed: list[tuple[v.Value, Spot]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def schema_query(self, schema: v.Value, part: v.EventPart, spot: Spot) -> None:
        """Query parameters that a schema validates without the helper."""
        if not any(read.schema is schema for read in self.queries):
            many = part.part.startswith("multi")
            self.queries.append(QueryRead(schema, many, None, None, {}, spot, as_sent=not part.renamed))

    def header(self, name: str) -> None:
        """A header that is read by its name."""
        self.headers.setdefault(name.lower(), Header(name))

    def direct_query(self, name: str, multi_value: bool, spot: Spot) -> None:
        """A query parameter that is read by its name, without a filter schema."""
        for read in self.queries:
            if read.schema is None:
                read.names[name] = read.names.get(name, False) or multi_value
                read.multi_value = read.multi_value or multi_value
                return
        self.queries.append(QueryRead(None, multi_value, None, None, {name: multi_value}, spot))
