"""Every member of `Project`, on a backend that is not this repository's."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
import structlog
from fastapi import Depends

from src.lambdatwin import Project, create_app, ports
from src.lambdatwin.cli import asgi_app
from src.lambdatwin.database import SecondAppError
from src.lambdatwin.dependencies import current_user
from src.lambdatwin.devtools.database import prepared
from src.lambdatwin.devtools.local import local_app
from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.project import DatabaseError, ProjectError, Registry, find_project
from src.lambdatwin.settings import Settings, SettingsError, load_settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support.foreign_backend import Backend, Parcels, routers
from tests.support.toy_gateway import client_of

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer")


@asynccontextmanager
async def started(
    project: Project, folder: Path, user: str = "ana", **settings: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app that runs, with the token of a user."""
    loaded = Settings(environment="test", **settings)
    app = local_app(project, loaded, folder=folder)

    @app.get("/whoami")
    async def whoami(user: Annotated[Any, Depends(current_user("parcels"))]) -> list[str]:
        return sorted(user)

    async with app.router.lifespan_context(app), client_of(app) as client:
        client.headers["authorization"] = f"Bearer {token(loaded, user, project, folder)}"
        yield client


def token(settings: Settings, user: str, project: Project, folder: Path) -> str:
    return make_token(settings, user, seconds=60, people=project.people, folder=folder)


async def test_the_document_says_what_the_project_says(keys: Path) -> None:
    async with started(Parcels(), keys) as client:
        document = (await client.get("/openapi.json")).json()
    assert {**document["info"]} == {"title": "Parcels", "version": "7.1", "description": "Sends parcels."}
    assert document["tags"][0] == {"name": "Parcels", "description": "All about parcels."}
    assert [tag["name"] for tag in document["tags"][1:]] == ["Health", "Login"]
    (parameter,) = document["paths"]["/parcels/{id}"]["get"]["parameters"]
    assert parameter["example"] == "p1"
    schema = document["components"]["schemas"]["ErrorBody"]
    assert (sorted(schema["properties"]), schema["description"]) == (["code", "ok", "why"], "The backend's error body.")
    refused = document["paths"]["/parcels"]["post"]["responses"]["403"]["content"]["application/json"]
    assert refused["example"] == {"ok": False, "why": "not yours", "code": 403}


async def test_without_a_model_an_error_is_any_object(keys: Path) -> None:
    class Plain(Parcels):
        error_body = Project.error_body  # type: ignore[assignment]

    async with started(Plain(), keys) as client:
        document = (await client.get("/openapi.json")).json()
    schema = document["components"]["schemas"]["ErrorBody"]
    assert (schema["type"], schema.get("properties")) == ("object", None)


async def test_where_no_handler_can_answer_the_answer_is_the_backends(keys: Path) -> None:
    app = local_app(Parcels(), Settings(environment="test"), folder=keys)
    async with client_of(app) as client:
        waiting = await client.get("/parcels/p1")
    assert waiting.json() == {"ok": False, "why": "The service has not started.", "code": 503}
    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "1")
    assert waiting.headers["x-powered-by"] == "parcels"
    async with started(Parcels(), keys, user="root") as client:
        assert (await client.get("/whoami")).json() == ["admin"]
        await client.delete("/roles/root")
        unknown = await client.get("/whoami")
    assert (unknown.status_code, unknown.json()["code"]) == (401, 401)


async def test_a_preflight_gets_what_handlers_say_of_origins(keys: Path) -> None:
    asked = {"origin": "https://parcels.example", "access-control-request-method": "POST"}
    async with started(Parcels(), keys) as client:
        answer = await client.options("/parcels", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "https://parcels.example"
    assert "x-powered-by" not in answer.headers


async def test_only_a_handler_that_says_how_it_is_composed_is_composed(keys: Path) -> None:
    project = Parcels()
    async with started(project, keys) as client:
        assert (await client.get("/parcels/p1")).text == "p1"  # by way of `result`
        sent = await client.post("/parcels")
    assert (sent.status_code, sent.json()) == (201, {"trace": f"trace-{sent.headers['x-request-id']}"})
    assert [call for call in project.backend.calls if call.startswith("composed")] == ["composed track"]


async def test_a_result_without_the_hook_is_what_lambda_would_refuse(keys: Path) -> None:
    class Plain(Parcels):
        result = Project.result

    async with started(Plain(), keys) as client:
        assert (await client.get("/parcels/p1")).status_code == 502


async def test_a_role_that_is_taken_away_counts_at_once(keys: Path) -> None:
    project = Parcels()
    async with started(project, keys) as ana:
        assert (await ana.post("/parcels")).status_code == 201
        root = {"authorization": f"Bearer {token(Settings(environment='test'), 'root', project, keys)}"}
        assert (await ana.delete("/roles/ana", headers=root)).status_code == 204
        assert (await ana.post("/parcels")).status_code == 403
    assert project.backend.listeners == []


class Hookless(Parcels):
    on_user_changed = Project.on_user_changed


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the library logs when an app starts; filled while the test runs."""
    found: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    handler = Lines()
    logging.getLogger("lambdatwin.start").addHandler(handler)
    yield found
    logging.getLogger("lambdatwin.start").removeHandler(handler)


STARTED = "Parcels 7.1 (test) started"
CACHED = "users may be cached by the backend: the project does not override on_user_changed"


@pytest.mark.parametrize(("project", "told"), [(Hookless, True), (Parcels, False)])
async def test_the_start_says_what_was_found(project: type[Parcels], told: bool, keys: Path, lines: list[str]) -> None:
    async with started(project(), keys):
        pass
    assert lines[0] == f"{STARTED}: 3 routes, 3 handlers, 0 share the engine"
    assert lines[1] == "logouts are kept in the memory of this process: without PostgreSQL run one worker only"
    assert (CACHED in lines) is told


async def test_production_is_warned_that_one_worker_may_run(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(
        environment="production",
        cognito_issuer="https://issuer.example.com/pool",
        cognito_client_id="3n4b5urk1ft4fl3mg5e62d9ado",
        cognito_jwks_url="http://127.0.0.1:1/keys",
    )
    app = create_app(Parcels(), settings)
    logging.getLogger("lambdatwin.start").addHandler(caplog.handler)
    try:
        async with app.router.lifespan_context(app):
            pass
    finally:
        logging.getLogger("lambdatwin.start").removeHandler(caplog.handler)
    warned = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "logouts are kept in the memory of this process: without PostgreSQL run one worker only" in warned


async def test_one_engine_serves_the_handlers_and_no_second_app_starts(
    keys: Path, database_url: str, lines: list[str]
) -> None:
    project = Parcels()
    async with started(project, keys, database_url=database_url) as client:
        assert lines == [f"{STARTED}: 3 routes, 3 handlers, 1 share the engine"]
        assert str(project.backend.container.db.url.database) in database_url
        with pytest.raises(SecondAppError, match="holds the engine"):
            async with started(Parcels(), keys, database_url=database_url):
                raise AssertionError("a second app runs")
        assert (await client.get("/parcels/p1")).status_code == 200
    assert project.backend.container.db is None
    async with started(project, keys, database_url=database_url):
        assert project.backend.calls.count("share") == 2


async def test_modules_are_shared_once_however_many_apps_run(keys: Path, database_url: str) -> None:
    class Sessions(Parcels):
        def share(self, modules: Any, sessions: Any) -> int:
            self.backend.calls.append("share")
            self.sessions = sessions
            return len(modules)

    project = Sessions()
    async with started(project, keys, database_url=database_url):
        async with started(project, keys, database_url=database_url):
            with pytest.raises(SecondAppError, match="only where one app runs"):
                _ = project.sessions.engine
        assert project.sessions.engine is not None
    assert project.backend.calls.count("share") == 1


def test_a_project_that_needs_a_database_does_not_start_without_one(keys: Path) -> None:
    class Needy(Parcels):
        needs_database = True

    with pytest.raises(SettingsError, match="DATABASE_URL is missing"):
        local_app(Needy(), Settings(environment="test"), folder=keys)


def test_a_database_url_of_another_database_is_told_where_one_is_needed(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Needy(Parcels):
        needs_database = True

    monkeypatch.setenv("DATABASE_URL", "mysql://h/orders")
    told = r"^DATABASE_URL must be like postgresql://.*, set PARCELS_DATABASE_URL too$"
    with pytest.raises(DatabaseError, match=told):
        prepared(Needy(), load_settings("PARCELS_"), seed=False)
    with pytest.raises(SettingsError, match=told.strip("^$")):
        local_app(Needy(), load_settings("PARCELS_"), folder=keys)


async def test_settings_are_read_under_the_projects_prefix(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"PARCELS_ENVIRONMENT": "production", "ENVIRONMENT": "live", "PARCELS_DOCS": "closed"}
    pool = {"COGNITO_USER_POOL_ID": "eu-west-1_Ab12Cd34E", "COGNITO_CLIENT_ID": "3n4b5urk1ft4fl3mg5e62d9ado"}
    for name, value in (given | pool).items():
        monkeypatch.setenv(name, value)
    project = Parcels()
    async with client_of(asgi_app(project)) as client:
        assert (await client.get("/docs")).status_code == 403
        assert (await client.get("/metrics")).status_code == 401
    assert project.backend.calls[:2] == ["prepare", "registry"]
    monkeypatch.setenv("PARCELS_GATEWAY_TIMEOUT", "soon")
    with pytest.raises(SettingsError, match="- PARCELS_GATEWAY_TIMEOUT: "):
        create_app(project)


@pytest.mark.parametrize(
    ("project", "name", "status"),
    [(Parcels(), "ana", 200), (Parcels(), "eve", 400), (Project(), "eve", 200), (Project(), "no such id", 400)],
)
async def test_the_local_issuer_logs_in_the_people_or_any_id(
    project: Project, name: str, status: int, tmp_path: Path
) -> None:
    settings = Settings(environment="test")
    app = local_app(project, settings, folder=tmp_path, registry=Registry(routers(Backend()), ()))
    asked = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "local",
        "AuthParameters": {"USERNAME": name, "PASSWORD": "local-password"},
    }
    target = {"x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth"}
    async with client_of(app) as client:
        answer = await client.post("/auth/local/", json=asked, headers=target)
    assert answer.status_code == status
    assert ("AuthenticationResult" in answer.json()) is (status == 200)


@pytest.mark.parametrize("member", ["handler", "users", "authorizers", "external_services"])
def test_a_fault_in_the_projects_own_code_is_no_fault_of_the_settings(member: str, keys: Path) -> None:
    def fails(*arguments: Any) -> Any:
        raise ValueError("a fault of its own")

    faulty = type("Faulty", (Parcels,), {member: fails})
    with pytest.raises(ValueError, match="a fault of its own"):
        local_app(faulty(), Settings(environment="test"), folder=keys)


def test_a_fault_in_the_module_of_a_stand_in_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: Path
) -> None:
    (tmp_path / "faulty_stand_in.py").write_text("int('seven')")
    monkeypatch.syspath_prepend(tmp_path)

    class Guarded(Project):
        def authorizers(self) -> dict[str, str]:
            return {"iam": "faulty_stand_in:decide"}

    @ports.endpoint(handler=len, module="m", function="f", auth="c", authorizer=ports.NeedsStandIn("iam", "iam"))
    async def signature() -> None: ...

    router = ports.router("Toys")
    router.get("/toys")(signature)
    with pytest.raises(ValueError, match="invalid literal"):
        local_app(Guarded(), Settings(environment="test"), folder=keys, registry=Registry((router,), ()))


def test_two_routes_that_claim_one_path_refuse_the_start(keys: Path) -> None:
    project = Parcels()
    twice = Registry(project.registry().routers * 2, ())
    with pytest.raises(SettingsError, match="two routes claim"):
        local_app(project, Settings(environment="test"), folder=keys, registry=twice)


def test_the_routers_are_where_the_generator_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "pyproject.toml").write_text('[tool.codegen]\noutput = "parcels_app/routes"\n', encoding="utf-8")
    with pytest.raises(ProjectError, match=r"parcels_app/routes: there is no parcels_app.routes.registry"):
        find_project().registry()
    package = tmp_path / "parcels_app" / "routes"
    package.mkdir(parents=True)
    (package / "registry.py").write_text("ROUTERS, MODULES = (), ('one',)\n", encoding="utf-8")
    assert find_project().registry() == Registry((), ("one",))  # type: ignore[arg-type]


@pytest.mark.parametrize("output", ["../routers", "/srv/routers"])
def test_routers_outside_the_root_are_told(output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(f'[tool.codegen]\noutput = "{output}"\n', encoding="utf-8")
    with pytest.raises(ProjectError, match=f"output = '{output}'"):
        find_project().registry()


@pytest.mark.parametrize("text", ["", "[tool.lambdatwin]\nauthorizers = 'none'\n"])
def test_no_table_of_stand_ins_counts_as_none(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert find_project().authorizers() == {}


async def test_a_backend_that_logs_by_itself_keeps_its_log(keys: Path, caplog: pytest.LogCaptureFixture) -> None:
    library = logging.getLogger("lambdatwin")
    kept, library.handlers, library.propagate = library.handlers, [], True
    try:
        async with started(Parcels(), keys):
            assert library.handlers == []  # the root's count, which pytest has set
        assert f"{STARTED}: 3 routes, 3 handlers, 0 share the engine" in caplog.messages
    finally:
        library.handlers, library.propagate = kept, False


def test_a_configured_structlog_stays_as_it_is() -> None:
    before = structlog.get_config()
    MenuPlanning().prepare()
    assert structlog.is_configured()
    assert structlog.get_config() == before


def test_ports_have_no_shape_of_an_error() -> None:
    assert ports.ErrorBody.model_validate(json.loads('{"any": 1}')).model_dump() == {"any": 1}
