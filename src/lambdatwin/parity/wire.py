"""A request with every header line that goes over the socket, and an answer as it came back."""

from dataclasses import dataclass
from urllib.parse import quote

from .requests import Request

REQUEST_ID_HEADER = "X-Parity-Request-Id"


@dataclass(frozen=True, slots=True)
class Sent:
    """Both runtimes get exactly this."""

    id: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        """The target's path, percent-encoded as it was sent."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target's query, percent-encoded as it was sent."""
        return self.target.partition("?")[2]

    def values(self, name: str) -> list[str]:
        """The values of a header, in order, without the blanks around them; `name` is lower-case."""
        return [value.strip(" \t") for key, value in self.headers if key.lower() == name]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A part of an answer that no source tells: `status`, `body`, a header's lower-case name, or `answer` for all."""

    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are lower-case, in the order in which they came. `undecided` are parts that say nothing of AWS;
    `failure` is what the function raised, of which a client sees nothing."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    undecided: tuple[Undecided, ...] = ()
    failure: str = ""


def prepared(request: Request, authorization: str | None, host: str, token_at: str = "") -> Sent:
    """The lines a plain HTTP/1.1 client would add; a header of the request stands before one of ours. `token_at` is an
    identity source, where it is not the Authorization header."""
    given = {name.lower() for name, _ in request.headers}
    added = [("Host", host), ("User-Agent", "parity"), ("Accept", "*/*"), (REQUEST_ID_HEADER, request.id)]
    place, _, name = token_at.rpartition(".")
    target = request.target
    if authorization is not None and place.endswith("querystring"):
        target += f"{'&' if '?' in target else '?'}{quote(name)}={quote(authorization)}"
    elif authorization is not None:
        added.append((name or "Authorization", authorization))
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        added.append(("Content-Length", str(len(request.body))))
    lines = tuple((name, value) for name, value in added if name.lower() not in given)
    return Sent(request.id, request.method, target, lines + request.headers, request.body)
