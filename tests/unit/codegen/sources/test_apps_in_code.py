"""What Chalice and Powertools do beside their routes, where nothing but the code declares them."""

from pathlib import Path

import pytest

from codegen.declarations import LambdaAuthorizer
from tests.golden.sources.cases import linked, write

SETTINGS = '[[tool.codegen.route_source]]\nkind = "decorators"\nauthorizer = "none"\n'
POWERTOOLS = """
from aws_lambda_powertools.event_handler import (
    APIGatewayHttpResolver, APIGatewayRestResolver, ApiGatewayResolver, CORSConfig, ProxyEventType,
)

cors = CORSConfig(allow_origin="https://a.b")
app = {app}
{more}


@app.get("/a")
def a(): ...


def lambda_handler(event, context):
    return app.resolve(event, context)
"""
CHALICE = """
import os
from chalice import Chalice, CustomAuthorizer

app = Chalice(app_name="x")
{more}


@app.authorizer({own})
def own(request): ...


elsewhere = CustomAuthorizer("elsewhere", authorizer_uri="arn", {other})


@app.route("/a", authorizer=own)
def a(): ...


@app.route("/b", authorizer=elsewhere)
def b(): ...
"""


def told(folder: Path, text: str, **other: str) -> list[tuple[str, str]]:
    write(folder / "pyproject.toml", SETTINGS)
    write(folder / "app.py", text)
    for name, more in other.items():
        write(folder / name.replace("__", "/"), more)
    return [(one.code, one.message) for one in linked(folder).findings]


@pytest.mark.parametrize(
    ("app", "words"),
    [
        ("APIGatewayRestResolver(cors=cors)", ["OPTIONS /a"]),
        ("APIGatewayHttpResolver(cors=CORSConfig())", ["OPTIONS /a"]),
        ("APIGatewayRestResolver(cors=None)", []),
        ("APIGatewayRestResolver()", []),
    ],
)
def test_preflights_that_reach_no_app_of_powertools_are_told(app: str, words: list[str], tmp_path: Path) -> None:
    found = told(tmp_path, POWERTOOLS.format(app=app, more=""))
    assert [code for code, _ in found] == ["CG256"] * len(words)
    assert all(word in message for word, (_, message) in zip(words, found, strict=True))
    more = '@app.route("/a", method="OPTIONS")\ndef options(): ...\n'
    assert told(tmp_path, POWERTOOLS.format(app=app, more=more)) == []


def test_a_table_tells_of_preflights_itself(tmp_path: Path) -> None:
    write(
        tmp_path / "routes.toml",
        '[[route]]\nmethod = "GET"\npath = "/a"\nhandler = "app.lambda_handler"\nauthorizer = "none"\n',
    )
    told(tmp_path, POWERTOOLS.format(app="APIGatewayRestResolver(cors=cors)", more=""))
    write(tmp_path / "pyproject.toml", SETTINGS + '[[tool.codegen.route_source]]\nkind = "routes"\n')
    assert linked(tmp_path).findings == ()


@pytest.mark.parametrize(
    ("call", "paths"),
    [
        ("app.enable_swagger()", ["/swagger", "/a"]),
        ('app.enable_swagger(path="/docs/all", title="x")', ["/docs/all", "/a"]),
    ],
)
def test_swagger_of_powertools_is_a_route(call: str, paths: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, POWERTOOLS.format(app="APIGatewayRestResolver()", more=call)) == []
    assert sorted((route.method, route.path) for route in linked(tmp_path).routes) == sorted(("GET", p) for p in paths)


@pytest.mark.parametrize("call", ["app.enable_swagger(path=cors)", "if cors:\n    app.enable_swagger()"])
def test_swagger_that_cannot_be_read_is_told(call: str, tmp_path: Path) -> None:
    assert [code for code, _ in told(tmp_path, POWERTOOLS.format(app="APIGatewayRestResolver()", more=call))] == [
        "CG156"
    ]


@pytest.mark.parametrize(
    ("prefixes", "paths"),
    [
        ('["/one", "/two"]', ["/one/a", "/two/a"]),
        ("[]", ["/a"]),
        ('[re.compile("/v[0-9]")]', None),
        ("PREFIXES", None),
    ],
)
def test_paths_of_powertools_have_each_prefix_that_is_stripped(
    prefixes: str, paths: list[str] | None, tmp_path: Path
) -> None:
    found = told(tmp_path, POWERTOOLS.format(app=f"APIGatewayRestResolver(strip_prefixes={prefixes})", more=""))
    assert [code for code, _ in found] == ([] if paths else ["CG156"])
    assert [route.path for route in linked(tmp_path).routes] == (paths or [])


@pytest.mark.parametrize(
    ("path", "unreachable"),
    # An app takes off a prefix that is there: the base path of a domain's mapping stands in front of no table's path.
    [("/two/a", []), ("/a", []), ("/{proxy+}", []), ("/three/a", ["GET /one/a is in no table"])],
)
def test_a_table_may_have_one_of_the_prefixes_or_none(path: str, unreachable: list[str], tmp_path: Path) -> None:
    told(tmp_path, POWERTOOLS.format(app='APIGatewayRestResolver(strip_prefixes=["/one", "/two"])', more=""))
    route = f'[[route]]\nmethod = "GET"\npath = "{path}"\nhandler = "app.lambda_handler"\nauthorizer = "none"\n'
    write(tmp_path / "routes.toml", route)
    write(tmp_path / "pyproject.toml", SETTINGS + '[[tool.codegen.route_source]]\nkind = "routes"\n')
    found = linked(tmp_path)
    assert [one.message.partition(":")[0] for one in found.findings] == unreachable
    documented = {"/{proxy+}": ["/one/a", "/two/a", "/{proxy+}"]}.get(path, [path])
    assert sorted(one.path for one in found.operations) == documented


def test_the_first_argument_of_a_resolver_is_its_event(tmp_path: Path) -> None:
    told(tmp_path, POWERTOOLS.format(app="ApiGatewayResolver(ProxyEventType.APIGatewayProxyEventV2)", more=""))
    assert [(route.api.kind, route.payload) for route in linked(tmp_path).routes] == [("http", "2.0")]


def test_what_chalice_sets_up_and_is_not_done_here_is_told(tmp_path: Path) -> None:
    config = '{"stages": {"dev": {"minimum_compression_size": 9}}, "api_gateway_policy_file": "policy.json"}'
    found = told(tmp_path, CHALICE.format(more="", own="", other=""), **{".chalice__config.json": config})
    assert sorted(message.partition(":")[0] for code, message in found if code == "CG256") == [
        "api_gateway_policy_file is not applied",
        "minimum_compression_size is not applied",
    ]


@pytest.mark.parametrize("line", ["append(os.environ['T'])", "extend(['a/b', os.environ['T']])"])
def test_a_binary_type_of_chalice_that_cannot_be_read_is_told(line: str, tmp_path: Path) -> None:
    text = CHALICE.format(more=f"app.api.binary_types.{line}", own="", other="")
    assert ("CG256", "a binary type cannot be read: such bodies are texts") in told(tmp_path, text)


@pytest.mark.parametrize("seconds", ["7200", "True", "os.environ['T']"])
def test_a_time_of_chalice_that_no_authorizer_has_is_told(seconds: str, tmp_path: Path) -> None:
    text = CHALICE.format(more="", own=f"ttl_seconds={seconds}", other=f"ttl_seconds={seconds}")
    assert [message for code, message in told(tmp_path, text) if code == "CG156"] == [
        "ttl_seconds cannot be read, or is no whole number from 0 to 3600"
    ] * 2


def test_an_authorizer_of_chalice_keeps_what_is_stated(tmp_path: Path) -> None:
    told(tmp_path, CHALICE.format(more="", own="7, None, 'mine', 'X-A'", other="header='X-B', ttl_seconds=9"))
    found = [route.authorizer for route in linked(tmp_path).routes]
    assert [(one.name, one.ttl, one.identity) for one in found if isinstance(one, LambdaAuthorizer)] == [
        ("mine", 7, ("method.request.header.X-A",)),
        ("elsewhere", 9, ("method.request.header.X-B",)),
    ]


def test_a_web_socket_of_chalice_is_noted(tmp_path: Path) -> None:
    text = CHALICE.format(more="@app.on_ws_message()\ndef talk(event): ...\n", own="", other="")
    assert ("CG350", "talk is a WebSocket's: it is not served") in told(tmp_path, text)
