"""What a developer documents in the app stands in its document, beside what the generated routes say."""

import warnings
from collections.abc import Callable
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Security
from fastapi.responses import FileResponse
from fastapi.security import APIKeyHeader
from openapi_spec_validator import validate
from pydantic import BaseModel

from src.lambdatwin import Project, create_app, ports
from src.lambdatwin.app import install
from src.lambdatwin.dependencies import current_user, verdict
from src.lambdatwin.project import Registry
from src.lambdatwin.settings import Settings
from tests.support.toy_gateway import NO_ISSUER, toy_router

pytestmark = pytest.mark.anyio


async def empty(event: dict[str, Any], context: Any) -> Any:
    return {"statusCode": 204}


def created() -> FastAPI:
    registry = Registry((toy_router(empty, path="/things", auth="iam"),), ())
    return create_app(Project(), Settings(**NO_ISSUER), registry=registry)


def installed() -> FastAPI:
    app = FastAPI()
    install(app, [toy_router(empty, path="/things", auth="iam")], project=Project(), settings=Settings(**NO_ISSUER))
    return app


@pytest.mark.parametrize("make", [created, installed])
def test_a_route_says_which_token_or_key_it_takes(make: Callable[[], FastAPI]) -> None:
    app = make()

    @app.get("/whoami")
    async def whoami(
        found: Annotated[Any, Depends(verdict)], user: Annotated[Any, Depends(current_user("iam"))]
    ) -> None:
        """Says who asks."""

    @app.get("/key")
    async def key(key: Annotated[str, Security(APIKeyHeader(name="x-key"))]) -> None: ...

    document = app.openapi()
    validate(document)
    assert {"Cognito", "APIKeyHeader"} <= document["components"]["securitySchemes"].keys()
    assert document["paths"]["/things"]["get"]["security"] == [{"Cognito": []}]
    assert document["paths"]["/whoami"]["get"]["security"] == [{"Cognito": []}]
    assert document["paths"]["/whoami"]["get"]["description"] == "Says who asks."
    assert document["paths"]["/key"]["get"]["security"] == [{"APIKeyHeader": []}]


class Teapot(BaseModel):
    short: bool


class Stamp(BaseModel):
    tenant: str


def test_the_options_of_the_app_count_for_installed_routes() -> None:
    teapot: Any = {418: {"description": "A teapot.", "model": Teapot}, 404: {"description": "The app's word."}}
    router = toy_router(empty, path="/things")
    router.add_api_route("/gone", router.routes[0].endpoint, methods=["GET"], responses={404: {"description": "Gone."}})
    app = FastAPI(responses=teapot, deprecated=True)
    install(app, [router], project=Project(), settings=Settings(**NO_ISSUER))
    app.get("/mine")(lambda: None)
    document = app.openapi()
    validate(document)
    mine, things, gone = (document["paths"][path]["get"] for path in ("/mine", "/things", "/gone"))
    assert things["responses"]["418"] == gone["responses"]["418"] == mine["responses"]["418"]
    assert [one["responses"]["404"]["description"] for one in (things, gone)] == ["The app's word.", "Gone."]
    assert things["deprecated"] is gone["deprecated"] is True
    hidden = FastAPI(include_in_schema=False)
    install(hidden, [toy_router(empty)], project=Project(), settings=Settings(**NO_ISSUER))
    assert hidden.openapi()["paths"] == {}


@pytest.mark.parametrize("operation_id", ["toys_empty", None])
def test_routers_below_two_prefixes_have_operation_ids_of_their_own(operation_id: str | None) -> None:
    router = toy_router(empty, path="/things")
    router.add_api_route("/all", router.routes[0].endpoint, methods=["GET", "POST"], operation_id=operation_id)

    @router.get("/said", operation_id=operation_id and "toys_said")
    @ports.endpoint(handler=empty, module="toys", function="said", auth=None, document_only=True)
    async def said() -> None: ...

    app = FastAPI()
    for prefix in ("/v1", "/v2"):
        install(app, [router], prefix, project=Project(), settings=Settings(**NO_ISSUER))
    with warnings.catch_warnings(action="error"):
        document = app.openapi()
    validate(document)
    ids = [one["operationId"] for item in document["paths"].values() for one in item.values()]
    assert len(set(ids)) == len(ids) == 8
    assert (operation_id in ids) is (operation_id is not None)


def test_an_operation_id_that_only_the_app_can_give_is_made_by_its_own_function() -> None:
    app = FastAPI(generate_unique_id_function=lambda route: f"mine_{route.name}")
    install(app, [toy_router(empty, path="/things")], "/v1", project=Project(), settings=Settings(**NO_ISSUER))
    assert app.openapi()["paths"]["/v1/things"]["get"]["operationId"] == "mine_signature"


def test_callbacks_of_the_app_are_documented_for_installed_routes() -> None:
    calls = APIRouter()
    calls.post("{$request.query.url}")(lambda: None)
    theirs, ours = FastAPI(callbacks=calls.routes), FastAPI(callbacks=calls.routes)
    theirs.get("/things")(lambda: None)
    install(ours, [toy_router(empty, path="/things")], project=Project(), settings=Settings(**NO_ISSUER))
    callbacks = [app.openapi()["paths"]["/things"]["get"].get("callbacks") for app in (theirs, ours)]
    assert callbacks[0] == callbacks[1] != {}
    validate(ours.openapi())


def test_the_body_of_a_dependency_is_documented_where_the_handler_has_none() -> None:
    async def stamped(stamp: Stamp) -> None: ...

    router = toy_router(empty, method="POST", path="/stamped")

    @ports.endpoint(handler=empty, module="toys", function="empty", auth=None)
    async def brew(body: Teapot) -> None: ...

    router.add_api_route("/brewed", brew, methods=["POST"])
    app = FastAPI()
    install(app, [router], dependencies=[Depends(stamped)], project=Project(), settings=Settings(**NO_ISSUER))
    paths = app.openapi()["paths"]
    schemas = [paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"] for path in paths]
    assert [schema["$ref"].rpartition("/")[2] for schema in schemas] == ["Stamp", "Teapot"]


def test_a_document_that_was_made_before_has_what_is_installed_later() -> None:
    app = FastAPI()
    assert "paths" in app.openapi()
    install(app, [toy_router(empty, path="/things")], project=Project(), settings=Settings(**NO_ISSUER))
    assert "/things" in app.openapi()["paths"]


def test_responses_and_parameters_without_a_schema_are_documented() -> None:
    app = created()
    parameter = {"in": "query", "name": "filter", "content": {"application/json": {}}}

    @app.get(
        "/image",
        response_class=FileResponse,
        responses={200: {"content": {"image/png": {}}, "description": "The image."}},
        openapi_extra={"parameters": [parameter], "requestBody": {"content": {"application/x-yaml": {}}}},
    )
    async def image() -> None: ...

    operation = app.openapi()["paths"]["/image"]["get"]
    assert "image/png" in operation["responses"]["200"]["content"]
    assert operation["parameters"] == [parameter]


def test_what_the_app_says_of_itself_is_kept() -> None:
    app = created()

    @app.webhooks.post("thing-made")
    async def made(body: dict[str, str]) -> None: ...

    app.servers, app.contact = [{"url": "https://api.example.org"}], {"name": "Kitchen"}
    app.openapi_tags = [{"name": "Toys", "description": "In my words."}]
    app.add_api_route("/toys", made, tags=["Toys"])
    document = app.openapi()
    validate(document)
    assert (document["servers"], document["info"]["contact"]) == (app.servers, app.contact)
    assert [one for one in document["tags"] if one["name"] == "Toys"] == app.openapi_tags
    assert "thing-made" in document["webhooks"]


@pytest.mark.parametrize("mounted", [False, True])
async def test_the_pages_find_their_files_below_a_path(mounted: bool) -> None:
    app, parent = created(), FastAPI(docs_url=None, redoc_url=None)
    parent.mount("/below", app)
    transport = httpx.ASGITransport(parent) if mounted else httpx.ASGITransport(app, root_path="/below")
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        for page, file in (("/docs", "/docs/static/swagger-ui-bundle.js"), ("/redoc", "/docs/redoc.js")):
            text = (await client.get(f"/below{page}")).text
            assert f'src="/below{file}"' in text
            assert "/below/openapi.json" in text
            assert (await client.get(f"/below{file}")).status_code == 200
        assert (await client.get("/below/openapi.json")).status_code == 200
