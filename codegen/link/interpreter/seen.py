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
class QueryName:
    """A parameter that is read by its name: `many` for all of its values. `kinds` are the types that it is converted
    to, `words` the texts that it is compared with ("?" for others), `defaults` what stands for it where it is not
    sent."""

    many: bool = False
    kinds: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    defaults: set[str | int | float] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class QueryRead:
    """`names` are parameters that are read one by one."""

    schema: v.Value | None
    multi_value: bool
    limit: v.Value | None
    sort: v.Value | None
    names: dict[str, QueryName]
    spot: Spot
    as_sent: bool = False


@dataclass(eq=False, slots=True)
class Seen:
    """What a handler does to the request. `headers` have the names that are read, by the same in lower case.

    `may_read_body`: the request goes where its parts are not followed. `event_keys` are those of the event that are
    read; `is_undecided`: a condition asks which route a request has, and the text does not decide it. `runs` are
    functions that an event loop runs, `handed` those that some other library is given on the way in. `raised` are
    errors that nothing around them catches. `body_reads` are the keys of the body that are read one by one,
    `part_writes` the parts of it that are written into.
    """

    path_reads: dict[str, Spot] = field(default_factory=dict)
    way: v.Way = field(default_factory=v.Way)
    queries: list[QueryRead] = field(default_factory=list)
    headers: dict[str, Header] = field(default_factory=dict)
    body: Spot | None = None
    may_read_body: bool = False
    body_reads: dict[str, Spot] = field(default_factory=dict)
    part_writes: dict[str, Spot] = field(default_factory=dict)
    event_keys: set[str] = field(default_factory=set)
    is_undecided: bool = False
    uses: list[v.Use] = field(default_factory=list)
    permissions: list[tuple[v.Value, Spot]] = field(default_factory=list)
    runs: list[tuple[v.Value, Spot]] = field(default_factory=list)
    handed: list[tuple[v.Value, Spot]] = field(default_factory=list)
    raised: list[v.Value] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def schema_query(self, schema: v.Value, part: v.EventPart, spot: Spot) -> None:
        """Query parameters that a schema validates without the helper."""
        if not any(read.schema is schema for read in self.queries):
            many = part.part.startswith("multi")
            self.queries.append(QueryRead(schema, many, None, None, {}, spot, as_sent=not part.renamed))

    def header(self, name: str) -> None:
        """A header that is read by its name."""
        self.headers.setdefault(name.lower(), Header(name))

    def direct_query(self, name: str, multi_value: bool, spot: Spot) -> QueryName:
        """A query parameter that is read by its name, without a filter schema."""
        read = next((read for read in self.queries if read.schema is None), None)
        if read is None:
            read = QueryRead(None, multi_value, None, None, {}, spot)
            self.queries.append(read)
        found = read.names.setdefault(name, QueryName())
        found.many = found.many or multi_value
        read.multi_value = read.multi_value or multi_value
        return found

    def query_name(self, value: v.Value) -> QueryName:
        """What is known of the parameter that a value is; of another value, a name that is not kept."""
        name = value.name if isinstance(value, v.QueryValue) else ""
        return next((read.names[name] for read in self.queries if name in read.names), QueryName())
