"""OpenAPI with API Gateway's extensions: alone, as the Body of an API, or as SAM's definition."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ...declarations import PAYLOADS, Api, ApiKey, Authorizer, Iam, Place, Preflight, Public, Route, Unresolved
from ...names import DEFAULT
from ..cors import COMPUTED, cors_of, has_answer, mock
from ..nodes import Items, Node, Opaque, Table, child, entries, items, reason, text, texts
from ..reading import Reading
from . import authorizers, differences
from .lambdas import NotServed, Target, handler_behind
from .rest_api import whole_path
from .stacks import Stacks

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_DEEPEST = 10
ANY = "x-amazon-apigateway-any-method"


def read(reading: Reading, path: str) -> tuple[Route, ...]:
    """The routes of a document that stands alone."""
    document = reading.document(path)
    if document is None:
        return ()
    if not isinstance(child(document, "paths"), Table):
        reading.report(Place(path), "CG151", "the file is no OpenAPI document: it has no paths")
        return ()
    name = reading.options.api or text(child(document, "info", "title")) or path
    return tuple(whole(Stacks(reading), document, Api(name, _kind(document))).routes())


def _kind(document: Node) -> str:
    """http where something stands in the document that only an HTTP API has."""
    for _, item in entries(child(document, "paths")):
        for _, operation in entries(item):
            version = text(child(operation, "x-amazon-apigateway-integration", "payloadFormatVersion"))
            if version == "2.0":
                return "http"
    schemes = entries(child(document, "components", "securitySchemes"))
    kinds = {text(child(scheme, "x-amazon-apigateway-authorizer", "type")) for _, scheme in schemes}
    return "http" if "jwt" in kinds or child(document, "x-amazon-apigateway-cors") is not None else "rest"


def is_method(key: str) -> bool:
    """Whether a key of a path names an operation."""
    return key.lower() in _METHODS or key == ANY


def whole(stacks: Stacks, root: Node, api: Api, named: Mapping[str, Authorizer] | None = None) -> "Document":
    """The document of an API; its values are resolved. `named` are authorizers that stand beside it."""
    paths = child(root, "paths")
    for part in (root, paths):
        if part is not None and not isinstance(part, Table):
            hint = (
                "keep the document in the code base, at a path seen from the template, or state the routes in a table"
            )
            stacks.reading.report(part.place, "CG156", f"the paths of {api.name} are not known: {reason(part)}", hint)
    binary = differences.known_types(stacks.reading, child(root, "x-amazon-apigateway-binary-media-types"))
    cors = child(root, "x-amazon-apigateway-cors")
    api = replace(api, binary_types=api.binary_types or binary)
    if api.kind == "http":
        differences.unknown_cors(stacks.reading, cors)
        api = replace(api, cors=api.cors or cors_of(stacks.reading, cors))
    elif cors is not None and isinstance(root, Table):
        message = "x-amazon-apigateway-cors is of HTTP APIs: no preflight of a REST API is answered by it"
        stacks.reading.report(root.at("x-amazon-apigateway-cors"), "CG256", message)
    differences.of_document(stacks.reading, root)
    found = Document(stacks, root, api, named or {})
    if api.kind == "rest":
        found = replace(found, api=replace(api, preflights=tuple(found.preflights())))
    if api.kind == "rest" and child(root, "security") is not None and isinstance(root, Table):
        message = "API Gateway ignores a `security` at the root of a REST API: operations without their own are public"
        stacks.reading.report(root.at("security"), "CG253", message, "write it at each operation")
    return found


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI document, and the API that it defines."""

    stacks: Stacks
    root: Node
    api: Api
    named: Mapping[str, Authorizer]

    def routes(self) -> Iterator[Route]:
        """A route for each operation that a function serves."""
        paths = child(self.root, "paths")
        for path, item in entries(paths):
            if isinstance(paths, Table):
                yield from self.path(path, self.followed(item), paths.at(path))

    def declared(self) -> Iterator[tuple[str, str]]:
        """The methods and paths of all operations, whatever serves them."""
        for path, item in entries(child(self.root, "paths")):
            for key, _ in entries(self.followed(item)):
                if is_method(key):
                    yield ("ANY" if key == ANY else key.upper()), path

    def followed(self, node: Node | None, depth: int = 0) -> Node | None:
        """What a `$ref` leads to: a part of the same document, as API Gateway takes it."""
        target = child(node, "$ref")
        if node is None or target is None:
            return node
        said = text(target) or ""
        keys = [key.replace("~1", "/").replace("~0", "~") for key in said[2:].split("/")]
        found = child(self.root, *keys) if said.startswith("#/") and depth < _DEEPEST else None
        if found is not None:
            return self.followed(found, depth + 1)
        elsewhere = "lies in another document, which API Gateway does not follow: bundle them into one"
        why = elsewhere if said and not said.startswith("#") else "leads nowhere"
        return Opaque(f"{said or '$ref'} {why}", target.place)

    def preflights(self) -> Iterator[Preflight]:
        """What MOCK integrations answer to OPTIONS."""
        for path, item in entries(child(self.root, "paths")):
            for key, operation in entries(self.followed(item)):
                integration = self.followed(child(operation, "x-amazon-apigateway-integration"))
                if key.lower() == "options" and (text(child(integration, "type")) or "").upper() == "MOCK":
                    guarded = not isinstance(self.guard(operation, operation.place)[0], Public)
                    found = mock(path, integration, guarded)
                    if found is not None:
                        yield found
                    elif has_answer(integration):
                        self.stacks.reading.report(operation.place, "CG256", f"OPTIONS {path} {COMPUTED}")

    def path(self, path: str, item: Node | None, place: Place) -> Iterator[Route]:
        if isinstance(item, Opaque):
            place = item.place
            self.stacks.reading.report(place, "CG156", f"the operations of {path} are not known: {item.reason}")
        for key, operation in entries(item):
            at = item.at(key) if isinstance(item, Table) else operation.place
            if is_method(key):
                yield from self.operation("ANY" if key == ANY else key.upper(), path, operation, at)
            elif child(operation, "x-amazon-apigateway-integration") is not None:
                message = f"{path} has an operation {key}, which is no method of API Gateway"
                self.stacks.reading.report(at, "CG156", message)

    def operation(self, method: str, path: str, operation: Node, place: Place) -> Iterator[Route]:
        integration = self.followed(child(operation, "x-amazon-apigateway-integration"))
        label = f"{method} {path}"
        reading = self.stacks.reading
        report, written = reading.report, child(integration, "type")
        if written is not None and text(written) is None:
            report(written.place, "CG156", f"the integration of {label} is not known: {reason(written)}")
            return
        kind = (text(written) or "").upper()
        unknown = next((one for one in (operation, integration) if isinstance(one, Opaque)), None)
        if unknown is not None:
            report(unknown.place, "CG156", f"the integration of {label} is not known: {unknown.reason}")
            return
        if method == "OPTIONS" and kind == "MOCK" and mock(path, integration, is_guarded=False) is not None:
            return  # one of `preflights`
        if integration is not None and kind != "AWS_PROXY":
            said = f"{label} has the integration {kind or 'unknown'}: no function serves it"
            reading.not_served(self.api, method, path, integration.place, said)
            return
        handler = self.handler(operation, integration, place)
        if isinstance(handler, NotServed):
            reading.not_served(self.api, method, path, place, f"{label} is not served: {handler.reason}")
            return
        authorizer, scopes, needs_key = self.guard(operation, place)
        yield Route(
            api=self.api,
            method=method,
            path=DEFAULT if path == "/$default" else whole_path(path) if self.api.kind == "rest" else path,
            handler=handler,
            authorizer=authorizer,
            place=place,
            scopes=scopes,
            payload=reading.word(
                child(integration, "payloadFormatVersion"), f"the payload format of {label}", "1.0", PAYLOADS
            ),
            needs_key=needs_key,
        )

    def handler(self, operation: Node, integration: Node | None, place: Place) -> Target:
        name = text(child(operation, "operationId"))
        named = None if name is None else self.stacks.reading.named(name, place)
        if named is not None:
            return named
        if integration is None:
            return NotServed("it has no x-amazon-apigateway-integration")
        uri = child(integration, "uri")
        return handler_behind(self.stacks, uri, integration.place if uri is None else uri.place)

    def guard(self, operation: Node, place: Place) -> tuple[Authorizer, tuple[str, ...], bool]:
        """The authorizer of an operation, the scopes, and whether an API key is asked for beside it."""
        authorizer, scopes, needs_key = self.secured(operation, place)
        written = child(operation, "x-amazon-apigateway-auth")
        written = child(written, "type") if isinstance(written, Table) else written
        kind = text(written)
        if written is not None and kind is None:
            return Unresolved(f"the authorization is not known: {reason(written)}", written.place), (), False
        if kind is not None and kind.upper() == "AWS_IAM":
            return Iam(), (), needs_key or isinstance(authorizer, ApiKey)
        return authorizer, scopes, needs_key

    def secured(self, operation: Node, place: Place) -> tuple[Authorizer, tuple[str, ...], bool]:
        """What the security of an operation says."""
        written = child(operation, "security")
        if written is None and self.api.kind == "http":
            written = child(self.root, "security")
        if written is None:
            return Public(), (), False
        if not isinstance(written, Items):
            place = written.place if isinstance(written, Opaque) else place
            return Unresolved(f"the security is not known: {reason(written)}", place), (), False
        return self.required(written, place)

    def required(self, written: Items, place: Place) -> tuple[Authorizer, tuple[str, ...], bool]:
        found: list[tuple[Authorizer, tuple[str, ...]]] = []
        for requirement in written.items:
            if not isinstance(requirement, Table) or not requirement.entries:
                return Unresolved("a security requirement is empty: who may call is not known", place), (), False
            for name, scopes in requirement.entries.items():
                unknown = next((one for one in items(scopes) if text(one) is None), None)
                if unknown is not None:
                    return Unresolved(f"a scope of {name} is not known: {reason(unknown)}", unknown.place), (), False
                pair = self.scheme(name, requirement.at(name)), texts(scopes)
                found += [] if pair in found else [pair]
        keys = [pair for pair in found if isinstance(pair[0], ApiKey)]
        others = [pair for pair in found if not isinstance(pair[0], ApiKey | Public)]
        if len(others) > 1:
            return Unresolved("an operation has several authorizers", place), (), False
        if others:
            return others[0][0], others[0][1], bool(keys)
        return (ApiKey() if keys else Public()), (), False

    def scheme(self, name: str, place: Place) -> Authorizer:
        if name in self.named:
            return self.named[name]
        for schemes in (child(self.root, "components", "securitySchemes"), child(self.root, "securityDefinitions")):
            scheme = self.followed(child(schemes, name))
            if scheme is not None and isinstance(schemes, Table):
                return authorizers.of_security_scheme(self.stacks, name, scheme, schemes.at(name))
        return Public() if name == "NONE" else Unresolved(f"there is no security scheme {name}", place)
