"""The Auth of SAM's APIs and events, written into the `security` of operations as aws-sam-translator 1.115 does.

What SAM refuses, or what nothing tells, becomes an `Opaque` security: such an operation is never public.
"""

from dataclasses import dataclass, field, replace

from ...declarations import (
    TTL,
    ApiKey,
    Authorizer,
    Cognito,
    Iam,
    Jwt,
    LambdaAuthorizer,
    Place,
    Unresolved,
    with_identity,
    with_known_form,
)
from ..cloudformation.authorizers import function_of, identity_sources, jwt, untold, user_pool
from ..cloudformation.intrinsics import Resource, Stack, called
from ..cloudformation.loops import TRANSFORM
from ..cloudformation.openapi import is_method
from ..cloudformation.stacks import Stacks
from ..nodes import Items, Node, Opaque, Scalar, Table, child, entries, is_null, items, reason, text, texts, truth

EMPTY = Table({}, Place(""))
KEY, _NO_KEY, _NONE, _IAM = "api_key", "api_key_false", "NONE", "AWS_IAM"
_IDENTITY = {
    "Headers": "header",
    "QueryStrings": "querystring",
    "StageVariables": "stageVariables",
    "Context": "context",
}

_FORMS = ("FunctionPayloadType", "AuthorizerPayloadFormatVersion", "EnableSimpleResponses")

# Undecided where the template does not tell.
type Flag = bool | Opaque


class _Refused(Exception):
    """SAM refuses the template, or nothing tells what it does."""

    def __init__(self, why: str, place: Place) -> None:
        super().__init__(why)
        self.node = Opaque(why, place)


@dataclass(frozen=True, slots=True)
class Auth:
    """The Auth of an API. `scopes` are those of its authorizers; `problem` says why the whole is not known."""

    is_rest: bool
    named: dict[str, Authorizer] = field(default_factory=dict)
    scopes: dict[str, Node] = field(default_factory=dict)
    default: Node | None = None
    needs_key: Flag = False
    on_preflights: Flag = True
    key_on_preflights: Flag = True
    problem: Opaque | None = None

    def schemes(self, asks_key: bool) -> dict[str, Authorizer]:
        """What SAM adds to the security schemes of a document; `asks_key` is whether an event asks for an API key."""
        return {**self.named, KEY: ApiKey()} if asks_key or self.needs_key else self.named

    def over(self, document: Node) -> Node:
        """A document with the security that SAM writes into each of its operations."""
        paths = child(document, "paths")
        if not isinstance(document, Table) or not isinstance(paths, Table) or self.adds_nothing():
            return document
        secured = {path: self._path(item) for path, item in paths.entries.items()}
        return with_entry(document, "paths", replace(paths, entries=secured))

    def adds_nothing(self) -> bool:
        """Whether operations of a document stay as they are."""
        return self.problem is None and self.default is None and self.needs_key is False

    def _path(self, item: Node) -> Node:
        if not isinstance(item, Table):
            return item
        if "$ref" in item.entries:
            return Opaque("SAM puts its Auth on no operation behind a $ref", item.at("$ref"))
        secured = {key: self._operation(key, one) for key, one in item.entries.items()}
        return replace(item, entries=secured)

    def _operation(self, key: str, operation: Node) -> Node:
        if not is_method(key) or not isinstance(operation, Table):
            return operation
        return with_entry(operation, "security", self.secured(key.upper(), child(operation, "security")))

    def secured(self, method: str, written: Node | None) -> Node | None:
        """The security of an operation that has, with what its event adds, the written one."""
        if self.problem is not None:
            return self.problem
        if written is not None and not isinstance(written, Items):
            return written
        given = () if written is None else written.items
        try:
            found = self._keyed(method, self._guarded(method, given)) if self.is_rest else self._http(method, given)
        except _Refused as refused:
            return refused.node
        return written if found == given else Items(found, found[0].place if found else given[0].place)

    def _http(self, method: str, given: tuple[Node, ...]) -> tuple[Node, ...]:
        has_own = given or self.default is None or method == "OPTIONS"
        return given if has_own else (self._by_default(),)

    def _guarded(self, method: str, given: tuple[Node, ...]) -> tuple[Node, ...]:
        """With the default authorizer of a REST API, which gives way to another one of the API and to NONE."""
        if self.default is None or (method == "OPTIONS" and not _decided(self.on_preflights)):
            return given
        own = tuple(one for one in given if _names(one) & {_IAM, *self.named})
        others = [one for one in given if one not in own]
        none = next((one for one in others if _NONE in _names(one)), None)
        if none is not None:
            others.remove(none)
            return tuple(others) or given
        return (*others, *(own or (self._by_default(),)))

    def _keyed(self, method: str, given: tuple[Node, ...]) -> tuple[Node, ...]:
        """With the API key that a REST API asks for, unless an event declines it."""
        if not _decided(self.needs_key):
            return given
        others = tuple(one for one in given if not _names(one) & {KEY, _NO_KEY})
        declined = any(_NO_KEY in _names(one) for one in given)
        if declined or (method == "OPTIONS" and not _decided(self.key_on_preflights)):
            return others
        place = given[0].place if given else Place("")
        return (*others, _requirement(KEY, None, place))

    def _by_default(self) -> Table:
        name = text(self.default)
        place = Place("") if self.default is None else self.default.place
        if name is None:
            raise _Refused(f"the default authorizer is not known: {reason(self.default)}", place)
        if name not in self.named:
            raise _Refused(f"the API has no authorizer {name}", place)
        return _requirement(name, self.scopes.get(name), place)

    def asked(self, said: Node | None) -> Node:
        """The security that an event's Auth adds to its operation."""
        if not isinstance(said, Table) or not said.entries:
            return said if isinstance(said, Opaque) else Items((), Place(""))
        try:
            found = self._asked_of_rest(said) if self.is_rest else self._asked_of_http(said)
        except _Refused as refused:
            return refused.node
        return Items(found, said.place)

    def _asked_of_rest(self, said: Table) -> tuple[Table, ...]:
        chosen, scopes = _given(said, "Authorizer"), _scopes(said)
        found: tuple[Table, ...] = ()
        if chosen is not None:
            name = self._known(chosen)
            # An empty list takes the authorizer's scopes away on a REST API alone.
            own = self.scopes.get(name) if scopes is None else scopes
            found = (_requirement(name, own if name in self.named else None, chosen.place),)
        elif scopes is not None and scopes.items:
            raise _Refused("AuthorizationScopes needs an Authorizer beside it: SAM refuses it alone", scopes.place)
        asks_key = self._asked_key(said)
        if _decided(flag(said, "OverrideApiAuth", False)) and not (
            chosen or asks_key or _given(said, "ResourcePolicy")
        ):
            message = "OverrideApiAuth needs an Authorizer, ApiKeyRequired or ResourcePolicy: SAM refuses it alone"
            raise _Refused(message, said.at("OverrideApiAuth"))
        mark = () if asks_key is None else (_requirement(KEY if asks_key else _NO_KEY, None, said.place),)
        return (*found, *mark)

    def _asked_key(self, said: Table) -> bool | None:
        if _given(said, "ApiKeyRequired") is None:
            return None
        asks = _decided(flag(said, "ApiKeyRequired", False))
        if not asks and self.needs_key is False:
            message = "an event declines an API key that its API does not ask for: SAM refuses it"
            raise _Refused(message, said.at("ApiKeyRequired"))
        return asks

    def _asked_of_http(self, said: Table) -> tuple[Table, ...]:
        chosen, scopes = _given(said, "Authorizer") or self.default, _scopes(said)
        if chosen is None:
            message = "an Auth without an Authorizer needs a DefaultAuthorizer of the API: SAM refuses it"
            raise _Refused(message, said.place)
        name = self._known(chosen)
        own = scopes if scopes is not None and scopes.items else self.scopes.get(name)
        return (_requirement(name, None if name in (_NONE, _IAM) else own, chosen.place),)

    def _known(self, chosen: Node) -> str:
        """The name of an authorizer that the API has."""
        name = text(chosen)
        if name is None:
            raise _Refused(f"the authorizer is not known: {reason(chosen)}", chosen.place)
        if name == _NONE and self.default is None:
            raise _Refused("NONE needs a DefaultAuthorizer of the API: SAM refuses it alone", chosen.place)
        if name != _NONE and name not in self.named:
            raise _Refused(f"the API has no authorizer {name}", chosen.place)
        return name


def with_entry(table: Table, key: str, value: Node | None) -> Table:
    """A table with another value of a key; None leaves the key out."""
    if value is None:
        return replace(table, entries={name: one for name, one in table.entries.items() if name != key})
    return replace(table, entries={**table.entries, key: value})


def of_api(stacks: Stacks, resource: Resource, is_rest: bool) -> Auth:
    """The Auth of an `AWS::Serverless::Api` or `HttpApi`, with what Globals add to it."""
    said = plain(resource.stack, resource.properties.entries.get("Auth"))
    if said is None:
        return Auth(is_rest, {_IAM: Iam()} if is_rest else {})
    if isinstance(said, Opaque):
        return Auth(is_rest, problem=said)
    problem = None
    if said.entries and resource.get("DefinitionBody") is None and resource.get("DefinitionUri") is not None:
        problem = Opaque("SAM takes an Auth beside a DefinitionBody alone, and not a DefinitionUri", said.place)
    written, default = list(entries(child(said, "Authorizers"))), _given(said, "DefaultAuthorizer")
    named = {name: _authorizer(stacks, name, node, is_rest) for name, node in written}
    if is_rest or _is_true(child(said, "EnableIamAuthorizer")):
        named.setdefault(_IAM, Iam())
    if default is not None and text(default) not in named:
        known = f"the API has no authorizer {text(default)}"
        why = f"the default authorizer is not known: {reason(default)}" if text(default) is None else known
        problem = problem or Opaque(why, default.place)
    scopes = {name: asked for name, node in written if (asked := child(node, "AuthorizationScopes")) is not None}
    return Auth(
        is_rest,
        named,
        {name: asked for name, asked in scopes.items() if isinstance(named[name], Cognito | Jwt)},
        default,
        flag(said, "ApiKeyRequired", False) if is_rest else False,
        flag(said, "AddDefaultAuthorizerToCorsPreflight", True),
        flag(said, "AddApiKeyRequiredToCorsPreflight", True),
        problem,
    )


def as_seen(resource: Resource, document: Node) -> Node:
    """The document in the properties of an API, as SAM reads it: without what calls in a security come to."""
    for path, item in entries(child(document, "paths")):
        for key in item.entries if isinstance(item, Table) else ():
            written = resource.written("DefinitionBody", "paths", path, key, "security")
            call = next((one for one in (written, *items(written)) if one is not None and called(one)), None)
            if call is not None:
                opaque = Opaque(f"SAM does not evaluate {called(call)} in a security", call.place)
                operation = child(item, key)
                changed = with_entry(operation, "security", opaque) if isinstance(operation, Table) else operation
                document = with_operation(document, path, key, changed)
    return document


def with_operation(document: Node, path: str, key: str, operation: Node | None) -> Node:
    """A document with another operation in one place, or with none."""
    paths, item = child(document, "paths"), child(document, "paths", path)
    if not (isinstance(document, Table) and isinstance(paths, Table) and isinstance(item, Table)):
        return document
    return with_entry(document, "paths", with_entry(paths, path, with_entry(item, key, operation)))


def plain(stack: Stack, node: Node | None) -> Table | Opaque | None:
    """An Auth as SAM reads it, before CloudFormation does: of calls it evaluates references to parameters alone."""
    if isinstance(node, Table) and TRANSFORM in node.entries:
        node = stack.resolve(node)
    if node is None or is_null(node):
        return None
    if not isinstance(node, Table) or called(node):
        return Opaque(f"SAM takes no {called(node) or 'text'} for an Auth", node.place)
    return replace(node, entries={key: seen(stack, value) for key, value in node.entries.items()})


def seen(stack: Stack, node: Node) -> Node:
    """A value as SAM reads it: a call that it does not evaluate counts as true, and as no text."""
    call = called(node)
    resolved = stack.resolve(node)
    is_evaluated = call in (None, "Ref", "Fn::Sub", TRANSFORM) or (stack.is_extended and call != "Fn::If")
    if is_evaluated and stack.dropped(resolved) is not None:
        return resolved
    return Opaque(f"SAM does not evaluate {call} here", node.place)


def flag(said: Node | None, key: str, default: bool) -> Flag:
    """A value that SAM takes for true or false, as Python does: a text is true, "false" too."""
    node = child(said, key)
    place = said.at(key) if isinstance(said, Table) else Place("")
    match node:
        case None:
            return default
        case Scalar(value=str()) if truth(node) is not True:
            return Opaque(f"SAM takes the text of {key} for true: write true or false without quotes", place)
        case Scalar(value=value):
            return bool(value)
        case _:
            return Opaque(f"{key} is not known: {reason(node)}", place)


def _decided(said: Flag) -> bool:
    if isinstance(said, Opaque):
        raise _Refused(said.reason, said.place)
    return said


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is True


def _given(said: Table, key: str) -> Node | None:
    found = child(said, key)
    return None if found is None or is_null(found) else found


def _scopes(said: Table) -> Items | None:
    found = _given(said, "AuthorizationScopes")
    if found is not None and not isinstance(found, Items):
        raise _Refused(f"AuthorizationScopes is no list: {reason(found)}", found.place)
    return found


def _names(requirement: Node) -> set[str]:
    return set(requirement.entries) if isinstance(requirement, Table) else set()


def _requirement(name: str, scopes: Node | None, place: Place) -> Table:
    return Table({name: Items((), place) if scopes is None else scopes}, place)


def _authorizer(stacks: Stacks, name: str, node: Node, is_rest: bool) -> Authorizer:
    identity = child(node, "Identity")
    told = [child(identity, key) for key in ("Header", *_IDENTITY)]
    told += [child(node, key) for key in ("IdentitySource", *_FORMS)]
    unknown = untold(name, identity if isinstance(identity, Opaque) else None, *told)
    return unknown or _known_authorizer(stacks, name, node, is_rest)


def _known_authorizer(stacks: Stacks, name: str, node: Node, is_rest: bool) -> Authorizer:
    pools = child(node, "UserPoolArn")
    if pools is not None:
        header = text(child(node, "Identity", "Header"))
        sources = () if header is None else (f"method.request.header.{header}",)
        return with_identity(user_pool(name, pools), sources, node.place)
    config = child(node, "JwtConfiguration")
    if config is not None and not is_rest:
        by_key = {key.lower(): value for key, value in entries(config)}
        made = jwt(name, by_key.get("issuer"), by_key.get("audience"))
        return with_identity(made, identity_sources(child(node, "IdentitySource")), node.place)
    arn = child(node, "FunctionArn")
    if arn is None:
        return Unresolved(f"the authorizer {name} has neither a user pool, an issuer nor a function", node.place)
    payload = text(child(node, "FunctionPayloadType")) or "TOKEN"
    identity = child(node, "Identity")
    found = LambdaAuthorizer(
        name,
        function_of(stacks, arn, arn.place),
        payload.lower() if is_rest else "request",
        _identity(identity, is_rest, payload.upper()),
        stacks.reading.number(child(identity, "ReauthorizeEvery"), "ReauthorizeEvery", *TTL),
        text(child(node, "AuthorizerPayloadFormatVersion")) or ("1.0" if is_rest else "2.0"),
        truth(child(node, "EnableSimpleResponses")) is True,
    )
    return with_known_form(found, node.place)


def _identity(node: Node | None, is_rest: bool, payload: str) -> tuple[str, ...]:
    """Identity sources as API Gateway spells them; a TOKEN authorizer's is a header, Authorization unless named."""
    if is_rest and payload == "TOKEN":
        return (f"method.request.header.{text(child(node, 'Header')) or 'Authorization'}",)
    prefix = "method.request." if is_rest else "$request."
    found: list[str] = []
    for key, kind in _IDENTITY.items():
        is_request = kind in ("header", "querystring")
        start = prefix if is_request else "" if is_rest else "$"
        found += [f"{start}{kind}.{name}" for name in texts(child(node, key))]
    return tuple(found)
