"""Each row of what happens when sources disagree, and what a slip of the pen must not do."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from codegen.cli import app
from tests.golden.codegen.cases import code_base
from tests.golden.sources.cases import linked, write

ROUTE = """
[[route]]
method = "{method}"
path = "{path}"
handler = "{handler}"
authorizer = "{authorizer}"
"""
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  {api}:
    Type: AWS::Serverless::Api
    Properties: {{StageName: Prod}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: {handler}
      Events:
        A:
          Type: Api
          Properties: {{RestApiId: !Ref {api}, Path: '{path}', Method: {method}, Auth: {{{auth}}}}}
"""
HANDLER = "def handler(event, context):\n    return {'statusCode': 200}\n\n\nother = handler\n"


def route(method: str = "GET", path: str = "/a", handler: str = "app.handler", authorizer: str = "none") -> str:
    return ROUTE.format(method=method, path=path, handler=handler, authorizer=authorizer)


def template(
    api: str = "Api", path: str = "/a", method: str = "get", handler: str = "app.handler", auth: str = ""
) -> str:
    return TEMPLATE.format(api=api, path=path, method=method, handler=handler, auth=auth and f"Authorizer: {auth}")


def said(root: Path) -> list[tuple[str, str, str | None]]:
    """Code, place, and the other place of each finding."""
    found = []
    for finding in linked(root).findings:
        other, point = finding.other_point, finding.point
        second = f"{finding.other.path}:{other.line}" if finding.other is not None and other is not None else None
        found.append((finding.code, f"{finding.spot.path}:{point.line if point else 0}", second))
    return found


def run(root: Path, command: str, *options: str) -> Result:
    return CliRunner().invoke(app, [command, "--root", str(root), "--no-cache", *options])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "app.py", HANDLER)
    return tmp_path


@pytest.mark.parametrize("command", ["generate", "check", "routes"])
def test_no_source_is_an_error_that_says_where_it_looked(tmp_path: Path, command: str) -> None:
    result = run(tmp_path, command)
    assert result.exit_code == 2
    assert "CG150 no route is declared: no table in the root, no `lambda_handler` in a folder `aws_lambda`" in (
        result.output
    )
    assert list(tmp_path.iterdir()) == []


INSTEAD = {
    "tables further down": (
        {
            "b/serverless.yml": "x",
            "a/template.yaml": "Resources: {}",
            "c/template.yaml": "kind: x",
            ".d/cdk.json": "{}",
        },
        "name a/template.yaml or b/serverless.yml as a route_source, or the folder with --root",
    ),
    "many tables": ({f"{n}/cdk.json": "{}" for n in range(6)}, "name 0/cdk.json or 1/cdk.json or 2/cdk.json or 3 more"),
    "what is not read": (
        {"infra/main.tf": "x", "infra/vars.tf": "x", "sst.config.ts": "x", "Pulumi.yaml": "name: x"},
        "routes of Pulumi (Pulumi.yaml) and SST (sst.config.ts) and Terraform (infra/main.tf) are not read: write them",
    ),
    "other apps": (
        {
            "edge.py": "from aws_lambda_powertools.event_handler import ALBResolver\napp = ALBResolver()\n",
            "agent.py": "import aws_lambda_powertools.event_handler as e\napp: object = e.BedrockAgentResolver()\n",
        },
        "no API Gateway calls the app of agent.py (BedrockAgentResolver) and edge.py (ALBResolver): it is not served",
    ),
}


@pytest.mark.parametrize("name", INSTEAD)
def test_where_no_source_is_the_hint_says_what_is_there_instead(name: str, tmp_path: Path) -> None:
    files, said = INSTEAD[name]
    for path, text in files.items():
        write(tmp_path / path, text)
    (finding,) = linked(tmp_path).findings
    assert finding.code == "CG150"
    assert finding.hint.startswith(said)


@pytest.mark.parametrize("data", [b"", b"hello", "Resources: {}".encode("utf-16")])
def test_a_file_that_is_only_called_like_a_template_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "template.yaml").write_bytes(data)
    assert "template.yaml has no Resources that can be read as UTF-8, no table" in run(tmp_path, "routes").output


@pytest.mark.parametrize("kind", ["routes", "sam", "cloudformation", "cdk", "serverless", "openapi"])
def test_a_source_that_is_not_there_is_an_error(root: Path, kind: str) -> None:
    write(root / "pyproject.toml", f"[[tool.codegen.route_source]]\nkind = '{kind}'\npath = 'lost/table.json'\n")
    assert said(root) == [("CG151", "lost/table.json:1", None)]


def test_what_the_code_states_is_held_against_no_table_that_cannot_be_read(root: Path) -> None:
    write(root / "template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources: {Path: /a/{id}, Method: get}\n")
    make = "from aws_lambda_powertools.event_handler import APIGatewayRestResolver\n\napp = APIGatewayRestResolver()\n"
    handler = "def handler(event, context):\n    return app.resolve(event, context)\n"
    write(root / "app.py", f"{make}\n\n@app.get('/a')\ndef a(): ...\n\n\n{handler}")
    assert [code for code, _, _ in said(root)] == ["CG151"]


def test_an_app_of_a_class_under_another_name_is_found(root: Path) -> None:
    write(root / "app.py", "from chalice import Chalice as Api\n\napp = Api('a')\n\n\n@app.route('/a')\ndef a(): ...\n")
    listed = run(root, "routes")
    assert "reading app.py (decorators): app.py makes an app" in listed.stderr, listed.stdout


def test_a_source_elsewhere_is_not_read(root: Path) -> None:
    write(root / "pyproject.toml", "[[tool.codegen.route_source]]\nkind = 'sam'\npath = '../template.yaml'\n")
    assert [code for code, _, _ in said(root)] == ["CG151"]


@pytest.mark.parametrize(
    ("slip", "message"),
    [
        ("sources=['srcc']", "tool.codegen.sources: there is no folder 'srcc'"),
        ("import_roots=['srcc']", "tool.codegen.import_roots: there is no folder 'srcc'"),
        ("module_root='srcc'", "tool.codegen.module_root: there is no folder 'srcc'"),
        ("route_source=[{kind='sam', code_root='srcc'}]", "there is no folder 'srcc'"),
        ("route_source=[{kind='sam', layers=['srcc']}]", "there is no folder 'srcc'"),
        ("route_source=[{kind='sams'}]", "its kind is one of"),
        ("route_source=[{kind='sam', folder='x'}]", "folder is no key of it"),
    ],
)
def test_a_typo_in_the_settings_removes_nothing(tmp_path: Path, slip: str, message: str) -> None:
    code_base(tmp_path)
    assert run(tmp_path, "generate").exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "generated").rglob("*") if path.is_file()}
    for command in ("generate", "check", "routes"):
        result = run(tmp_path, command, "--set", slip)
        assert result.exit_code == 2
        assert message in result.output
    assert {path: path.read_bytes() for path in before} == before


def test_a_root_that_was_emptied_removes_nothing(tmp_path: Path) -> None:
    handler = code_base(tmp_path)
    run(tmp_path, "generate")
    handler.unlink()
    result = run(tmp_path, "generate")
    assert result.exit_code == 2
    assert "CG150" in result.output
    assert (tmp_path / "generated/orders/orders.py").exists()


def test_a_table_is_read_and_generated(root: Path) -> None:
    write(root / "routes.toml", route())
    listed = run(root, "routes", "--format", "json")
    assert listed.exit_code == 0
    (row,) = json.loads(listed.stdout)
    assert (row["module"], row["file"], row["function"]) == (None, "app.py", "handler")
    assert row["source"] == {"kind": "routes", "path": "routes.toml", "line": 2, "column": 1}
    assert "reading routes.toml (routes): routes.toml lies in the root" in listed.stderr
    assert run(root, "check").exit_code == 1
    assert run(root, "generate").exit_code == 0
    assert run(root, "check").exit_code == 0
    assert 'file="app.py"' in (root / "generated/functions.py").read_text(encoding="utf-8")
    written = (root / "generated/api/a.py").read_text(encoding="utf-8")
    assert '@router.get(\n    "/a",' in written
    assert "function=functions.APP_PY_HANDLER" in written


def test_an_entry_that_is_a_coroutine_function_is_a_finding(root: Path) -> None:
    write(root / "routes.toml", route())
    write(root / "app.py", "async def handler(event, context):\n    return {}\n")
    result = run(root, "generate")
    assert result.exit_code == 0
    assert "routes.toml:5" in result.stdout
    assert "CG255" in result.stdout


def test_a_declared_path_of_the_runtimes_own_is_an_error(root: Path) -> None:
    write(root / "routes.toml", route(path="/docs/{page}"))
    assert "routes.toml:2:1: error CG105" in run(root, "generate").stdout


def test_each_command_tells_the_same(root: Path) -> None:
    write(root / "routes.toml", route(path="/docs/{page}") + route(path="/a/{b}") + route(path="/a/{c}/d"))
    write(root / "app.py", "async def handler(event, context):\n    return {}\n")
    told = {
        command: {line for line in (result.stdout + result.stderr).splitlines() if line.startswith("routes.toml:")}
        for command in ("routes", "check", "generate")
        for result in [run(root, command)]
    }
    assert told["routes"] == told["check"] == told["generate"]
    assert {line.split()[2] for line in told["routes"]} == {"CG105", "CG255", "CG206", "CG211"}
    assert run(root, "routes").exit_code == 1


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("/a/{b}", "/a/{c}/d", "GET /a/{c}/d has {c} where GET /a/{b} has {b}"),
        ("/a/{b}", "/a/{proxy+}", "GET /a/{proxy+} has {proxy+} where GET /a/{b} has {b}"),
        ("/a/{b}", "/a/c/{d}", None),
        ("/a/{b}", "/a/{b}/{c}", None),
        ("/{a}/{b}", "/{a}/{c}", "CG153"),
    ],
)
@pytest.mark.parametrize("kind", ["rest", "http"])
def test_two_names_in_one_place_of_a_rest_api_are_told(
    one: str, other: str, message: str | None, kind: str, root: Path
) -> None:
    """CloudFormation fails there: "A sibling ({b}) of this resource already has a variable path part"."""
    both = (route(path=one) + route(path=other)).replace("[[route]]", '[[route]]\napi = "x"')
    write(root / "routes.toml", f'[apis.x]\nkind = "{kind}"\n{both}')
    found = linked(root).findings
    if message == "CG153":
        assert [finding.code for finding in found] == ["CG153"]
        return
    expected = [] if message is None or kind == "http" else ["CG211"]
    assert [finding.code for finding in found] == expected
    for finding in found:
        assert finding.message.startswith(f"{message}: API Gateway takes one parameter in one place")
        assert (finding.point and finding.point.line, finding.other_point and finding.other_point.line) == (11, 4)


def test_a_declared_function_that_does_not_exist_is_an_error_at_its_line(root: Path) -> None:
    write(root / "routes.toml", route(handler="app.lost"))
    assert said(root) == [("CG152", "routes.toml:5", None)]


@pytest.mark.parametrize(
    "more", [{"handler": "app.other"}, {"auth": "AWS_IAM"}, {"path": "/b"}, {"method": "post"}, {"path": "/a/{b}"}]
)
def test_two_tables_of_one_api_that_differ_are_an_error_at_both_places(root: Path, more: dict[str, str]) -> None:
    write(root / "template.yaml", template(**more))
    write(root / "routes.toml", route().replace("[[route]]", '[[route]]\napi = "Api"'))
    found = [(place, other) for code, place, other in said(root) if code == "CG153"]
    assert found
    assert {place.partition(":")[0] for pair in found for place in pair if place} == {"template.yaml", "routes.toml"}


def test_two_tables_of_one_api_that_agree_are_one(root: Path) -> None:
    write(root / "template.yaml", template())
    write(root / "routes.toml", run(root, "routes", "--as", "toml").stdout)
    assert said(root) == []
    assert [found.place.path for found in linked(root).routes] == ["routes.toml"]


@pytest.mark.parametrize(("path", "codes"), [("/a", ["CG153"]), ("/b", [])])
def test_two_templates_without_a_common_route_have_an_api_each(root: Path, path: str, codes: list[str]) -> None:
    for folder, table in (("one", template()), ("two", template(path=path, handler="app.other"))):
        write(root / folder / "template.yaml", table.replace("CodeUri: .", "CodeUri: .."))
        with (root / "pyproject.toml").open("a") as settings:
            settings.write(f"[[tool.codegen.route_source]]\nkind = 'sam'\npath = '{folder}/template.yaml'\n")
    assert [code for code, _, _ in said(root)] == codes


def test_equal_paths_of_two_apis_are_no_conflict(root: Path) -> None:
    write(root / "template.yaml", template("One"))
    write(root / "routes.toml", route(handler="app.other"))
    assert said(root) == [("CG258", "template.yaml:13", "routes.toml:2")]
    assert sorted(found.api.name for found in linked(root).routes) == ["", "One"]


def test_a_docstring_that_differs_from_the_table_is_a_warning(root: Path) -> None:
    write(root / "app.py", 'def handler(event, context):\n    """Handle POST /b to do."""\n')
    write(root / "routes.toml", route())
    assert said(root) == [("CG250", "app.py:2", "routes.toml:2")]
    assert [(found.method, found.path) for found in linked(root).routes] == [("GET", "/a")]


def test_a_docstring_that_agrees_is_silent(root: Path) -> None:
    write(root / "app.py", 'def handler(event, context):\n    """Handle GET /a/{id} to do."""\n')
    write(root / "routes.toml", route(path="/a/{a_id}"))
    assert said(root) == []


def test_a_route_in_the_code_that_no_table_has_is_a_warning(root: Path) -> None:
    handler = code_base(root)
    write(root / "routes.toml", route())
    assert [(code, place.partition(":")[0]) for code, place, _ in said(root)] == [
        ("CG251", handler.relative_to(root).as_posix())
    ]


READS = {
    "subscript": 'return event["requestContext"]["authorizer"]["claims"]',
    "get": 'return event.get("requestContext", {}).get("authorizer")',
    "bound": 'context = event.get("requestContext") or {}\n    return context["authorizer"]',
    "attribute": "return app.current_event.request_context.authorizer.claims",
    "middleware": 'return event["_auth_context"]',
    "called": "return who(event)\n\n\ndef who(event):\n    return event['requestContext']['authorizer']",
    "imported": "from helpers import who\n    return who(event)",
    "of_module": "import helpers\n    return helpers.who(event)",
}
SAFE = {
    "another": "return 1\n\n\ndef unused(event):\n    return event['requestContext']['authorizer']",
    "identity": 'return event["requestContext"]["identity"]',
    "same_word": 'return {"authorizer": 1}["authorizer"]',
}


@pytest.mark.parametrize("body", READS.values(), ids=READS)
def test_a_public_handler_that_reads_its_authorizer_is_an_error(root: Path, body: str) -> None:
    write(root / "helpers.py", "def who(event):\n    return event['requestContext']['authorizer']\n")
    write(root / "app.py", f"def handler(event, context):\n    {body}\n")
    write(root / "routes.toml", route())
    assert [code for code, _, _ in said(root)] == ["CG155"]
    write(root / "routes.toml", route(authorizer="pool") + "\n[authorizers.pool]\nkind = 'cognito'\n")
    assert said(root) == []


SHARED = {
    "guarded": ("return {'body': event['requestContext'].get('authorizer')}", []),
    "later": ("if event['path'] == '/a':\n        return {}\n    return event['requestContext']['authorizer']", []),
    "helper": ("return helpers.who(event)", []),
    "tried": (
        "try:\n        return event['requestContext']['authorizer']\n    except KeyError:\n        return {}",
        [],
    ),
    "always": ("who = event['requestContext']['authorizer']\n    return {}", ["CG155"]),
    "attribute": ("return event.request_context.authorizer.claims", ["CG155"]),
}


@pytest.mark.parametrize(("body", "codes"), SHARED.values(), ids=SHARED)
def test_a_function_behind_public_and_guarded_routes_may_read_it(root: Path, body: str, codes: list[str]) -> None:
    write(root / "helpers.py", "def who(event):\n    return event['requestContext']['authorizer']\n")
    write(root / "app.py", f"import helpers\n\n\ndef handler(event, context):\n    {body}\n")
    guarded = route(path="/b", authorizer="pool") + "\n[authorizers.pool]\nkind = 'cognito'\n"
    write(root / "routes.toml", route() + guarded)
    assert [code for code, _, _ in said(root)] == codes
    write(root / "routes.toml", route() + route(path="/b"))
    assert {code for code, _, _ in said(root)} == {"CG155"}


HELPERS = {
    "get": ("event['requestContext'].get('authorizer')", True, []),
    "fails": ("event['requestContext']['authorizer']", True, ["CG155"]),
    "nowhere guarded": ("event['requestContext'].get('authorizer')", False, ["CG155"]),
}


@pytest.mark.parametrize(("read", "is_guarded", "codes"), HELPERS.values(), ids=HELPERS)
def test_a_helper_of_guarded_routes_may_ask_who_calls(
    root: Path, read: str, is_guarded: bool, codes: list[str]
) -> None:
    write(root / "audit.py", f"def audited(f):\n    def run(event, context):\n        print({read})\n    return run\n")
    for name in ("app", "me"):
        write(root / f"{name}.py", "from audit import audited\n\n\n@audited\ndef handler(event, context): ...\n")
    guard = "\n[authorizers.pool]\nkind = 'cognito'\n" if is_guarded else ""
    mine = route(path="/me", handler="me.handler", authorizer="pool" if is_guarded else "none")
    write(root / "routes.toml", route() + mine + guard)
    assert sorted({code for code, _, _ in said(root)}) == codes


_ASKS = "event['requestContext'].get('authorizer', {}).get('principalId')"
_DEMANDS = "event['requestContext']['authorizer']['principalId']"
_RECORD = {"adapter-1.dist-info/RECORD": "adapter/__init__.py,sha256=x,1\n"}
CARRIED = {
    "listed": (_ASKS, "adapter/__init__.py", _RECORD, []),
    "demands": (_DEMANDS, "adapter/__init__.py", _RECORD, ["CG155"]),
    "own": (_ASKS, "adapter/__init__.py", {}, ["CG155"]),
    "not listed": (_ASKS, "adapter/__init__.py", {"other-1.dist-info/RECORD": "other.py,,\n"}, ["CG155"]),
    "unreadable": (_ASKS, "adapter/__init__.py", {"adapter-1.dist-info/RECORD": "\0\n,,"}, ["CG155"]),
}


@pytest.mark.parametrize("in_layer", [True, False])
@pytest.mark.parametrize(("read", "file", "beside", "codes"), CARRIED.values(), ids=CARRIED)
def test_an_installed_library_may_ask_who_calls(
    root: Path, read: str, file: str, beside: dict[str, str], codes: list[str], in_layer: bool
) -> None:
    folder = root / "layer/python" if in_layer else root
    for path, text in {file: f"def serve(event):\n    return {{'user': {read}}}\n", **beside}.items():
        write(folder / path, text)
    module = file.partition("/")[0].removesuffix(".py")
    write(root / "app.py", f"from {module} import serve\n\n\ndef handler(event, context):\n    return serve(event)\n")
    write(root / "routes.toml", route() + ("layers = ['layer/python']\n" if in_layer else ""))
    assert [code for code, _, _ in said(root)] == codes


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ("Auth: {AuthorizationScopes: [a]}", ["CG154"]),
        ("Auth: {Authorizer: P, AuthorizationScopes: [a]}", []),
        ("Auth: {}", []),
    ],
)
def test_scopes_of_sam_need_an_authorizer_beside_them(root: Path, more: str, codes: list[str]) -> None:
    api = "StageName: Prod, Auth: {Authorizers: {P: {UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:1:userpool/p'}}}"
    text = template().replace("StageName: Prod", api).replace("Auth: {}", more)
    write(root / "template.yaml", text)
    assert [code for code, _, _ in said(root)] == codes


@pytest.mark.parametrize("text", ["from impl import handler", "from impl import *", "from impl import do as handler"])
def test_a_handler_of_another_module_is_followed(root: Path, text: str) -> None:
    write(
        root / "impl.py",
        "def do(event, context):\n    return event['requestContext']['authorizer']\n\n\nhandler = do\n",
    )
    write(root / "app.py", f"{text}\n")
    write(root / "routes.toml", route())
    assert [code for code, _, _ in said(root)] == ["CG155"]


_ENVIRON = "environ = {'wsgi.input': None, 'serverless.authorizer': event.get('requestContext', {}).get('authorizer')}"
ADAPTERS = {
    "handed on": (f"{_ENVIRON}\n    return application(environ)", []),
    "needed": (_ENVIRON.replace(".get('authorizer')", "['authorizer']"), ["CG155"]),
    "read beside it": (f"{_ENVIRON}\n    return event['requestContext'].get('authorizer')", ["CG155"]),
}


@pytest.mark.parametrize(("body", "codes"), ADAPTERS.values(), ids=ADAPTERS)
def test_an_adapter_hands_the_authorizer_on_to_an_application(root: Path, body: str, codes: list[str]) -> None:
    """As serverless-wsgi does in the file that it writes: an environment of PEP 3333 has all of the event."""
    write(root / "app.py", f"def handler(event, context):\n    {body}\n")
    write(root / "routes.toml", route())
    assert [code for code, _, _ in said(root)] == codes


@pytest.mark.parametrize("body", SAFE.values(), ids=SAFE)
def test_a_public_handler_that_reads_no_authorizer_is_fine(root: Path, body: str) -> None:
    write(root / "app.py", f"def handler(event, context):\n    {body}\n")
    write(root / "routes.toml", route())
    assert said(root) == []


@pytest.mark.parametrize("body", READS.values(), ids=READS)
def test_a_docstring_without_authentication_is_no_public_route(tmp_path: Path, body: str) -> None:
    handler = code_base(tmp_path, "rule_cg205_silent_public_route").with_name("a.py")
    assert run(tmp_path, "generate").exit_code == 0
    text = handler.read_text(encoding="utf-8").replace("helpers", "shop.helpers")
    body = body.replace("helpers", "shop.helpers").replace("app.current", "event.current")
    head, mark, rest = text.partition("    return {")
    reads = body.partition("\n\n\ndef")[0].replace("return ", "who_calls = ")
    write(handler, f"{head}    {reads}\n{mark}{rest}\n\n\ndef {body.partition('def ')[2] or 'nothing(): ...'}\n")
    write(tmp_path / "shop/helpers.py", "def who(event):\n    return event['requestContext']['authorizer']\n")
    result = run(tmp_path, "generate")
    assert result.exit_code == 1
    assert "error CG155 the handler reads its authorizer, and no middleware authenticates" in result.stdout


def test_an_environment_value_is_asked_for_once(root: Path) -> None:
    asked = "unknown_env = ['TABLE']\n"
    write(root / "routes.toml", route() + asked + route(path="/b") + asked)
    assert [code for code, _, _ in said(root)] == ["CG252"]


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        (
            "template.yaml",
            template() + "      Environment:\n        Variables:\n          A: b\n          TABLE: !Ref Unknown\n",
            "template.yaml:19:18",
        ),
        (
            "serverless.yml",
            (
                "service: s\nprovider:\n  name: aws\n  runtime: python3.12\n  environment:\n    TABLE: !Ref Unknown\n"
                "functions:\n  f:\n    handler: app.handler\n    events: [{http: GET /a}]\n"
            ),
            "serverless.yml:6:12",
        ),
        ("routes.toml", route() + "unknown_env = ['TABLE']\n", "routes.toml:7:1"),
    ],
)
def test_an_environment_value_is_asked_for_where_it_stands(root: Path, file: str, text: str, place: str) -> None:
    write(root / file, text)
    (finding,) = [one for one in linked(root).findings if one.code == "CG252"]
    assert finding.point is not None
    assert f"{finding.spot.path}:{finding.point.line}:{finding.point.column}" == place


def test_a_function_that_is_not_there_is_named_as_the_settings_name_it(root: Path) -> None:
    write(root / "template.yaml", template(handler="lost.handler"))
    (finding,) = linked(root).findings
    assert finding.hint.endswith('name it under [tool.codegen.functions]: F = "module:function"')
    settings = "[tool.codegen.functions]\nF = 'app:handler'\n"
    write(root / "pyproject.toml", settings)
    assert said(root) == []


def test_a_routes_file_names_its_functions_itself(root: Path) -> None:
    write(root / "routes.toml", route(handler="lost.handler"))
    (finding,) = linked(root).findings
    assert finding.hint == "looked in the root"


def test_a_module_that_cannot_be_read_is_told(root: Path) -> None:
    write(root / "app.py", "def handler(:\n")
    write(root / "routes.toml", route())
    assert said(root) == [("CG101", "app.py:1", None)]


def test_routes_of_docstrings_are_written_as_a_table(tmp_path: Path) -> None:
    code_base(tmp_path)
    text = run(tmp_path, "routes", "--as", "toml").stdout
    assert 'handler = "shop/orders/aws_lambda/fetch_order.lambda_handler"' in text
    write(tmp_path / "routes.toml", text)
    found = linked(tmp_path)
    assert [(one.method, one.path) for one in found.routes] == [("GET", "/orders")]
    assert [finding.code for finding in found.findings] == []


@pytest.mark.parametrize(
    ("one", "other", "is_shared"),
    [("/a/{b}", "/a/{c}", True), ("/a/{b}", "/a/{proxy+}", False), ("/a", "/b", False), ("$default", "$default", True)],
)
def test_a_route_of_two_apis_is_told(one: str, other: str, is_shared: bool, root: Path) -> None:
    """The server of both refuses to start."""
    first, second = route(path=one), route(path=other)
    apis = '[apis.x]\nkind = "http"\n[apis.y]\nkind = "http"\n'
    written = first.replace("]]", ']]\napi = "x"') + second.replace("]]", ']]\napi = "y"')
    write(root / "routes.toml", apis + written)
    assert said(root) == ([("CG258", "routes.toml:13", "routes.toml:6")] if is_shared else [])
    assert run(root, "generate", "--out", str(root / "generated")).exit_code == 0


@pytest.mark.parametrize(
    ("one", "other", "both"), [("GET", "ANY", "GET"), ("ANY", "GET", "GET"), ("ANY", "ANY", "ANY")]
)
def test_any_method_of_one_api_is_each_method_of_another(one: str, other: str, both: str, root: Path) -> None:
    """One of the two would never be called."""
    apis = '[apis.x]\nkind = "http"\n[apis.y]\nkind = "http"\n'
    routes = ((one, "/a/{b}", "x"), (other, "/a/{c}", "y"), ("PUT", "/b", "x"), ("GET", "/b", "y"))
    written = (route(method, path).replace("]]", f']]\napi = "{api}"') for method, path, api in routes)
    write(root / "routes.toml", apis + "".join(written))
    (finding,) = [finding for finding in linked(root).findings if finding.code == "CG258"]
    assert finding.message == f"{both} /a/{{c}} is a route of x and of y"
