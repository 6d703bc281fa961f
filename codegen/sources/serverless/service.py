"""serverless.yml: functions with `http` and `httpApi` events."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from ...declarations import (
    MEGABYTES,
    PAYLOADS,
    SECONDS,
    TTL,
    Api,
    Authorizer,
    Cognito,
    Handler,
    Iam,
    LambdaAuthorizer,
    Place,
    Preflight,
    Public,
    Route,
    Unresolved,
    with_identity,
    with_known_form,
)
from ...names import DEFAULT
from ..cloudformation import authorizers, differences
from ..cloudformation.lambdas import NO_LIMIT, NotServed, Target, environment_of, other_runtime
from ..cloudformation.stacks import Stacks
from ..nodes import Items, Node, Opaque, Reference, Scalar, Table, child, entries, is_null, items, reason, text, truth
from ..reading import Reading, Variables, below, folder_of
from . import cors
from .variables import Service, merged_tables

# Seconds and megabytes: what the framework sets.
_TIMEOUT, _TTL, _MEMORY = 6, 300, 1024
# And the runtime, where none is stated.
_RUNTIME = "nodejs16.x"
_PROXY = ("lambda-proxy", "aws-proxy", "lambda_proxy", "aws_proxy")
_PAYLOAD = "the payload format"
_HEADER = ("method.request.header.Authorization",)
# The keys of an event without which a route is public.
_GUARDS = ("authorizer", "private")


def read(reading: Reading, path: str) -> tuple[Route, ...]:
    """The routes of a service."""
    root = reading.document(path)
    if root is None:
        return ()
    if not isinstance(root, Table) or not root.entries.keys() & {"functions", "provider", "service"}:
        reading.report(Place(path), "CG151", "the file is no serverless.yml: it has no service")
        return ()
    service = Service(reading, path, root, dict(reading.options.parameters))
    return tuple(_Reader.of(reading, service, path).routes())


@dataclass(frozen=True, slots=True)
class _Reader:
    """`service` is what the framework puts in front of the names of functions."""

    reading: Reading
    folder: str
    provider: Node
    functions: dict[str, tuple[Node, Place]]
    layers: Node | None
    stacks: Stacks
    rest: Api
    http: Api
    payload: str
    service: str

    @staticmethod
    def of(reading: Reading, service: Service, path: str) -> "_Reader":
        provider = service.get("provider") or Table({}, Place(path))
        functions = {key: (value, place) for key, value, place in merged_tables(service.get("functions"))}
        whole = service.get("functions")
        for what, part in (("provider", provider), *(("table of functions", part) for part in items(whole))):
            if isinstance(part, Opaque):
                reading.report(part.place, "CG156", f"the {what} is not known: {part.reason}")
        resources = service.get("resources")
        found = list(merged_tables(Items(tuple(_sections(resources)), provider.place)))
        stacks = Stacks(reading)
        places = {name: place for name, _, place in found}
        own = Table({name: node for name, node, _ in found}, provider.place, places)
        stacks.add_root("", path, Table({"Resources": own}, provider.place), {})
        methods = (
            _method_and_path("httpApi", said)
            for function, _ in functions.values()
            for said in _events(function, "httpApi")
        )
        allowed = cors.http_policy(
            reading, child(provider, "httpApi", "cors"), [one[0] for one in methods if not isinstance(one, Unresolved)]
        )
        binary = differences.known_types(reading, child(provider, "apiGateway", "binaryMediaTypes"))
        rest = Api(
            _shared(child(provider, "apiGateway", "restApiId"), "ApiGatewayRestApi"), "rest", service.stage(), binary
        )
        _tell_plugins(reading, service, rest)
        http = Api(_shared(child(provider, "httpApi", "id"), "HttpApi"), "http", DEFAULT, cors=allowed)
        payload = reading.word(child(provider, "httpApi", "payload"), _PAYLOAD, "2.0", PAYLOADS)
        layers = service.get("layers")
        folder = folder_of(path)
        said = service.get("service")
        prefix = f"{text(said) or text(child(said, 'name')) or 'service'}-{service.stage()}"
        return _Reader(reading, folder, provider, functions, layers, stacks, rest, http, payload, prefix)

    def routes(self) -> Iterator[Route]:
        """All routes, with the preflights that the framework makes of `cors`."""
        events = [said for function, _ in self.functions.values() for said in _events(function, "http")]
        differences.of_service(self.reading, self.provider, events)
        stage = child(self.provider, "stage")
        differences.unknown(self.reading, stage, f"the stage: it is called {self.rest.stage} here")
        policy = child(self.provider, "httpApi", "cors")
        differences.unknown_cors(self.reading, policy, *(child(one, "cors") for one in events))
        for resource in self.stacks.found.values():
            differences.of_resource(self.reading, resource)
        preflights = tuple(self.preflights())
        for route in self.agreed(self.declared()):
            is_rest = route.api == self.rest
            yield replace(route, api=replace(self.rest, preflights=preflights)) if is_rest else route

    def agreed(self, routes: Iterable[Route]) -> Iterator[Route]:
        """The routes; those of a REST API whose authorizers are called alike, and are not the same, are refused: the
        framework makes one authorizer of them, which is none of both."""
        found = list(routes)
        named: dict[str, set[Authorizer]] = {}
        for route in found:
            if route.api == self.rest and isinstance(route.authorizer, Cognito | LambdaAuthorizer):
                named.setdefault(route.authorizer.name, set()).add(route.authorizer)
        for route in found:
            name = getattr(route.authorizer, "name", "")
            if route.api == self.rest and len(named.get(name, ())) > 1:
                message = f"several events name the authorizer {name}, each with other settings"
                yield replace(route, authorizer=Unresolved(message, route.place))
            else:
                yield route

    def preflights(self) -> Iterator[Preflight]:
        written: dict[str, list[tuple[str, Node]]] = {}
        explicit: set[str] = set()
        for function, _ in self.functions.values():
            for said in _events(function, "http"):
                routed, asked = _method_and_path("http", said), child(said, "cors")
                if isinstance(routed, Unresolved):
                    continue
                path = routed[1].rstrip("/") or "/"
                if routed[0] == "OPTIONS":
                    explicit.add(path)
                if asked is not None and truth(asked) is not False:
                    written.setdefault(path, []).append((routed[0], asked))
        for path, found in written.items():
            if path not in explicit:
                yield cors.preflight(path, found)

    def declared(self) -> Iterator[Route]:
        """All routes as they stand in the file."""
        for name, (function, place) in self.functions.items():
            if isinstance(function, Opaque):
                self.reading.report(place, "CG156", f"the function {name} is not known: {function.reason}")
            if child(function, "url") is not None and truth(child(function, "url")) is not False:
                self.reading.report(place, "CG350", f"the function URL of {name} is not served")
            events = child(function, "events")
            for event in items(events):
                yield from self.event(name, function, event)

    def event(self, name: str, function: Node, event: Node) -> Iterator[Route]:
        if isinstance(event, Opaque):
            self.reading.report(event.place, "CG156", f"an event of {name} is not known: {event.reason}")
        for kind, said in entries(event):
            place = event.at(kind) if isinstance(event, Table) else said.place
            if kind in ("websocket", "alb"):
                what = "a WebSocket" if kind == "websocket" else "a load balancer"
                self.reading.report(place, "CG350", f"{what} leads to {name}: it is not served")
            elif kind in ("http", "httpApi"):
                yield from self.route(name, function, kind, said, place)

    def route(self, name: str, function: Node, kind: str, said: Node, place: Place) -> Iterator[Route]:
        routed = _method_and_path(kind, said)
        if isinstance(routed, Unresolved):
            self.reading.report(place, "CG156", f"an event of {name}: {routed.reason}")
            return
        self.tell_misspelled(f"an event of {name}", said)
        method, path = routed
        label = f"{method} {path}"
        # A call that the framework makes an event of is no proxy's, if nothing else is stated.
        is_async = child(said, "async")
        differences.unknown(self.reading, is_async, f"whether {label} is async: its answer is waited for here")
        default = "aws" if truth(is_async) is True else _PROXY[0]
        integration = self.reading.word(child(said, "integration"), f"the integration of {label}", default).lower()
        api = self.rest if kind == "http" else self.http
        if kind == "http" and integration not in _PROXY:
            message = f"{label} has the integration {integration}: it is not served"
            self.reading.not_served(api, method, path, place, message)
            return
        handler = self.handler(name)
        if isinstance(handler, NotServed):
            self.reading.not_served(api, method, path, place, f"{label} is not served: {handler.reason}")
            return
        written = child(said, "authorizer")
        is_rest = kind == "http"
        declared = self.rest_authorizer(written) if is_rest else self.http_authorizer(written)
        asked = self.resolved(child(written, "scopes")), child(said, "private") if is_rest else None
        authorizer, scopes, needs_key = authorizers.guard(declared, *asked)
        yield Route(
            api=api,
            method=method,
            path=path,
            handler=handler,
            authorizer=authorizer,
            place=place,
            scopes=scopes,
            payload="1.0"
            if is_rest
            else self.reading.word(child(function, "httpApi", "payload"), _PAYLOAD, self.payload, PAYLOADS),
            needs_key=needs_key,
        )

    def tell_misspelled(self, what: str, said: Node) -> None:
        """The framework only warns of a key that it does not know (plugins add some), and the route is public then."""
        for key in sorted({key for key, _ in entries(said)} - set(_GUARDS)):
            for meant in get_close_matches(key.lower(), _GUARDS, 1, 0.8):
                message = f"{what} has a key {key}, which the framework does not know: it is called {meant}"
                self.reading.report(said.at(key) if isinstance(said, Table) else said.place, "CG156", message)

    def handler(self, name: str) -> Target:
        """The code of a function of the service."""
        found = self._handler(name)
        return found if isinstance(found, NotServed) else replace(found, key=name)

    def _handler(self, name: str) -> Target:
        function, place = self.functions[name]
        said = child(function, "handler")
        at = place if said is None else said.place
        image = child(function, "image") is not None
        runtime = _stated(function, "runtime") or _stated(self.provider, "runtime")
        runtime = runtime or (None if image or isinstance(self.provider, Opaque) else Scalar(_RUNTIME, at))
        other = other_runtime(self.reading, name, runtime)
        if other is not None:
            return other
        called = child(function, "name")
        own = f"{self.service}-{name}"
        differences.unknown(self.reading, called, f"the name of the function {name}: it is called {own} here")
        named = self.reading.named(name, at)
        if text(said) is None and named is None:
            return Unresolved("it is an image" if image else f"the handler of {name} is not known: {reason(said)}", at)
        root = below(self.folder, text(child(function, "module")) or ".")
        found = named or self.reading.handler(text(said) or "", root or "", at, self.layers_of(function))
        if isinstance(found, Unresolved):
            return found
        region = text(child(self.provider, "region"))
        both: Variables = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION") if region else (), (region, at))
        for said in (child(self.provider, "environment"), child(function, "environment")):
            both |= environment_of(self.reading, self.resolved(said), name)
            for key in [key for key, value in entries(said) if is_null(value)]:
                both.pop(key, None)  # the framework leaves it out, though the provider has it
        timeout = self.limit(function, "timeout", SECONDS, _TIMEOUT, NO_LIMIT)
        memory = self.limit(function, "memorySize", MEGABYTES, _MEMORY, "the smallest counts here")
        seconds = None if timeout is None else float(timeout)
        found = replace(found, name=text(called) or own, timeout=seconds, memory=memory)
        return self.reading.with_variables(found, both)

    def limit(self, function: Node, name: str, bounds: tuple[int, int], default: int, instead: str) -> int | None:
        """What a function may take, as it says itself, or the provider for all; None if only the deploy tells."""
        said = next((one for at in (function, self.provider) if (one := _stated(at, name)) is not None), None)
        return default if said is None else self.reading.number(said, name, *bounds, instead)

    def layers_of(self, function: Node) -> tuple[str, ...]:
        own = child(function, "layers")
        written = own if own is not None else child(self.provider, "layers")
        known = {f"{_logical(name)}LambdaLayer": text(child(layer, "path")) for name, layer in entries(self.layers)}
        said = (known.get(text(child(layer, "Ref")) or "") for layer in items(written))
        return self.reading.layered([None if path is None else below(self.folder, path) for path in said])

    def rest_authorizer(self, written: Node | None) -> Authorizer:
        """The authorizer of an `http` event: a function of the service, an ARN, or a table of these."""
        if written is None:
            return Public()
        said = text(written)
        if said is not None:
            return self.named(said, "token", (), _TTL, written.place)
        if not isinstance(written, Table):
            return Unresolved(f"the authorizer is not known: {reason(written)}", written.place)
        kind = (text(child(written, "type")) or "").upper()
        if kind == "AWS_IAM":
            return Iam()
        shared = child(written, "authorizerId")
        if shared is not None:
            return self.shared(shared)
        arn, name = child(written, "arn"), text(child(written, "name"))
        unknown = authorizers.untold(name or "?", child(written, "identitySource"), child(written, "type"))
        if unknown is not None:
            return unknown
        identity = authorizers.identity_sources(child(written, "identitySource"))
        if kind == "COGNITO_USER_POOLS" or ":cognito-idp:" in (text(arn) or ""):
            return with_identity(authorizers.user_pool(name or "pool", self.resolved(arn)), identity, written.place)
        ttl = self.reading.number(child(written, "resultTtlInSeconds"), "resultTtlInSeconds", *TTL)
        form, lasts = "request" if kind == "REQUEST" else "token", _TTL if ttl is None else ttl
        if arn is not None and text(arn) is None:
            referred = self.referred(arn)
            if referred is None and kind not in ("TOKEN", "REQUEST"):
                return Unresolved("the authorizer has no type, and its ARN names no function of the service", arn.place)
            if referred is None:
                why = Unresolved(f"its ARN names no function of the service: {reason(self.resolved(arn))}", arn.place)
                return LambdaAuthorizer(name or "authorizer", why, form, identity or _HEADER, lasts)
            name = referred
        found = self.named(text(arn) or name, form, identity, lasts, written.place)
        return (
            replace(found, name=name or found.name)
            if arn is not None and isinstance(found, LambdaAuthorizer)
            else found
        )

    def referred(self, arn: Node) -> str | None:
        """The function of the service whose resource a reference names."""
        found = self.stacks.by_name[""].resolve(arn)
        logical = found.name if isinstance(found, Reference) else None
        return next((name for name in self.functions if f"{_logical(name)}LambdaFunction" == logical), None)

    def resolved(self, node: Node | None) -> Node | None:
        """A value in which functions of CloudFormation may stand, which the framework hands on."""
        return None if node is None else self.stacks.by_name[""].resolve(node)

    def shared(self, node: Node) -> Authorizer:
        """An authorizer among the service's own resources."""
        return authorizers.declared(self.stacks, self.stacks.by_name[""].resolve(node), node.place)

    def named(
        self, said: str | None, form: str, identity: tuple[str, ...], ttl: int | None, place: Place
    ) -> Authorizer:
        if said is None:
            return Unresolved("the authorizer names no function", place)
        if said.lower() == "aws_iam":
            return Iam()
        if ":cognito-idp:" in said:
            return Cognito(said.rpartition("/")[2], (said,))
        sources = identity or _HEADER
        name = said.rpartition(":")[2] or "authorizer"
        return LambdaAuthorizer(name, self.function(said, place), form, sources, ttl)

    def function(self, said: str, place: Place) -> Handler | Unresolved:
        if said in self.functions:
            found = self.handler(said)
            return Unresolved(found.reason, place) if isinstance(found, NotServed) else found
        named = self.reading.named(said, place)
        return named or Unresolved(f"the service has no function {said}", place, said)

    def http_authorizer(self, written: Node | None) -> Authorizer:
        """The authorizer of an `httpApi` event: one of the provider's, by name."""
        if written is None:
            return Public()
        table = written if isinstance(written, Table) else None
        if (text(child(table, "type")) or text(written) or "").lower() == "aws_iam":
            return Iam()
        if child(table, "id") is not None:
            return self.shared(table.entries["id"]) if table is not None else Public()
        name = text(written) or text(child(table, "name"))
        if name is None:
            return Unresolved(f"the authorizer is not known: {reason(written)}", written.place)
        declared = child(self.provider, "httpApi", "authorizers", name)
        if declared is None:
            return Unresolved(f"the provider has no authorizer {name}", written.place)
        return self.provided(name, declared)

    def provided(self, name: str, declared: Node) -> Authorizer:
        if not isinstance(declared, Table):
            return Unresolved(f"the authorizer {name} is not known: {reason(declared)}", declared.place)
        issuer = child(declared, "issuerUrl")
        kind = (text(child(declared, "type")) or ("jwt" if issuer is not None else "")).lower()
        sources = authorizers.identity_sources(child(declared, "identitySource"))
        if kind == "jwt":
            jwt = authorizers.jwt(name, self.resolved(issuer), self.resolved(child(declared, "audience")))
            unknown = authorizers.untold(name, child(declared, "identitySource"))
            return unknown or with_identity(jwt, sources, declared.place)
        if kind != "request":
            return Unresolved(f"an authorizer of type {kind or 'unknown'} is not supported", declared.place)
        keys = ("identitySource", "payloadVersion", "enableSimpleResponses")
        unknown = authorizers.untold(name, *(child(declared, key) for key in keys))
        if unknown is not None:
            return unknown
        said = text(child(declared, "functionName")) or text(child(declared, "functionArn"))
        function = self.function(said or "?", declared.place)
        found = LambdaAuthorizer(
            name,
            function,
            "request",
            sources,
            self.reading.number(child(declared, "resultTtlInSeconds"), "resultTtlInSeconds", *TTL),
            text(child(declared, "payloadVersion")) or "2.0",
            truth(child(declared, "enableSimpleResponses")) is True,
        )
        return with_known_form(found, declared.place)


def _stated(node: Node, key: str) -> Node | None:
    """The value of a key that is not null."""
    found = child(node, key)
    return None if found is None or is_null(found) else found


def _events(function: Node, kind: str) -> Iterator[Node]:
    return (said for event in items(child(function, "events")) for key, said in entries(event) if key == kind)


def _tell_plugins(reading: Reading, service: Service, api: Api) -> None:
    """Notes the routes that plugins make of tables of their own, which lead to other services of AWS."""
    machines = entries(child(service.get("stepFunctions"), "stateMachines"))
    proxies = items(child(service.get("custom"), "apiGatewayServiceProxies"))
    made = [said for _, machine in machines for said in _events(machine, "http")]
    for said in (*made, *(said for proxy in proxies for _, said in entries(proxy))):
        routed = _method_and_path("http", said)
        if not isinstance(routed, Unresolved):
            message = f"{' '.join(routed)} is a plugin's, and leads to no function: it is not served"
            reading.not_served(api, *routed, said.place, message)


def _sections(resources: Node | None) -> Iterator[Node]:
    return (section for part in items(resources) if (section := child(part, "Resources")) is not None)


def _shared(node: Node | None, default: str) -> str:
    """The name of an API: that of a shared one is what leads to it."""
    if node is None:
        return default
    return text(node) or text(child(node, "Ref")) or text(child(node, "Fn::ImportValue")) or "imported"


def _method_and_path(kind: str, said: Node) -> tuple[str, str] | Unresolved:
    """Both of the long form, or of `GET /path`."""
    method, path = child(said, "method"), child(said, "path")
    short = text(said)
    if short is None and not isinstance(said, Table):
        return Unresolved(f"the route is not known: {reason(said)}", said.place)
    if short is not None:
        first, _, rest = short.strip().partition(" ")
        lone = kind == "httpApi" and first == "*" and not rest
        if not lone and (not rest.strip() or (kind == "httpApi" and (first == "*" or rest[0] != "/"))):
            message = f"{short!r} is no route: write a method and a path, as GET /users"
            return Unresolved(message, said.place)
        method, path = Scalar(first, said.place), Scalar("*" if lone else rest.strip(), said.place)
    if kind == "httpApi" and path is not None and method is None:
        method = Scalar("*", path.place)
    for what, node in (("method", method), ("path", path)):
        if text(node) is None:
            return Unresolved(f"the {what} is not known: {reason(said if node is None else node)}", said.place)
    verb, where = (text(method) or "").upper(), text(path) or ""
    if kind == "http" and verb == "*":
        # The framework hands it on, which no method of a REST API is.
        return Unresolved("the method * is of httpApi events alone: write any", method.place if method else said.place)
    verb = "ANY" if verb == "*" else verb
    if kind == "httpApi" and where == "*":
        return verb, DEFAULT
    # The framework takes one slash off each end of the path of an `http` event.
    return verb, f"/{where.removeprefix('/').removesuffix('/')}" if kind == "http" else where


def _logical(name: str) -> str:
    """The name of a resource that the framework makes of one in the file."""
    spelled = name.replace("-", "Dash").replace("_", "Underscore")
    return re.sub(r"[^0-9A-Za-z]", "", spelled[:1].upper() + spelled[1:])
