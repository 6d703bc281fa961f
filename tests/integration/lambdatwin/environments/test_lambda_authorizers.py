"""Lambda authorizers run as the functions that they are: policies, identity sources, the cache, and the context."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from fastapi import FastAPI

from src.lambdatwin import ports
from src.lambdatwin.app import install
from src.lambdatwin.lambda_runtime.authorizer import evaluated
from src.lambdatwin.project import Project
from src.lambdatwin.settings import Settings
from tests.support import foreign_sync
from tests.support.toy_gateway import client_of

pytestmark = pytest.mark.anyio

NO_ALLOW = "no identity-based policy allows the execute-api:Invoke action"
REQUEST_AUTHORIZER = """
import json
import os

def request(event, context):
    who = event["headers"].get("x-user") or event["headers"].get("X-User")
    if who == "raises":
        raise Exception("Unauthorized")
    if who == "odd":
        return {"isAuthorized": "yes"}
    said = {"n": 1, "deep": {"a": [True]}, "version": event["version"], "type": event["type"],
            "arn": event["routeArn"], "identity": event["identitySource"], "body": "body" in event}
    return {"isAuthorized": who == "good", "context": said}

def policy(event, context):
    effect = "Allow" if event["queryStringParameters"] == {"key": "good"} else "Deny"
    statement = {"Action": ["execute-api:*"], "Effect": effect, "Resource": [event["methodArn"]]}
    said = {"type": event["type"], "path": event["path"], "body": "body" in event}
    return {"principalId": "p", "policyDocument": {"Statement": statement}, "context": said}

def empty(event, context):
    said = {name: str(value) for name, value in event.items() if name.endswith(("Parameters", "Variables"))}
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}
    return {"principalId": "p", "policyDocument": {"Statement": statement}, "context": said}

def regional(event, context):
    resource = "arn:aws:execute-api:%s:%s:*" % (os.environ["AWS_REGION"], event["routeArn"].split(":")[4])
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": resource}
    said = {"list": ["a", 1], "map": {"b": None}, "none": None, "arn": context.invoked_function_arn}
    return {"principalId": "p", "policyDocument": {"Statement": [statement]}, "context": said}

class Denied(Exception):
    def __init__(self, *said):
        super().__init__(*said)
        self.add_note("of the note nothing is told")

def fails(event, context):
    match event["headers"].get("X-How"):
        case "text": return b"no JSON"
        case "deep": return b"[" * 100_000 + b"]" * 100_000
        case "nan":
            statement = {"Action": "*", "Effect": "Allow", "Resource": "*"}
            said = {"principalId": "p", "policyDocument": {"Statement": statement}, "context": {"n": float("nan")}}
            return said | {"isAuthorized": True}
        case "exit": raise SystemExit("Unauthorized")
        case "other word": raise Denied("Unauthorized ")
        case "word": raise Denied("Unauthorized")

def told(event, context):
    said = {"identity": event["identitySource"], "none": None, "yes": True}
    return {"isAuthorized": True, "context": said}

def handler(event, context):
    return {"statusCode": 200, "headers": {}, "body": json.dumps(event["requestContext"].get("authorizer"))}
"""


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return foreign_sync.generate(tmp_path_factory.mktemp("authorizers"))


async def test_a_token_authorizer_as_it_is_generated(backend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(backend)
    async with foreign_sync.foreign_client(backend, lambda_environments=1) as client:

        async def ask(token: str | None, path: str = "/notes/1") -> httpx.Response:
            return await client.get(path, headers={} if token is None else {"Authorization": token})

        good = (await ask("good")).json()
        assert good.pop("integrationLatency") >= 0
        assert good == {"number": "7", "flag": "true", "text": "é", "calls": "1", "principalId": "user-good"}
        assert (await ask("good", "/notes")).json()["calls"] == "1"  # from the cache, on another route
        # A policy for one ARN is cached, and evaluated for each.
        assert (await ask("exact")).status_code == 200
        other = await ask("exact", "/notes/2")
        assert (other.status_code, NO_ALLOW in other.json()["Message"]) == (403, True)
        denied = await ask("deny")
        assert (denied.status_code, "explicit deny" in denied.json()["Message"]) == (403, True)
        assert NO_ALLOW in (await ask("elsewhere")).json()["Message"]
        for token in (None, "unauthorized"):
            refused = await ask(token)
            assert (refused.status_code, refused.content) == (401, b'{"message":"Unauthorized"}')
        for token in ("broken", "nobody", "nested"):
            failed = await ask(token)
            assert (failed.status_code, failed.content) == (500, b'{"message":null}')
            assert failed.headers["x-amzn-errortype"] == "AuthorizerConfigurationException"


def has_key(headers: dict[str, str], method: str) -> dict[str, object] | None:
    """A stand-in for a usage plan."""
    return {"sub": "machine"} if headers.get("x-api-key") == "right" else None


class Keys(Project):
    """A backend that checks API keys itself, and has further stand-ins."""

    def __init__(self, stand_ins: dict[str, str]) -> None:
        self.stand_ins = stand_ins

    def authorizers(self) -> dict[str, str]:
        return {"key": f"{__name__}:has_key"} | self.stand_ins


@asynccontextmanager
async def served(
    folder: Path,
    api: ports.LambdaApi,
    entry: str,
    integration: Literal["1.0", "2.0"] = "2.0",
    needs_key: bool = False,
    stand_ins: dict[str, str] | None = None,
    **given: Any,
) -> AsyncIterator[httpx.AsyncClient]:
    """A route behind one authorizer of this file."""
    (folder / "app.py").write_text(REQUEST_AUTHORIZER, encoding="utf-8")
    function = ports.Function(entry, str(folder), "app.py", entry, environment={"AWS_REGION": "eu-west-3"})
    authorizer = ports.LambdaAuthorizer("Own", function, **({"form": "request"} | given))
    router = ports.router("Toys")

    @router.get("/toys/{id}")
    @ports.endpoint(
        function=ports.Function("handler", str(folder), "app.py", "handler"),
        api=api,
        payload=integration if api.kind == "http" else None,
        auth="Own",
        lambda_authorizer=authorizer,
        needs_key=needs_key,
    )
    async def toys() -> None: ...

    app = FastAPI()
    settings = Settings(**foreign_sync.NO_DATABASE, lambda_environments=1)
    install(app, [router], project=Keys(stand_ins or {}), settings=settings)
    async with app.router.lifespan_context(app), client_of(app) as client:
        yield client


async def test_the_start_says_nothing_of_users_where_none_is_looked_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lambdatwin.start")
    async with served(tmp_path, ports.LambdaApi("Rest", "rest"), "request"):
        pass
    assert [record.getMessage() for record in caplog.records if "users" in record.getMessage()] == []


async def test_simple_responses_of_an_http_api(tmp_path: Path) -> None:
    api, identity = ports.LambdaApi("Http", "http"), ("$request.header.X-User",)
    async with served(tmp_path, api, "request", identity=identity, payload="2.0", simple=True) as client:
        good = await client.get("/toys/1", headers={"X-User": "good"})
        context = good.json()["lambda"]
        assert (context["n"], context["deep"]) == (1, {"a": [True]})
        assert (context["version"], context["type"], context["body"]) == ("2.0", "REQUEST", False)
        assert context["identity"] == ["good"]
        assert context["arn"].endswith("/$default/GET/toys/1")
        bad = await client.get("/toys/1", headers={"X-User": "bad"})
        assert (bad.status_code, bad.content) == (403, b'{"message":"Forbidden"}')
        missing = await client.get("/toys/1")
        assert (missing.status_code, missing.content) == (401, b'{"message":"Unauthorized"}')
        for user in ("odd", "raises"):
            failed = await client.get("/toys/1", headers={"X-User": user})
            assert (failed.status_code, failed.content) == (500, b'{"message":"Internal Server Error"}')


async def test_payload_1_has_no_null_and_of_a_simple_answer_no_principal(tmp_path: Path) -> None:
    given: dict[str, Any] = {"payload": "2.0", "simple": True}
    async with served(tmp_path, ports.LambdaApi("Http", "http"), "told", "1.0", **given) as client:
        context = (await client.get("/toys/1")).json()
    assert context.pop("integrationLatency") >= 0
    assert context == {"identity": "[]", "yes": "true"}


DOCUMENTED = [
    ("rest", {"form": "token", "identity": ("method.request.header.X-Tok",)}, ("apiKey", "header", "X-Tok")),
    ("rest", {"identity": ("context.stage", "method.request.querystring.key")}, ("apiKey", "query", "key")),
    ("http", {"identity": ("$request.querystring.key", "$request.header.X-Tok")}, ("apiKey", "query", "key")),
    ("http", {"identity": ("$request.header.authorization",)}, ("http", None, None)),
    ("http", {"identity": ("$context.routeKey",)}, ("http", None, None)),
    ("rest", {"form": "token"}, ("http", None, None)),
]


@pytest.mark.parametrize(("kind", "given", "expected"), DOCUMENTED)
async def test_the_document_says_where_the_identity_is_sent(
    kind: Literal["rest", "http"], given: dict[str, Any], expected: tuple[str | None, ...], tmp_path: Path
) -> None:
    async with served(tmp_path, ports.LambdaApi("Api", kind), "told", **given) as client:
        document = (await client.get("/openapi.json")).json()
    [asked] = document["paths"]["/toys/{id}"]["get"]["security"]
    scheme = document["components"]["securitySchemes"][next(iter(asked))]
    assert (scheme["type"], scheme.get("in"), scheme.get("name")) == expected


@pytest.mark.parametrize("how", ["text", "deep", "nan", "exit", "other word"])
async def test_an_answer_that_is_none_is_a_fault_of_the_authorizer(how: str, tmp_path: Path) -> None:
    async with served(tmp_path, ports.LambdaApi("Rest", "rest"), "fails") as client:
        failed = await client.get("/toys/1", headers={"X-How": how})
    assert (failed.status_code, failed.content) == (500, b'{"message":null}')
    async with served(tmp_path, ports.LambdaApi("Http", "http"), "fails", payload="1.0") as client:
        failed = await client.get("/toys/1", headers={"X-How": how})
    assert (failed.status_code, failed.content) == (500, b'{"message":"Internal Server Error"}')


async def test_an_exception_that_says_unauthorized_has_nothing_but_that_message(tmp_path: Path) -> None:
    async with served(tmp_path, ports.LambdaApi("Rest", "rest"), "fails") as client:
        refused = await client.get("/toys/1", headers={"X-How": "word"})
    assert (refused.status_code, refused.content) == (401, b'{"message":"Unauthorized"}')


VARIABLES = {
    "accountId": "123456789012",
    "apiId": "local",
    "domainName": "gateway.test",
    "domainPrefix": "gateway",
    "httpMethod": "GET",
    "identity.sourceIp": "127.0.0.1",
    "identity.userAgent": "toy/1",
    "path": "/toys/1",
    "protocol": "HTTP/1.1",
    "stage": "$default",
}


@pytest.mark.parametrize("form", ["1.0", "2.0"])
async def test_context_variables_are_found_whatever_the_payload_of_the_integration(
    form: Literal["1.0", "2.0"], tmp_path: Path
) -> None:
    known = {**VARIABLES, "routeKey": "GET /toys/{id}"}
    identity, sent = tuple(f"$context.{name}" for name in known), {"User-Agent": "toy/1", "Host": "gateway.test"}
    given: dict[str, Any] = {"identity": identity, "payload": "2.0", "simple": True}
    async with served(tmp_path, ports.LambdaApi("Http", "http"), "told", form, **given) as client:
        context = (await client.get("/toys/1", headers=sent)).json()
    found = context["lambda"]["identity"] if form == "2.0" else json.loads(context["identity"])
    assert dict(zip(known, found, strict=True)) == known


@pytest.mark.parametrize("name", ["resourcePath", "http.method", "identity", "routeKey.x", "unknown", ""])
async def test_what_is_no_context_variable_of_an_http_api_is_never_found(name: str, tmp_path: Path) -> None:
    given: dict[str, Any] = {"identity": (f"$context.{name}",), "payload": "2.0", "simple": True}
    async with served(tmp_path, ports.LambdaApi("Http", "http"), "told", "1.0", **given) as client:
        assert (await client.get("/toys/1")).status_code == 401


async def test_context_variables_of_a_rest_api(tmp_path: Path) -> None:
    names = ("context.resourcePath", "context.httpMethod", "context.identity.sourceIp", "context.path", "context.stage")
    query, api = "method.request.querystring.key", ports.LambdaApi("Rest", "rest", stage="live")
    async with served(tmp_path, api, "policy", identity=(*names, query)) as client:
        assert (await client.get("/toys/1?key=good")).status_code == 200
    async with served(tmp_path, api, "policy", identity=("context.routeKey",)) as client:
        assert (await client.get("/toys/1?key=good")).status_code == 401


async def test_a_request_authorizer_of_a_rest_api(tmp_path: Path) -> None:
    identity = ("method.request.querystring.key",)
    async with served(tmp_path, ports.LambdaApi("Rest", "rest", stage="live"), "policy", identity=identity) as client:
        good = (await client.get("/toys/1?key=good")).json()
        assert good.pop("integrationLatency") >= 0
        assert good == {"type": "REQUEST", "path": "/toys/1", "body": "false", "principalId": "p"}
        assert (await client.get("/toys/1?key=bad")).status_code == 403
        assert (await client.get("/toys/1")).status_code == 401


@pytest.mark.parametrize("kind", ["rest", "http"])
async def test_of_what_was_not_sent_an_authorizer_gets_empty_objects(
    kind: Literal["rest", "http"], tmp_path: Path
) -> None:
    async with served(tmp_path, ports.LambdaApi("Api", kind), "empty", "1.0") as client:
        context = (await client.get("/toys/1")).json()
    assert (context.pop("principalId"), context.pop("integrationLatency") >= 0) == ("p", True)
    assert context == {
        "pathParameters": "{'id': '1'}",
        "queryStringParameters": "{}",
        "multiValueQueryStringParameters": "{}",
        "stageVariables": "{}",
    }


async def test_an_api_key_beside_an_authorizer_is_asked_for_too(tmp_path: Path) -> None:
    api, identity = ports.LambdaApi("Rest", "rest", stage="live"), ("method.request.querystring.key",)
    async with served(tmp_path, api, "policy", needs_key=True, identity=identity) as client:
        both = await client.get("/toys/1?key=good", headers={"x-api-key": "right"})
        assert (both.status_code, both.json()["principalId"], "sub" in both.json()) == (200, "p", False)
        keyless = await client.get("/toys/1?key=good")
        assert (keyless.status_code, keyless.content) == (403, b'{"message":"Forbidden"}')
        assert (await client.get("/toys/1?key=bad", headers={"x-api-key": "right"})).status_code == 403
        assert (await client.get("/toys/1", headers={"x-api-key": "right"})).status_code == 401


@pytest.mark.parametrize("kind", ["rest", "http"])
@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"form": "token"}, {"Authorization": "any"}),
        ({"identity": ("request.header.X-User", "request.header.X-Shop")}, {"X-User": "u", "X-Shop": "s"}),
        ({}, {}),
    ],
)
async def test_a_stand_in_is_asked_only_where_the_identity_sources_are_there(
    kind: Literal["rest", "http"], given: dict[str, Any], sent: dict[str, str], tmp_path: Path
) -> None:
    api = ports.LambdaApi("Own", kind)
    async with served(tmp_path, api, "request", stand_ins={"Own": f"{__name__}:has_key"}, **given) as client:
        denied, allowed = [await client.get("/toys/1", headers=sent | key) for key in ({}, {"x-api-key": "right"})]
        assert (denied.status_code, allowed.status_code) == (403, 200)
        for name in sent:
            fewer = {"x-api-key": "right"} | {one: value for one, value in sent.items() if one != name}
            refused = await client.get("/toys/1", headers=fewer)
            assert (refused.status_code, refused.json()) == (401, {"message": "Unauthorized"})


async def test_blanks_alone_are_no_identity(tmp_path: Path) -> None:
    api, identity = ports.LambdaApi("Http", "http"), ("$request.header.X-User",)
    async with served(tmp_path, api, "told", identity=identity, payload="2.0", simple=True) as client:
        told = await client.get("/toys/1", headers={"X-User": " u\t"})
        assert told.json()["lambda"]["identity"] == ["u"]
        assert (await client.get("/toys/1", headers={"X-User": " "})).status_code == 401


@pytest.mark.parametrize(("form", "found"), [("2.0", (["a", 1], {"b": None})), ("1.0", ('["a",1]', '{"b":null}'))])
async def test_a_policy_of_an_http_api_may_have_lists_and_names_the_region(
    form: Literal["1.0", "2.0"], found: tuple[Any, Any], tmp_path: Path
) -> None:
    async with served(tmp_path, ports.LambdaApi("Http", "http"), "regional", form, payload="2.0") as client:
        context = (await client.get("/toys/1")).json()
    context = context["lambda"] if form == "2.0" else context
    assert (context["list"], context["map"], "none" in context) == (*found, form == "2.0")
    assert context["arn"] == "arn:aws:lambda:eu-west-3:123456789012:function:regional"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{"Effect": "Allow", "Action": "*", "Resource": "*"}], (True, False)),
        ([{"Effect": "Allow", "Action": "execute-api:invoke", "Resource": "arn:aws:*/GET/a?/*"}], (True, False)),
        ([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}], (False, False)),
        ([{"Effect": "Allow", "NotAction": "s3:*", "NotResource": "*/POST/*"}], (True, False)),
        ([{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {}}}], (False, False)),
        ([{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {}}}], (False, True)),
        ([{"Effect": e, "Action": "*", "Resource": "*"} for e in ("Allow", "Deny")], (True, True)),
        (
            [{"Effect": "Allow", "Action": "*", "Resource": ["x", "arn:aws:execute-api:r:1:a/s/GET/ab/c"]}],
            (True, False),
        ),
    ],
)
def test_policies(statements: list[dict[str, Any]], expected: tuple[bool, bool]) -> None:
    assert evaluated(json.loads(json.dumps(statements)), "arn:aws:execute-api:r:1:a/s/GET/ab/c") == expected
