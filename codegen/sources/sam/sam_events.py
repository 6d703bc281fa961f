"""Events of SAM that lead to an API, and what each does to the document of its API."""

from dataclasses import dataclass, replace

from ...declarations import Place, Unresolved
from ...names import DEFAULT
from ..cloudformation import openapi
from ..cloudformation.intrinsics import Resource
from ..cloudformation.stacks import Stacks
from ..nodes import Items, Node, Opaque, Reference, Table, child, is_null, reason, text
from . import sam_auth
from .sam_auth import Auth, with_entry, with_operation

IMPLICIT = {"Api": "ServerlessRestApi", "HttpApi": "ServerlessHttpApi"}
_INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True, slots=True)
class Event:
    """An event that leads to an API. `auth` is its Auth as SAM reads it.

    `is_there` is False for one of a function whose condition does not hold: SAM, which evaluates no conditions, puts
    its Auth on the operation of a document nevertheless.
    """

    function: Resource
    what: str
    kind: str
    properties: Node | None
    place: Place
    auth: Table | Opaque | None
    is_there: bool = True
    method: str = ""
    path: str = ""

    @property
    def key(self) -> str:
        """The key of the operation in a document."""
        return openapi.ANY if self.method == "ANY" else self.method.lower()

    @property
    def overrides(self) -> bool:
        return sam_auth.flag(self.auth, "OverrideApiAuth", False) is not False


def api_named(event: Event) -> tuple[tuple[str, str], Node | None]:
    """The stack and the name of the API that an event leads to, and what names it: the stack's implicit one without."""
    node = child(event.properties, "RestApiId" if event.kind == "Api" else "ApiId")
    stack = event.function.stack.name
    if node is None:
        return (stack, IMPLICIT[event.kind]), None
    return (node.stack, node.name) if isinstance(node, Reference) else (stack, text(node) or "imported"), node


def routed(stacks: Stacks, event: Event, is_merged: bool) -> Event | None:
    """The event with its method and path; None where they are not known."""
    found = _method_and_path(event)
    if is_merged and (text(child(event.properties, "Method")) or "").lower() == "any":
        message = "SAM writes the method any into a merged document, where API Gateway knows none: use " + openapi.ANY
        found = Unresolved(message, event.place)
    if isinstance(found, Unresolved):
        stacks.reading.report(found.place, "CG156", f"{event.what}: {found.reason}")
        return None
    return replace(event, method=found[0], path=found[1])


def _method_and_path(event: Event) -> tuple[str, str] | Unresolved:
    kind, method, path = event.kind, child(event.properties, "Method"), child(event.properties, "Path")
    if kind == "HttpApi" and method is None and path is None:
        return "ANY", DEFAULT
    for what, node in (("method", method), ("path", path)):
        if text(node) is None:
            place = event.place if node is None else node.place
            return Unresolved(f"the {what} is not known: {reason(node)}", place)
    verb = (text(method) or "").upper()
    return ("ANY" if verb == "X-AMAZON-APIGATEWAY-ANY-METHOD" else verb), text(path) or ""


def merged(stacks: Stacks, auth: Auth, is_merged: bool, root: Node, event: Event) -> tuple[Node, Node | None, bool]:
    """The document after an event, the security of the event's operation, and whether the event makes a route."""
    written = child(root, "paths", event.path, event.key)
    asked, security = auth.asked(event.auth), child(written, "security")
    if not isinstance(written, Table):
        if event.kind == "Api" and not is_merged:
            message = f"{event.what}: OverrideApiAuth finds no {event.method} {event.path} in the document"
            stacks.reading.report(event.place, "CG156", message)
            return root, None, False
        return root, joined(None, asked), True
    if is_merged and event.is_there:
        # SAM makes an operation of the event alone, and puts it over the document's, key by key.
        own = joined(None, asked)
        return with_operation(root, event.path, event.key, None), security if own is None else own, True
    security = joined(security, asked)
    if event.kind == "HttpApi" and not _says(child(written, _INTEGRATION)):
        return with_operation(root, event.path, event.key, None), security, True
    return (
        with_operation(root, event.path, event.key, _with_payload(with_entry(written, "security", security), event)),
        None,
        False,
    )


def _says(node: Node | None) -> bool:
    """Whether an integration is there and says anything."""
    return node is not None and not is_null(node) and not (isinstance(node, Table) and not node.entries)


def joined(written: Node | None, asked: Node) -> Node | None:
    """The security of an operation with what an event adds to it."""
    if not isinstance(asked, Items):
        return asked
    if not asked.items:
        return written
    if written is None or is_null(written):
        return asked
    return Items((*written.items, *asked.items), asked.place) if isinstance(written, Items) else written


def _with_payload(operation: Table, event: Event) -> Table:
    version, integration = child(event.properties, "PayloadFormatVersion"), child(operation, _INTEGRATION)
    if version is None or not isinstance(integration, Table):
        return operation
    return with_entry(operation, _INTEGRATION, with_entry(integration, "payloadFormatVersion", version))
