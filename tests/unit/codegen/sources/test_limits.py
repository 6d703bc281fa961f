"""What each source says of its functions, authorizers and APIs, and what its tool sets where it says nothing."""

from pathlib import Path

import pytest

from codegen.codebase import Target
from codegen.pipeline import Pipeline
from codegen.settings import load_settings
from tests.golden.sources.cases import linked, write

_SAM = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, CodeUri: ., Timeout: 7, MemorySize: 256}}
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.a, Events: {E: {Type: Api, Properties: {Path: /a, Method: get}}}}
  B:
    Type: AWS::Serverless::Function
    Properties:
      {Handler: app.b, Timeout: 9, MemorySize: "512", Events: {E: {Type: Api, Properties: {Path: /b, Method: get}}}}
"""
_SILENT_SAM = _SAM.replace(", Timeout: 7, MemorySize: 256", "").replace(' Timeout: 9, MemorySize: "512",', "")
_FUNCTIONS = """
functions:
  a: {handler: app.a, events: [{httpApi: GET /a}]}
  b: {handler: app.b, timeout: 9, memorySize: 512, events: [{httpApi: GET /b}]}
"""
_SERVERLESS = "service: s\nprovider: {name: aws, runtime: python3.12, timeout: 7, memorySize: 256}\n" + _FUNCTIONS
_SILENT_SERVERLESS = "service: s\nprovider: {name: aws, runtime: python3.12}\n" + _FUNCTIONS.replace(
    " timeout: 9, memorySize: 512,", ""
)
_ROUTE = '[[route]]\nmethod = "GET"\npath = "/{0}"\nhandler = "app.{0}"\nauthorizer = "none"\n'
_ROUTES = f"{_ROUTE.format('a')}timeout = 7\nmemory = 256\n\n{_ROUTE.format('b')}timeout = 9.0\nmemory = 512\n"
_SILENT_ROUTES = f"{_ROUTE.format('a')}\n{_ROUTE.format('b')}"


@pytest.mark.parametrize(
    ("name", "text", "limits"),
    [
        ("template.yaml", _SAM, [(7.0, 256), (9.0, 512)]),
        ("template.yaml", _SILENT_SAM, [(3.0, None)] * 2),
        ("serverless.yml", _SERVERLESS, [(7.0, 256), (9.0, 512)]),
        ("serverless.yml", _SILENT_SERVERLESS, [(6.0, 1024)] * 2),
        ("routes.toml", _ROUTES, [(7.0, 256), (9.0, 512)]),
        ("routes.toml", _SILENT_ROUTES, [(None, None)] * 2),
    ],
)
def test_a_table_says_what_its_functions_may_take(
    name: str, text: str, limits: list[tuple[float | None, int | None]], tmp_path: Path
) -> None:
    write(tmp_path / name, text)
    write(tmp_path / "app.py", "def a(event, context): ...\n\n\ndef b(event, context): ...\n")
    routes = linked(tmp_path).routes
    assert [(route.path, route.handler.timeout, route.handler.memory) for route in routes] == [  # type: ignore[union-attr]
        (path, *one) for path, one in zip(("/a", "/b"), limits, strict=True)
    ]


_AUTHORIZED = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Auth:
        DefaultAuthorizer: Own
        Authorizers: {Own: {FunctionArn: !GetAtt A.Arn, Identity: {ReauthorizeEvery: 300}}}
  A:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: .
      Handler: app.a
      Events: {E: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Api}}}
"""
_GUARDED = _ROUTE.format("a").replace('"none"', '"own"') + '\n[authorizers.own]\nkind = "lambda"\nhandler = "app.b"\n'
_OF_AN_API = _ROUTE.format("a") + 'api = "x"\n\n[apis.x]\n'


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("template.yaml", _SAM.replace("Timeout: 7", "Timeout: 0"), "Timeout is '0'"),
        ("template.yaml", _SAM.replace("Timeout: 9", "Timeout: -9"), "Timeout is '-9'"),
        ("template.yaml", _SAM.replace("Timeout: 9", "Timeout: soon"), "Timeout is 'soon'"),
        (
            "template.yaml",
            _SAM.replace("Timeout: 9", "Timeout: 901"),
            "Timeout is '901', and not a whole number from 1",
        ),
        ("template.yaml", _SAM.replace("MemorySize: 256", "MemorySize: 1"), "MemorySize is '1'"),
        ("template.yaml", _SAM.replace("Timeout: 9", f"Timeout: '{'9' * 5000}'"), "Timeout is '999"),
        ("template.yaml", _SAM.replace("MemorySize: 256", "MemorySize: 2.5"), "MemorySize is '2.5'"),
        ("template.yaml", _AUTHORIZED.replace("300", "-1"), "ReauthorizeEvery is '-1'"),
        ("template.yaml", _SAM.replace("Timeout: 9", 'Environment: {Variables: {A: "x\\0"}}'), "variable 'A'"),
        ("serverless.yml", _SERVERLESS.replace("timeout: 7", "timeout: -7"), "timeout is '-7'"),
        ("serverless.yml", _SERVERLESS.replace("memorySize: 512", "memorySize: 0"), "memorySize is '0'"),
        ("routes.toml", _ROUTES.replace("timeout = 7", "timeout = -1"), "timeout is -1"),
        ("routes.toml", _ROUTES.replace("timeout = 7", "timeout = 0"), "timeout is 0"),
        ("routes.toml", _ROUTES.replace("timeout = 7", "timeout = nan"), "timeout is nan"),
        ("routes.toml", _ROUTES.replace("timeout = 7", "timeout = inf"), "timeout is inf"),
        ("routes.toml", _ROUTES.replace("memory = 256", "memory = -5"), "memory is -5"),
        ("routes.toml", _ROUTES.replace("timeout = 7", 'payload = "3.0"'), "payload is '3.0', and neither 1.0 nor 2.0"),
        ("routes.toml", _ROUTES.replace("timeout = 7", 'env = { "A=B" = "c" }'), "variable 'A=B'"),
        ("routes.toml", f"{_GUARDED}ttl = -1\n", "authorizers.own.ttl is -1"),
        ("routes.toml", f'{_GUARDED}form = "odd"\n', "authorizers.own.form is 'odd'"),
        ("routes.toml", f'{_OF_AN_API}kind = "soap"\n', "apis.x.kind is 'soap'"),
        ("routes.toml", f'{_OF_AN_API}preflights = [{{ path = "/a", status = 9999 }}]\n', "status is 9999"),
        ("routes.toml", f'{_OF_AN_API}kind = "http"\ncors = {{ max_age = -2 }}\n', "apis.x.cors.max_age is -2"),
    ],
)
def test_what_no_function_or_api_can_have_is_told(name: str, text: str, words: str, tmp_path: Path) -> None:
    write(tmp_path / name, text)
    write(tmp_path / "app.py", "def a(event, context): ...\n\n\ndef b(event, context): ...\n")
    (finding,) = (finding for finding in linked(tmp_path).findings if finding.code == "CG156")
    assert words in finding.message


_MISSPELLED = """
Transform: AWS::Serverless-2016-10-31
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.a
      Runtime: python3.12
      CodeUri: .
      Events:
        E1: {Type: Api, Properties: {Path: /a, Method: GET}}
        E2: {Type: HttpApi, Properties: {Path: /b, Method: GET}}
        Q: {Type: SQS, Properties: {Queue: arn}}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("Path: /a,", "Path: /a, Auht: {Authorizer: AWS_IAM},", "the event E1 of A has a property Auht"),
        ("Path: /b,", "Path: /b, RestApiId: x,", "the event E2 of A has a property RestApiId"),
        ("Path: /a,", "Path: /a, Auth: {Autorizer: AWS_IAM},", "the Auth of the event E1 of A has a property Auto"),
        ("Path: /b,", "Path: /b, Auth: {ApiKeyRequired: true},", "the Auth of the event E2 of A has a property ApiKey"),
        (
            "Resources:",
            "Globals: {HttpApi: {Auth: {DefaultAuthoriser: AWS_IAM}}}\nResources:",
            "the Auth of ServerlessHttpApi has a property DefaultAuthoriser",
        ),
        ("Type: HttpApi", "Type: HttpAPI", "it is called HttpApi"),
        ("Resources:", "Globals: {Api: {Auht: {DefaultAuthorizer: AWS_IAM}}}\nResources:", "has a property Auht"),
    ],
)
def test_a_misspelled_property_of_sam_makes_no_route_public(right: str, wrong: str, words: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    write(tmp_path / "template.yaml", _MISSPELLED)
    assert not [finding for finding in linked(tmp_path).findings if finding.code == "CG156"]
    write(tmp_path / "template.yaml", _MISSPELLED.replace(right, wrong))
    (finding,) = (finding for finding in linked(tmp_path).findings if finding.code == "CG156")
    assert words in finding.message


@pytest.mark.parametrize("key", ["authoriser", "Authorizer", "authorizers", "privat"])
@pytest.mark.parametrize("kind", ["http", "httpApi"])
def test_a_misspelled_key_of_an_event_of_serverless_makes_no_route_public(key: str, kind: str, tmp_path: Path) -> None:
    event = f"{kind}: {{method: GET, path: /a, documentation: {{}}, caching: {{}}, %s: aws_iam}}"
    write(tmp_path / "app.py", "def a(event, context): ...\ndef b(event, context): ...\n")
    for known, told in (("response", []), (key, [f"an event of a has a key {key}, which the framework does not know"])):
        write(tmp_path / "serverless.yml", _SERVERLESS.replace("httpApi: GET /a", event % known))
        messages = [finding.message for finding in linked(tmp_path).findings if finding.code == "CG156"]
        assert [message.partition(":")[0] for message in messages] == told


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("template.yaml", _SAM.replace("Timeout: 7", "Environment: {Variables: %s}"), ("true", "false", "493", "5")),
        ("serverless.yml", _SERVERLESS.replace("timeout: 7", "environment: %s"), ("yes", "NO", "755", "5")),
    ],
)
def test_words_and_numbers_are_read_as_the_tool_of_the_table_does(
    name: str, text: str, values: tuple[str, ...], tmp_path: Path
) -> None:
    write(tmp_path / "app.py", "def a(event, context): ...\n\n\ndef b(event, context): ...\n")
    write(tmp_path / name, text % "{A: yes, B: NO, C: 0755, D: 5}")
    assert [dict(route.handler.environment) for route in linked(tmp_path).routes] == [  # type: ignore[union-attr]
        dict(zip("ABCD", values, strict=True))
    ] * 2


def test_what_is_known_only_after_the_deploy_is_no_fault(tmp_path: Path) -> None:
    text = _SAM.replace("Timeout: 9", "Timeout: !ImportValue Patience").replace('"512"', '"{{resolve:ssm:/size}}"')
    write(tmp_path / "template.yaml", text)
    write(tmp_path / "app.py", "def a(event, context): ...\n\n\ndef b(event, context): ...\n")
    found = linked(tmp_path)
    told = [finding.message for finding in found.findings if finding.code in ("CG156", "CG256")]
    assert sorted(told) == [
        "MemorySize is known only after the deploy: the default counts here",
        "Timeout is known only after the deploy: no limit counts here but the gateway's",
    ]
    assert [route.handler.timeout for route in found.routes] == [7.0, None]  # type: ignore[union-attr]


@pytest.mark.parametrize(("said", "memory"), [('"lambda_memory_size": 512', 512), ('"version": "2.0"', None)])
def test_chalice_says_it_in_its_settings(said: str, memory: int | None, tmp_path: Path) -> None:
    write(tmp_path / ".chalice/config.json", f'{{"app_name": "a", {said}, "stages": {{"dev": {{}}}}}}')
    write(tmp_path / "app.py", "from chalice import Chalice\napp = Chalice('a')\n\n\n@app.route('/a')\ndef a(): ...\n")
    write(tmp_path / "pyproject.toml", "[[tool.codegen.route_source]]\nkind = 'decorators'\n")
    found = linked(tmp_path)
    (route,) = found.routes
    assert not [finding for finding in found.findings if finding.code == "CG156"]
    assert (route.handler.timeout, route.handler.memory) == (60.0, memory)  # type: ignore[union-attr]


@pytest.mark.parametrize("said", ['"lambda_timeout": -1', '"lambda_timeout": true', '"lambda_timeout": "5"'])
def test_chalice_says_what_no_function_can_have(said: str, tmp_path: Path) -> None:
    write(tmp_path / ".chalice/config.json", f'{{"app_name": "a", {said}, "stages": {{"dev": {{}}}}}}')
    write(tmp_path / "app.py", "from chalice import Chalice\napp = Chalice('a')\n\n\n@app.route('/a')\ndef a(): ...\n")
    write(tmp_path / "pyproject.toml", "[[tool.codegen.route_source]]\nkind = 'decorators'\n")
    (finding,) = (finding for finding in linked(tmp_path).findings if finding.code == "CG156")
    assert "not a whole number from 1" in finding.message
    assert finding.spot.path == ".chalice/config.json"


@pytest.mark.parametrize(
    ("given", "header"), [("", "Authorization"), ("header='X-Auth'", "X-Auth"), ("30, None, None, 'X-Auth'", "X-Auth")]
)
def test_chalice_says_which_header_an_authorizer_gets(given: str, header: str, tmp_path: Path) -> None:
    code = "from chalice import Chalice\napp = Chalice('a')\n\n\n"
    code += f"@app.authorizer({given})\ndef auth(request): ...\n\n\n@app.route('/a', authorizer=auth)\ndef a(): ...\n"
    write(tmp_path / "app.py", code)
    write(tmp_path / "pyproject.toml", "[[tool.codegen.route_source]]\nkind = 'decorators'\n")
    (route,) = linked(tmp_path).routes
    assert route.authorizer.identity == (f"method.request.header.{header}",)  # type: ignore[union-attr]


@pytest.mark.parametrize("command", ['["pkg.fn.handler"]', '[ \\\n  "pkg.fn.handler" \\\n]', "pkg.fn.handler"])
def test_a_dockerfile_says_what_runs_in_any_form(command: str, tmp_path: Path) -> None:
    write(tmp_path / "Dockerfile", f"FROM public.ecr.aws/lambda/python:3.12\nCMD {command}\n")
    write(tmp_path / "pkg/fn.py", "def handler(event, context): ...\n")
    image = "PackageType: Image, Events: {E: {Type: Api, Properties: {Path: /a, Method: get}}}"
    text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  A:\n    Type: AWS::Serverless::Function\n"
    text += f"    Metadata: {{Dockerfile: Dockerfile, DockerContext: .}}\n    Properties: {{{image}}}\n"
    write(tmp_path / "template.yaml", text)
    (route,) = linked(tmp_path).routes
    assert (route.handler.file, route.handler.function) == ("pkg/fn.py", "handler")  # type: ignore[union-attr]


def test_a_method_beside_the_events_is_of_the_same_api(tmp_path: Path) -> None:
    uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${A.Arn}/invocations"
    text = (
        _AUTHORIZED.replace("StageName: v1", "StageName: live\n      BinaryMediaTypes: ['*/*']")
        + f"""
  Raw:
    Type: AWS::ApiGateway::Resource
    Properties: {{RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: raw}}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Raw
      HttpMethod: GET
      AuthorizationType: NONE
      Integration: {{Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub "{uri}"}}
"""
    )
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    write(tmp_path / "template.yaml", text)
    found = {route.path: route.api for route in linked(tmp_path).routes}
    assert found["/raw"] == found["/a"]
    assert (found["/raw"].stage, found["/raw"].binary_types) == ("live", ("*/*",))


def test_a_payload_of_the_settings_leaves_declared_routes_as_they_are(tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context): ...\n\n\ndef b(event, context): ...\n")
    write(tmp_path / "template.yaml", _MISSPELLED)
    write(tmp_path / "pyproject.toml", '[tool.codegen]\npayload = "2.0"\n')
    made = Pipeline(Target(tmp_path, tmp_path / "generated", load_settings(tmp_path), cache=False)).run()
    assert not [finding for finding in made.findings if finding.code.startswith("CG1")]
    assert made.routes == 2


def test_serverless_says_in_which_region_a_function_runs(tmp_path: Path) -> None:
    queue = "https://sqs.${aws:region}.amazonaws.com/q"
    text = _SERVERLESS.replace("timeout: 7", f"region: eu-west-1, environment: {{QUEUE: '{queue}'}}")
    write(tmp_path / "app.py", "def a(event, context): ...\n\n\ndef b(event, context): ...\n")
    write(tmp_path / "serverless.yml", text)
    route, _ = linked(tmp_path).routes
    assert dict(route.handler.environment) == {  # type: ignore[union-attr]
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "QUEUE": "https://sqs.eu-west-1.amazonaws.com/q",
    }
