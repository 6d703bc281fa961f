"""Authorizers as routes declare them: kinds of token, scopes, foreign issuers, and stand-ins for what is not run."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from src.lambdatwin import ports
from src.lambdatwin.app import create_app
from src.lambdatwin.auth import assembly
from src.lambdatwin.project import Project, Registry
from src.lambdatwin.settings import Settings, SettingsError
from tests.unit.lambdatwin.auth.corpus import issuers
from tests.unit.lambdatwin.auth.corpus.world import (
    ACCESS_KID,
    CLIENT,
    ID_KID,
    ISSUER,
    MOBILE_CLIENT,
    NOW,
    OTHER_CLIENT,
    access_claims,
    id_claims,
    jwk,
    key_set,
    published,
    token,
)

pytestmark = pytest.mark.anyio

POOL, READ, WRITE = ports.Cognito("Pool"), "shop/read", "shop/write"
TENANT = "https://tenant.idp.example/"
FOREIGN = ports.Jwt("Tenant", TENANT, ("https://api.shop.example", None))

# A second user pool.
STAFF = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0001"
ARN = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_"

type Open = Callable[..., Awaitable[httpx.AsyncClient]]


def outside(request: httpx.Request) -> httpx.Response:
    """The internet: Cognito's keys, and a tenant of another issuer with the same one in a spelling of its own."""
    tenant = json.dumps({"issuer": TENANT, "jwks_uri": f"{TENANT}keys"}).encode()
    key = jwk("access", ACCESS_KID)
    spelled = key_set(key | {"use": None, "alg": None, "n": key["n"] + "==", "e": "AAEAAQ"})
    bodies = {f"{TENANT}.well-known/openid-configuration": tenant, f"{TENANT}keys": spelled}
    bodies[f"{ISSUER}/.well-known/jwks.json"] = bodies[f"{STAFF}/keys"] = published()
    bodies[f"{STAFF}/.well-known/openid-configuration"] = json.dumps(
        {"issuer": STAFF, "jwks_uri": f"{STAFF}/keys"}
    ).encode()
    return httpx.Response(200, stream=httpx.ByteStream(bodies[str(request.url)]))


class Shop(Project):
    """A backend with the stand-ins of one test."""

    def __init__(self, **stand_ins: str) -> None:
        self.stand_ins = stand_ins

    def authorizers(self) -> dict[str, str]:
        return self.stand_ins


async def echo(event: dict[str, Any], context: object) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps(event["requestContext"].get("authorizer"))}


def registry(*operations: tuple[str, dict[str, Any]]) -> Registry:
    """Routes as the generator writes them: a path, and arguments of `ports.endpoint`."""
    router = ports.router("Shop")
    for path, arguments in operations:

        @ports.endpoint(handler=echo, module="shop", function="echo", **({"auth": "Pool"} | arguments))
        async def signature() -> None: ...

        router.add_api_route(path, signature, methods=["GET"], operation_id=path.strip("/"))
    return Registry((router,), ())


def built(url: str, project: Project, *operations: tuple[str, dict[str, Any]], **changes: Any) -> FastAPI:
    values: dict[str, Any] = {"cognito_issuer": ISSUER, "cognito_client_id": f"{CLIENT},{MOBILE_CLIENT}"}
    values |= {"environment": "test", "database_url": url}
    return create_app(project, Settings(**(values | changes)), registry=registry(*operations))


@pytest.fixture
def serve(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    made = assembly.AuthOptions(clock=lambda: float(NOW), transports={"all://": httpx.MockTransport(outside)})
    monkeypatch.setattr(assembly, "AuthOptions", lambda: made)

    @asynccontextmanager
    async def opened(
        *operations: tuple[str, dict[str, Any]], project: Project | None = None, **changes: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        app = built(database_url, project or Shop(), *operations, **changes)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://x") as client,
        ):
            yield client

    return opened


def bearer(claims: dict[str, Any], **parameters: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {token(claims, **parameters).decode()}"}


def id_bearer(**changes: Any) -> dict[str, str]:
    return bearer(id_claims(**changes), key="id", kid=ID_KID)


@pytest.mark.parametrize("default", ["access", "id"])
async def test_a_pool_takes_id_tokens_without_scopes_and_access_tokens_with_scopes(
    serve: Callable[..., Any], default: str
) -> None:
    routes = (
        ("/plain", {"authorizer": POOL}),
        ("/scoped", {"authorizer": POOL, "scopes": (READ, WRITE)}),
        ("/docstring", {}),
    )
    held, other = bearer(access_claims(scope=f"openid {WRITE}")), bearer(access_claims(scope="openid shop/reader"))
    async with serve(*routes, cognito_token_use=default) as client:
        found = [
            [(await client.get(path, headers=sent)).status_code for path, _ in routes]
            for sent in (id_bearer(), held, other, bearer(access_claims(scope=...)))
        ]
    docstring = 200 if default == "access" else 401
    assert found == [
        [200, 401, 200 if default == "id" else 401],
        [401, 200, docstring],
        [401, 401, docstring],
        [401, 401, docstring],
    ]


async def test_a_declared_pool_takes_the_token_alone_and_a_docstrings_route_does_not(serve: Callable[..., Any]) -> None:
    routes = (
        ("/plain", {"authorizer": POOL}),
        ("/scoped", {"authorizer": POOL, "scopes": (READ,)}),
        ("/docstring", {}),
    )
    ids, access = id_bearer(), bearer(access_claims(scope=READ))
    alone = [{"authorization": sent["authorization"].removeprefix("Bearer ")} for sent in (ids, access, access)]
    async with serve(*routes) as client:
        found = [
            (await client.get(path, headers=sent)).status_code for (path, _), sent in zip(routes, alone, strict=True)
        ]
        basic = await client.get("/plain", headers={"authorization": "Basic a"})
    assert (found, basic.status_code) == ([200, 200, 401], 401)


async def test_a_token_is_taken_where_the_identity_source_says_and_nowhere_else(serve: Callable[..., Any]) -> None:
    audience = (CLIENT,)
    routes = (
        ("/rest", {"authorizer": ports.Cognito("Pool", identity="method.request.header.X-Token")}),
        ("/header", {"authorizer": ports.Jwt("Ours", ISSUER, audience, identity="$request.header.X-Token")}),
        ("/query", {"authorizer": ports.Jwt("Ours", ISSUER, audience, identity="$request.querystring.access token")}),
    )
    good = token(id_claims(), key="id", kid=ID_KID).decode()
    bad = f"{good[:-4]}AAAA"
    asked: list[tuple[str, dict[str, str], str]] = [
        ("?access%20token={0}", {}, "a parameter"),
        ("?access+token={0}&x=1", {"authorization": f"Bearer {bad}"}, "beside another token"),
        ("", {"x-token": "Bearer {0}"}, "a header"),
        ("", {"x-token": "{0}", "authorization": "Basic a"}, "the token alone"),
        ("", {"authorization": "Bearer {0}"}, "Authorization"),
        ("?access%20token=", {"x-token": ""}, "empty"),
        (f"?access%20token={bad}", {"x-token": bad, "authorization": "Bearer {0}"}, "bad"),
        ("?access%20token={0}&access%20token={0}", {}, "twice"),
    ]
    found = {}
    async with serve(*routes) as client:
        for query, headers, label in asked:
            sent = {name: value.format(good) for name, value in headers.items()}
            answers = [await client.get(f"{path}{query.format(good)}", headers=sent) for path, _ in routes]
            found[label] = [answer.status_code for answer in answers]
        document = (await client.get("/openapi.json")).json()
    assert found == {
        "a parameter": [401, 401, 200],
        "beside another token": [401, 401, 200],
        "a header": [200, 200, 401],
        "the token alone": [200, 200, 401],
        "Authorization": [401, 401, 401],
        "empty": [401, 401, 401],
        "bad": [401, 401, 401],
        "twice": [401, 401, 401],
    }
    schemes = document["components"]["securitySchemes"]
    told = {path: schemes[next(iter(document["paths"][path]["get"]["security"][0]))] for path, _ in routes}
    places = {path: (one["type"], one["in"], one["name"]) for path, one in told.items()}
    header = ("apiKey", "header", "X-Token")
    assert places == {"/rest": header, "/header": header, "/query": ("apiKey", "query", "access token")}


async def test_a_token_without_the_scope_gets_the_gateways_answer(serve: Callable[..., Any]) -> None:
    route = ("/scoped", {"authorizer": POOL, "scopes": (READ,)})
    async with serve(route) as client:
        answer = await client.get("/scoped", headers=bearer(access_claims(scope="openid")))
        assert (answer.status_code, answer.content) == (401, b'{"message":"Unauthorized"}')
        assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"
        # The verdict on the token is kept by now; the one on its scopes is the route's.
        assert (await client.get("/scoped", headers=bearer(access_claims(scope=READ)))).status_code == 200


@pytest.mark.parametrize("scp", [[READ], READ, [{"name": READ}], [[READ]], 1])
async def test_a_pools_scopes_are_those_of_scope_alone(serve: Callable[..., Any], scp: object) -> None:
    """Triggers may take all scopes away, and write any other claim."""
    async with serve(("/scoped", {"authorizer": POOL, "scopes": (READ,)})) as client:
        answer = await client.get("/scoped", headers=bearer(access_claims(scope=..., scp=scp)))
        assert (answer.status_code, answer.content) == (401, b'{"message":"Unauthorized"}')
        assert (await client.get("/scoped", headers=bearer(access_claims(scope=READ, scp=scp)))).status_code == 200


async def test_scopes_that_a_trigger_writes_into_id_tokens_may_be_no_texts(serve: Callable[..., Any]) -> None:
    async with serve(("/docstring", {"scopes": (READ,)}), cognito_token_use="id") as client:
        for scope, status in (([{"name": READ}], 401), ({READ: True}, 401), ([{"name": WRITE}, READ], 200)):
            assert (await client.get("/docstring", headers=id_bearer(scope=scope))).status_code == status


HTTP = {"gateway_payload": "http-2.0"}
OURS = ports.Jwt("Ours", ISSUER, (CLIENT,))


async def test_a_jwt_authorizer_asks_for_issuer_audience_and_scope_and_not_for_the_use(
    serve: Callable[..., Any],
) -> None:
    routes = (("/plain", {"authorizer": OURS}), ("/scoped", {"authorizer": OURS, "scopes": (READ, WRITE)}))
    async with serve(*routes, **HTTP) as client:
        for sent in (id_bearer(), bearer(access_claims()), bearer(access_claims(aud=[OTHER_CLIENT, CLIENT]))):
            assert (await client.get("/plain", headers=sent)).status_code == 200
        bare = {"authorization": token(access_claims(scope=...)).decode()}
        event = (await client.get("/plain", headers=bare)).json()
        assert event["jwt"]["scopes"] is None
        assert event["jwt"]["claims"]["sub"] == access_claims()["sub"]
        for words in ({"scope": f"openid {WRITE}"}, {"scope": ..., "scp": ["openid", WRITE]}):
            event = (await client.get("/scoped", headers=bearer(access_claims(**words)))).json()
            assert event["jwt"]["scopes"] == ["openid", WRITE]
        for scope in ("openid", ["openid"], ""):
            sent = bearer(access_claims(scope=scope, scp=[WRITE]))
            assert (await client.get("/scoped", headers=sent)).status_code == 200, scope
        refused = await client.get("/scoped", headers=bearer(access_claims(scope="openid", scp="profile")))
        assert (refused.status_code, refused.content) == (403, b'{"message":"Forbidden"}')


CHALLENGES = {
    "expired": ({"exp": NOW}, "the token has expired"),
    "another audience": ({"aud": "elsewhere"}, "the token does not have a valid audience"),
    "another client": ({"client_id": MOBILE_CLIENT}, "the token does not have a valid audience"),
}


@pytest.mark.parametrize("name", CHALLENGES)
async def test_an_http_apis_challenge_names_the_scopes_of_the_route(serve: Callable[..., Any], name: str) -> None:
    changes, words = CHALLENGES[name]
    async with serve(("/scoped", {"authorizer": OURS, "scopes": (READ, WRITE)}), **HTTP) as client:
        answer = await client.get("/scoped", headers=bearer(access_claims(**changes)))
    assert (answer.status_code, answer.content) == (401, b'{"message":"Unauthorized"}')
    challenge = f'Bearer scope="{READ} {WRITE}" error="invalid_token" error_description="{words}"'
    assert answer.headers["www-authenticate"] == challenge
    assert "content-type" not in answer.headers


SEGMENTS = {
    "a.b": True,
    "{0}.{1}.{2}.": True,
    "{0}.{1}.{2}.a.b": True,
    "{0}!.{1}.{2}": False,
    "{0}.{1}!.{2}": False,
    "{0}.{1}.{2}!": False,
    "{0}.{1}.": False,
    "e30A.{1}.{2}": False,
}


@pytest.mark.parametrize("sent", SEGMENTS)
async def test_an_http_api_counts_segments_and_calls_no_other_fault_so(serve: Callable[..., Any], sent: str) -> None:
    """What it says of other faults has no source."""
    parts = token(access_claims()).decode().split(".")
    async with serve(("/plain", {"authorizer": OURS}), **HTTP) as client:
        answer = await client.get("/plain", headers={"authorization": sent.format(*parts)})
    assert (answer.status_code, answer.content) == (401, b'{"message":"Unauthorized"}')
    words = 'error_description="token contains an invalid number of segments"'
    assert (words in answer.headers["www-authenticate"]) is SEGMENTS[sent]


async def test_without_a_token_an_http_api_only_says_bearer(serve: Callable[..., Any]) -> None:
    async with serve(("/scoped", {"authorizer": OURS, "scopes": (READ,)}), **HTTP) as client:
        for sent in ({}, {"authorization": ""}):
            answer = await client.get("/scoped", headers=sent)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_another_issuers_keys_are_found_by_discovery(serve: Callable[..., Any]) -> None:
    good = issuers.claims(iss=TENANT, aud=["https://api.shop.example", "userinfo"])
    async with serve(("/shop", {"authorizer": FOREIGN}), ("/ours", {}), **HTTP) as client:
        for claims in (good, good | {"aud": CLIENT}):  # a client of ours stands for what only a deploy tells
            assert (await client.get("/shop", headers=bearer(claims))).status_code == 200
        for claims in (access_claims(), good | {"iss": TENANT.rstrip("/")}, good | {"aud": "https://api.example"}):
            assert (await client.get("/shop", headers=bearer(claims))).status_code == 401
        assert (await client.get("/ours", headers=bearer(good))).status_code == 401


CUSTOMERS, STAFFS = ports.Cognito("Customers", (f"{ARN}Example01",)), ports.Cognito("Staff", (f"{ARN}Staff0001",))
LATER = (ports.Cognito("Customers", ("CustomerPool",)), ports.Cognito("Staff", ("StaffPool",)))


@pytest.mark.parametrize("customers", [CUSTOMERS, LATER[0]])
async def test_of_two_pools_each_opens_its_own_routes_alone(
    serve: Callable[..., Any], customers: ports.Cognito
) -> None:
    both = ports.Cognito("Both", (f"{ARN}Example01", f"{ARN}Staff0001"))
    routes = (
        ("/customers", {"authorizer": customers}),
        ("/staff", {"authorizer": STAFFS}),
        ("/both", {"authorizer": both}),
        ("/docstring", {}),
    )
    async with serve(*routes, cognito_token_use="id") as client:
        found = [
            [(await client.get(path, headers=id_bearer(iss=issuer))).status_code for path, _ in routes]
            for issuer in (ISSUER, STAFF, TENANT)
        ]
    assert found == [[200, 401, 200, 200], [401, 200, 200, 401], [401] * 4]


async def test_one_pool_is_the_settings_own_whatever_its_arn(serve: Callable[..., Any]) -> None:
    """A stage may have another one than the table names."""
    async with serve(("/a", {"authorizer": STAFFS}), ("/b", {"authorizer": STAFFS, "scopes": (READ,)})) as client:
        assert (await client.get("/a", headers=id_bearer())).status_code == 200
        assert (await client.get("/a", headers=id_bearer(iss=STAFF))).status_code == 401


UNDECIDED = {
    "pools": (LATER, {}, "differ in user pools (CustomerPool, StaffPool) that only a deploy tells"),
    "unnamed pools": (
        (ports.Cognito("A", ("",)), ports.Cognito("B", ("",))),
        {},
        "the authorizers A, B differ in user pools (A, B) that only a deploy tells",
    ),
    "issuers": (
        tuple(ports.Jwt(name, None, (None,), (f"{name}Pool", "Client")) for name in ("A", "B")),
        HTTP,
        "differ in user pools (APool, BPool)",
    ),
    "a pool and an issuer": (
        (LATER[0], ports.Jwt("Staff", None, ("a",), ("StaffPool",))),
        {},
        "differ in user pools (CustomerPool, StaffPool)",
    ),
    "clients": (
        tuple(ports.Jwt(name, ISSUER, (None,), (f"{name}Client",)) for name in ("A", "B")),
        HTTP,
        "audiences (AClient, BClient) that only a deploy tells, and COGNITO_* names one: write them out",
    ),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_production_refuses_authorizers_that_nothing_tells_apart(database_url: str, name: str) -> None:
    authorizers, settings, sentence = UNDECIDED[name]
    routes = tuple((f"/{number}", {"authorizer": one}) for number, one in enumerate(authorizers))
    with pytest.raises(SettingsError) as refused:
        built(database_url, Shop(), *routes, environment="production", **settings)
    assert sentence in str(refused.value)
    same = tuple((path, {"authorizer": authorizers[0]}) for path, _ in routes)
    assert built(database_url, Shop(), *same, environment="production", **(settings if settings == HTTP else {}))


def allowed(headers: dict[str, str], method: str) -> dict[str, object] | None:
    """A stand-in of a project."""
    return {"sub": "machine", "method": method} if headers.get("x-api-key") == "right" else None


async def allowed_later(headers: dict[str, str], method: str) -> dict[str, object] | None:
    return allowed(headers, method)


IAM, KEY = ports.NeedsStandIn("iam", "iam"), ports.NeedsStandIn("key", "key")
OTHER = ports.NeedsStandIn("lambda", "Elsewhere")


async def test_a_stand_in_decides_where_an_authorizer_is_not_run(serve: Callable[..., Any]) -> None:
    routes = (
        ("/iam", {"authorizer": IAM}),
        ("/key", {"authorizer": KEY}),
        ("/other", {"authorizer": OTHER}),
        ("/both", {"authorizer": POOL, "needs_key": True}),
    )
    project = Shop(iam="deny", key=f"{__name__}:allowed", Elsewhere=f"{__name__}:allowed_later")
    async with serve(*routes, project=project) as client:
        denied = await client.get("/iam")
        assert (denied.status_code, denied.json()) == (403, {"message": "Missing Authentication Token"})
        assert (await client.get("/key")).json() == {"message": "Forbidden"}
        assert (await client.get("/other")).status_code == 403
        answer = await client.get("/key", headers={"x-api-key": "right"})
        assert answer.json() == {"claims": {"sub": "machine", "method": "GET"}}
        assert (await client.get("/other", headers={"x-api-key": "right"})).status_code == 200
        assert (await client.get("/both", headers={"x-api-key": "right"})).status_code == 401
        assert (await client.get("/both", headers=id_bearer())).status_code == 403
        both = await client.get("/both", headers=id_bearer() | {"x-api-key": "right"})
        assert both.json()["claims"]["aud"] == CLIENT


def bank(headers: dict[str, str], method: str) -> dict[str, object]:
    return {"principalId": "c1", "level": 3, "staff": False}


CONTEXTS = {
    "rest": {"principalId": "c1", "level": "3", "staff": "false", "integrationLatency": 0},
    "http-1.0": {"principalId": "c1", "level": "3", "staff": "false", "integrationLatency": 0},
    "http-2.0": {"lambda": {"principalId": "c1", "level": 3, "staff": False}},
}


@pytest.mark.parametrize("payload", CONTEXTS)
@pytest.mark.parametrize("needs_key", [False, True])
async def test_what_a_stand_in_says_for_a_function_stands_where_the_functions_context_does(
    serve: Callable[..., Any], payload: str, needs_key: bool
) -> None:
    project = Shop(Elsewhere=f"{__name__}:bank", key=f"{__name__}:allowed")
    route = ("/other", {"authorizer": OTHER, "needs_key": needs_key})
    async with serve(route, project=project, gateway_payload=payload) as client:
        answer = await client.get("/other", headers={"x-api-key": "right"})
    assert answer.json() == CONTEXTS[payload]


@pytest.mark.parametrize("needs_key", [False, True])
async def test_a_stand_in_that_is_named_for_an_authorizer_replaces_it(
    serve: Callable[..., Any], needs_key: bool
) -> None:
    routes = tuple(
        (f"/{one.name}", {"authorizer": one, "needs_key": needs_key})
        for one in (POOL, ports.Jwt("Web", ISSUER, ("a",)))
    )
    project = Shop(Pool=f"{__name__}:allowed", Web=f"{__name__}:allowed", key=f"{__name__}:allowed")
    async with serve(*routes, project=project) as client:
        for path, _ in routes:
            assert (await client.get(path, headers={"x-api-key": "right"})).status_code == 200
            assert (await client.get(path, headers=id_bearer())).status_code == 403


@pytest.mark.parametrize("payload", ["rest", "http-2.0"])
async def test_a_refusal_is_in_the_words_of_the_routes_own_api(serve: Callable[..., Any], payload: str) -> None:
    rest, http = ports.LambdaApi("rest", "rest"), ports.LambdaApi("http", "http")
    routes = (
        ("/rest/key", {"api": rest, "authorizer": KEY}),
        ("/http/key", {"api": http, "authorizer": KEY}),
        ("/rest/scoped", {"api": rest, "authorizer": POOL, "scopes": (READ,)}),
        ("/http/scoped", {"api": http, "authorizer": OURS, "scopes": (READ,)}),
    )
    sent = bearer(access_claims(scope="openid"))
    async with serve(*routes, project=Shop(key="deny"), gateway_payload=payload) as client:
        answers = {path: await client.get(path, headers=sent) for path, _ in routes}
    assert [answer.status_code for answer in answers.values()] == [403, 403, 401, 403]
    for path, answer in answers.items():
        own, other = "x-amzn-errortype", "apigw-requestid"
        if path.startswith("/http"):
            own, other = other, own
        assert own in answer.headers
        assert other not in answer.headers


@pytest.mark.parametrize(("environment", "status"), [("development", 200), ("test", 403), ("production", 403)])
async def test_what_is_allowed_in_development_is_denied_elsewhere(
    serve: Callable[..., Any], environment: str, status: int
) -> None:
    project = Shop(iam="allow-in-development")
    async with serve(("/iam", {"authorizer": IAM}), project=project, environment=environment) as client:
        answer = await client.get("/iam")
    assert answer.status_code == status
    assert status == 403 or answer.json() is None


REFUSED = {
    "iam": ({"authorizer": IAM}, {}, "GET /x: it is signed for IAM, which is not checked here: write iam ="),
    "a key": ({"authorizer": KEY}, {}, "GET /x: it asks for an API key, which is not checked here: write key ="),
    "a key beside a pool": ({"authorizer": POOL, "needs_key": True}, {}, "GET /x: it asks for an API key"),
    "a function": ({"authorizer": OTHER}, {}, "GET /x: it has the authorizer Elsewhere (lambda), which"),
    "a typing error": ({"authorizer": IAM}, {"iam": "allow"}, "iam must be"),
    "no such module": ({"authorizer": IAM}, {"iam": "gone.away:f"}, "iam = 'gone.away:f' cannot be imported"),
    "no such function": ({"authorizer": IAM}, {"iam": "json:gone"}, "the module has no such function"),
    "plain http": ({"authorizer": ports.Jwt("J", "http://a.example", ("a",))}, {}, "must be an https URL"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_nothing_serves_refuses_the_start(database_url: str, name: str) -> None:
    arguments, stand_ins, sentence = REFUSED[name]
    with pytest.raises(SettingsError) as refused:
        built(database_url, Shop(**stand_ins), ("/x", arguments))
    assert sentence in str(refused.value)


def test_the_table_of_the_working_directory_names_stand_ins(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.lambdatwin.authorizers]\niam = "deny"\n')
    monkeypatch.chdir(tmp_path)
    assert built(database_url, Project(), ("/x", {"authorizer": IAM}))
