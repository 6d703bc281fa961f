"""Who may call the operations of SAM templates, beside what AWS's own translator writes of them.

    python3 -m venv .local/emulator && .local/emulator/bin/pip install aws-sam-cli

or SAM_CLI_PYTHON names an interpreter that has `aws-sam-translator`.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.declarations import ApiKey, Iam, Public, Route, Unresolved
from tests.golden.sources.cases import HERE, linked, write
from tests.verify.codegen.test_other_tables import laid, python_of, ran

_CASES = [f"sam/{path.stem}" for path in sorted((HERE / "sam").glob("*.txt"))] + ["served/sam"]
_POOL = "arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_"
_COGNITO = {"C": {"UserPoolArn": f"{_POOL}c"}, "S": {"UserPoolArn": f"{_POOL}s", "AuthorizationScopes": ["own"]}}
_ISSUER = {"JwtConfiguration": {"issuer": "https://i", "audience": ["a"]}, "IdentitySource": "$request.header.X"}
_JWT = {"C": _ISSUER, "S": {**_ISSUER, "AuthorizationScopes": ["own"]}}
_URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
_KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}
_OWN_REST = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [f"{_POOL}o"]},
}
_OWN_HTTP = {
    "type": "oauth2",
    "x-amazon-apigateway-authorizer": {
        "type": "jwt",
        "jwtConfiguration": {"issuer": "https://o", "audience": ["o"]},
        "identitySource": "$request.header.Authorization",
    },
}
# What operations of a document say of themselves; None says nothing.
_WRITTEN: tuple[list[dict[str, list[str]]] | None, ...] = (
    None,
    [],
    [{}],
    [{"NONE": []}],
    [{"C": []}],
    [{"S": ["q"]}],
    [{"own": ["o"]}],
    [{"key": []}],
    [{"api_key": []}],
    [{"C": []}, {"key": []}],
    [{"NONE": []}, {"api_key": []}],
)
_ASKED: tuple[dict[str, Any] | None, ...] = (
    None,
    {},
    {"Authorizer": "C"},
    {"Authorizer": "S"},
    {"Authorizer": "S", "AuthorizationScopes": []},
    {"Authorizer": "C", "AuthorizationScopes": ["x"]},
    {"Authorizer": "NONE"},
    {"Authorizer": "AWS_IAM"},
    {"Authorizer": "Nowhere"},
    {"AuthorizationScopes": ["x"]},
)
_KEYED: tuple[dict[str, Any], ...] = (
    {"ApiKeyRequired": True},
    {"ApiKeyRequired": False},
    {"Authorizer": "C", "ApiKeyRequired": True},
    {"Authorizer": "NONE", "ApiKeyRequired": True},
    {"Authorizer": "S", "ApiKeyRequired": False},
)
# Auth of REST APIs: with any event, and with few.
_PLAIN: tuple[dict[str, Any], ...] = ({}, {"ApiKeyRequired": True})
_OF_PREFLIGHTS: tuple[dict[str, Any], ...] = (
    {"AddDefaultAuthorizerToCorsPreflight": False},
    {"AddDefaultAuthorizerToCorsPreflight": False, "ApiKeyRequired": True},
    {"AddApiKeyRequiredToCorsPreflight": False, "ApiKeyRequired": True},
    {
        "AddDefaultAuthorizerToCorsPreflight": False,
        "AddApiKeyRequiredToCorsPreflight": False,
        "ApiKeyRequired": True,
    },
)
_FEW: tuple[dict[str, Any] | None, ...] = (None, {"Authorizer": "C"}, {"Authorizer": "NONE", "ApiKeyRequired": True})
# Events are put on operations of the document with these numbers, and on /new, which it has not.
_ON = (0, 1, 3, 4, 8)

type Said = tuple[str, list[str], bool]
type Seen = dict[tuple[str, str, str], Said]


def ours(root: Path) -> tuple[Seen, Seen, set[str]]:
    """Operations and preflights by API, method and path, and the codes of the errors."""
    found = linked(root)
    operations = {(route.api.name, route.method, route.path): _said(route) for route in found.routes}
    preflights: Seen = {
        (api.name, "OPTIONS", one.path): ("guarded" if one.is_guarded else "public", [], False)
        for api in (route.api for route in found.routes)
        for one in api.preflights
    }
    return operations, preflights, {one.code for one in found.findings}


def _said(route: Route) -> Said:
    match route.authorizer:
        case Unresolved():
            return "unknown", [], False
        case Public() | ApiKey():
            return "public", [], route.needs_key or isinstance(route.authorizer, ApiKey)
        case Iam():
            return "AWS_IAM", [], route.needs_key
        case named:
            return named.name, sorted(route.scopes), route.needs_key


def theirs(said: dict[str, Any]) -> tuple[Seen, Seen]:
    """The same of what the translator wrote; a preflight that asks for a key is none."""
    operations: Seen = {}
    preflights: Seen = {}
    for name, api in said["apis"].items():
        for method, path, (guard, scopes, key) in api["operations"]:
            is_default = path in ("$default", "/$default")
            operations[name, method, "$default" if is_default else path] = (guard, scopes, key)
        for method, path, (guard, _, key) in api["preflights"]:
            if guard != "public" or not key:
                preflights[name, method, path] = ("public" if guard == "public" else "guarded", [], False)
    return operations, preflights


def translated(templates: list[Path], folder: Path) -> list[dict[str, Any]]:
    python = python_of("SAM_CLI_PYTHON", "emulator", "aws-sam-cli")
    script = str(Path(__file__).with_name("sam_security.py"))
    return [json.loads(line) for line in ran([python, script, *map(str, templates)], folder).splitlines()]


def differences(root: Path, said: dict[str, Any]) -> list[str]:
    """What a template's two readers say differently."""
    operations, preflights, codes = ours(root)
    if "refused" in said:
        return [] if codes & {"CG154", "CG156"} else [f"the translator refuses it: {said['refused']}"]
    wanted, wanted_preflights = theirs(said)
    return [*_unlike(operations, wanted), *_unlike(preflights, wanted_preflights)]


def _unlike(known: Seen, wanted: Seen) -> Iterator[str]:
    for key in sorted({*known, *wanted}):
        mine, other = known.get(key), wanted.get(key)
        if mine != other:
            yield f"{' '.join(key)}: here {mine}, SAM {other}"


def test_the_golden_templates(tmp_path: Path) -> None:
    """Those that the translator takes by itself: it has neither files that are included nor other stacks."""
    folders = [laid(name, tmp_path) for name in _CASES]
    templates = [next(folder.rglob("template.[yj]*")) for folder in folders]
    compared: Counter[str] = Counter()
    for folder, said in zip(folders, translated(templates, tmp_path), strict=True):
        if "refused" not in said:
            operations, _, _ = ours(folder)
            wanted, _ = theirs(said)
            shared = operations.keys() & wanted.keys()
            unlike = {key: (operations[key], wanted[key]) for key in shared if operations[key] != wanted[key]}
            assert not unlike, folder.name
            compared[folder.name] += len(shared)
    assert sum(compared.values()) > 30
    print(f"SAM: {sum(compared.values())} operations of {len(compared)} golden templates are guarded alike")


def variations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Templates, each with a name that says what is special of it."""
    for body, default in itertools.product((False, True), (None, "C", "S", "AWS_IAM")):
        for asked in _ASKED:
            for is_iam in (False, True) if default == "AWS_IAM" else (False,):
                auth = {"EnableIamAuthorizer": True} if is_iam else {}
                yield f"http body={body} {default} {is_iam} {asked}", _http(body, default, auth, asked)
    for default, kind in itertools.product((None, "C", "S", "AWS_IAM"), ("none", "body", "override", "merge")):
        for auth, asked in (*itertools.product(_PLAIN, (*_ASKED, *_KEYED)), *itertools.product(_OF_PREFLIGHTS, _FEW)):
            yield f"rest {kind} {default} {auth} {asked}", _rest(kind, default, auth, asked)


def _http(body: bool, default: str | None, auth: dict[str, Any], asked: dict[str, Any] | None) -> dict[str, Any]:
    document = _document(True) if body else None
    whole = {"Authorizers": _JWT, **auth, **({"DefaultAuthorizer": default} if default else {})}
    api = {"Auth": whole, **({"DefinitionBody": document} if document else {})}
    return _template("HttpApi", api, "ApiId", asked)


def _rest(kind: str, default: str | None, auth: dict[str, Any], asked: dict[str, Any] | None) -> dict[str, Any]:
    whole = {"Authorizers": _COGNITO, **auth, **({"DefaultAuthorizer": default} if default else {})}
    api: dict[str, Any] = {"StageName": "v1", "Auth": whole, "Cors": "'*'"}
    if kind != "none":
        api["DefinitionBody"] = _document(False)
    if kind == "merge":
        api["MergeDefinitions"] = True
    override = {**(asked or {}), "OverrideApiAuth": True} if kind == "override" else asked
    return _template("Api", api, "RestApiId", override, has_new=kind != "override")


def _document(is_http: bool) -> dict[str, Any]:
    version = {"payloadFormatVersion": "2.0"} if is_http else {}
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": _URI}, **version}

    def operation(security: Any) -> dict[str, Any]:
        said = {} if security is None else {"security": security}
        return {**said, "x-amazon-apigateway-integration": integration}

    paths: dict[str, Any] = {f"/p{number}": {"get": operation(said)} for number, said in enumerate(_WRITTEN)}
    paths["/any"] = {"x-amazon-apigateway-any-method": operation(None)}
    if is_http:
        paths["/bare"] = {"get": {"security": [{"S": ["q"]}], "summary": "its integration comes from an event"}}
    paths["/options"] = {"get": operation(None), "options": operation(None)}
    schemes = {"key": _KEY, "own": _OWN_HTTP if is_http else _OWN_REST}
    known = {"openapi": "3.0.1", "components": {"securitySchemes": schemes}}
    return {**(known if is_http else {"swagger": "2.0", "securityDefinitions": schemes}), "paths": paths}


def _template(
    kind: str, api: dict[str, Any], reference: str, asked: dict[str, Any] | None, has_new: bool = True
) -> dict[str, Any]:
    auth = {} if asked is None else {"Auth": asked}

    def event(path: str, method: str = "get") -> dict[str, Any]:
        return {"Type": kind, "Properties": {"Path": path, "Method": method, reference: {"Ref": "Api"}, **auth}}

    places = [*((f"/p{number}", "get") for number in _ON), ("/options", "options")]
    places += [("/new", "get"), ("/new", "options"), ("/new/{id}", "post")] if has_new else []
    places += [("/bare", "get")] if kind == "HttpApi" else []
    # Of a merged document SAM makes a method `any`, which API Gateway does not know: it is refused here.
    places += [] if api.get("MergeDefinitions") else [("/any", "any")]
    events = {f"E{number}": event(*place) for number, place in enumerate(places)}
    function = {"Runtime": "python3.12", "Handler": "app.handler", "CodeUri": ".", "Events": events}
    resources = {
        "Api": {"Type": f"AWS::Serverless::{kind}", "Properties": api},
        "F": {"Type": "AWS::Serverless::Function", "Properties": function},
    }
    return {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}


def test_variations(tmp_path: Path) -> None:
    made = list(variations())
    folders = [tmp_path / str(number) for number in range(len(made))]
    for folder, (_, template) in zip(folders, made, strict=True):
        write(folder / "template.json", json.dumps(template))
        write(folder / "app.py", "def handler(event, context): ...\n")
    said = [one for start in range(0, len(made), 200) for one in translated(_templates(folders, start), tmp_path)]
    unlike: dict[str, list[str]] = {}
    for folder, (name, _), one in zip(folders, made, said, strict=True):
        found = differences(folder, one)
        unlike |= {name: found} if found else {}
    assert not unlike, json.dumps(dict(itertools.islice(unlike.items(), 20)), indent=1)
    refused = sum("refused" in one for one in said)
    print(f"SAM: {len(made)} variations are guarded alike; both readers refuse {refused} of them")


def _templates(folders: list[Path], start: int) -> list[Path]:
    return [folder / "template.json" for folder in folders[start : start + 200]]


@pytest.fixture(autouse=True)
def _translator() -> None:
    python_of("SAM_CLI_PYTHON", "emulator", "aws-sam-cli")
