"""Templates of SAM as aws-sam-translator 1.115 reads them: what it refuses, includes and hands on."""

from pathlib import Path

import pytest

from codegen.declarations import Cognito, Handler
from tests.golden.sources.cases import linked, write

EVENT = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Known: {Type: String, Default: shop}, Unknown: {Type: String}}
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.a
      %s
      Events: {E: {Type: %s, Properties: {Path: /a, Method: get%s}}}
"""
PYTHON = "Runtime: python3.12"


def told(folder: Path, template: str) -> list[tuple[str, str]]:
    write(folder / "app.py", "def a(event, context): ...\n")
    write(folder / "template.yaml", template)
    return [(one.code, one.message) for one in linked(folder).findings]


@pytest.mark.parametrize("said", ["PayloadFormatVersion: 1.0", "Stage: 1"])
def test_a_number_where_sam_takes_a_text_is_refused(said: str, tmp_path: Path) -> None:
    key = said.partition(":")[0]
    message = f"the event E of A has a {key} that is no text, which SAM refuses: put it in quotes"
    assert told(tmp_path, EVENT % (PYTHON, "HttpApi", f", {said}")) == [("CG156", message)]
    quoted = ", PayloadFormatVersion: '1.0', Stage: !Ref Known"
    assert told(tmp_path, EVENT % (PYTHON, "HttpApi", quoted)) == []
    assert [route.payload for route in linked(tmp_path).routes] == ["1.0"]


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ("Runtime: python3.7", "CG256", "AWS takes no new functions for the runtime python3.7"),
        ("Runtime: python3.99", "CG256", "AWS takes no new functions for the runtime python3.99"),
        ("Runtime: !Ref Unknown", "CG256", "only the deploy tells the runtime of A: it is taken for Python"),
        ("Runtime: java21", "CG350", "GET /a is not served: A runs java21, and only Python functions are served"),
        (f"{PYTHON}\n      FunctionName: !Ref Unknown", "CG256", "only the deploy tells the FunctionName of A"),
        (f"{PYTHON}\n      FunctionName: !Ref Known", "", ""),
    ],
)
def test_a_function_that_runs_otherwise_in_aws_is_told(said: str, code: str, words: str, tmp_path: Path) -> None:
    found = told(tmp_path, EVENT % (said, "Api", ""))
    assert [(one, words in message) for one, message in found] == ([(code, True)] if code else [])
    assert len(linked(tmp_path).routes) == (code != "CG350")


@pytest.mark.parametrize(
    ("dockerfile", "found"),
    [
        (
            "FROM public.ecr.aws/lambda/python:3.12\nFROM --platform=linux/arm64 public.ecr.aws/lambda/nodejs:20",
            "CG350",
        ),
        ("FROM public.ecr.aws/lambda/nodejs:20 AS page\nFROM public.ecr.aws/lambda/python:3.12", None),
        ("FROM public.ecr.aws/lambda/nodejs:20 AS page\nFROM python:3.12-slim", None),
    ],
)
def test_an_image_of_another_language_is_noted(dockerfile: str, found: str | None, tmp_path: Path) -> None:
    write(tmp_path / "Dockerfile", f'{dockerfile}\nCMD ["app.a"]\n')
    template = (EVENT % ("PackageType: Image", "Api", "")).replace("      Handler: app.a\n", "")
    template += "    Metadata: {DockerContext: ., Dockerfile: Dockerfile}\n"
    assert [code for code, _ in told(tmp_path, template)] == ([] if found is None else [found])


INCLUDING = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Fn::Transform: {Name: AWS::Include, Parameters: {Location: globals.yaml}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.a
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: function.yaml}}
      Events:
        E: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Api}}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Cors: "'*'"
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}
"""


def test_what_properties_include_is_read(tmp_path: Path) -> None:
    write(tmp_path / "globals.yaml", "MemorySize: 256\n")
    write(tmp_path / "function.yaml", "{Runtime: python3.12, Timeout: 20, Environment: {Variables: {TABLE: t}}}\n")
    write(tmp_path / "api.yaml", "Auth: {DefaultAuthorizer: C, Authorizers: {C: {UserPoolArn: arn}}}\n")
    assert told(tmp_path, INCLUDING) == []
    (route,) = linked(tmp_path).routes
    assert isinstance(route.handler, Handler)
    assert (route.handler.timeout, route.handler.memory, route.handler.environment) == (20.0, 256, (("TABLE", "t"),))
    assert isinstance(route.authorizer, Cognito)
    assert [one.is_guarded for one in route.api.preflights] == [True]


def test_what_properties_include_from_elsewhere_is_refused(tmp_path: Path) -> None:
    found = told(tmp_path, INCLUDING.replace("Location: ", "Location: s3://bucket/"))
    assert {code for code, _ in found} == {"CG156"}
    assert sorted(one.point.line for one in linked(tmp_path).findings if one.point) == [5, 11, 19]


def test_the_last_layer_that_has_a_file_counts(tmp_path: Path) -> None:
    layer = "  {0}: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: {0}}}}}\n"
    template = EVENT % (f"{PYTHON}\n      Layers: [!Ref one, !Ref two]", "Api", "")
    for name in ("one", "two"):
        write(tmp_path / name / "python" / "shared.py", f"NAME = {name!r}\n")
        template += layer.format(name)
    assert told(tmp_path, template) == []
    (route,) = linked(tmp_path).routes
    assert isinstance(route.handler, Handler)
    assert route.handler.roots == ("", "two/python", "one/python")


OPERATION = "{x-amazon-apigateway-integration: {type: aws_proxy, uri: !Sub '${%s.Arn}/invocations'}}"
WITH_CORS = """
Transform: AWS::Serverless-2016-10-31
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Handler: app.a, Runtime: python3.12}}
  N: {Type: AWS::Serverless::Function, Properties: {Handler: app.a, Runtime: nodejs20.x}}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Cors: "'*'"
      DefinitionBody:
        openapi: 3.0.1
        paths: {/a: {get: GET, OTHER}}
""".replace("GET", OPERATION % "F")


@pytest.mark.parametrize(
    ("operation", "allowed"),
    [
        (f"post: {OPERATION % 'F'}", ["GET,OPTIONS,POST"]),
        (f"post: {OPERATION % 'N'}", ["GET,OPTIONS,POST"]),
        ("post: {x-amazon-apigateway-integration: {type: http_proxy, uri: x}}", ["GET,OPTIONS,POST"]),
        (f"options: {OPERATION % 'N'}", []),
        ("options: {x-amazon-apigateway-integration: {type: http_proxy, uri: x}}", []),
    ],
)
def test_preflights_of_sam_know_what_is_not_served_here(operation: str, allowed: list[str], tmp_path: Path) -> None:
    told(tmp_path, WITH_CORS.replace("OTHER", operation))
    (api,) = {route.api for route in linked(tmp_path).routes}
    assert [dict(one.headers)["Access-Control-Allow-Methods"] for one in api.preflights] == allowed


CONFIGURED = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, Default: dev}, Same: {Type: String, Default: one}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: .
      Handler: app.a
      Events: {E: {Type: Api, Properties: {Path: /a, Method: get}}}
"""
OVERRIDES = {
    "text": 'parameter_overrides = "Stage=\\"live\\" Same=one Gone=x"',
    "keys": 'parameter_overrides = "ParameterKey=Stage,ParameterValue=live ParameterKey=Same,ParameterValue=one"',
    "list": 'parameter_overrides = ["Stage=live", "Same=one"]',
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_a_parameter_that_sam_deploys_with_another_value_is_told(name: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context):\n    return {'statusCode': 200}\n")
    write(tmp_path / "template.yaml", CONFIGURED)
    write(tmp_path / "samconfig.toml", f"[default.deploy.parameters]\n{OVERRIDES[name]}\n")
    (told,) = [one.message for one in linked(tmp_path).findings if one.code == "CG256"]
    assert told == "samconfig.toml gives Stage another value for `sam deploy`: its default counts here"
    source = '[[tool.codegen.route_source]]\nkind = "sam"\npath = "template.yaml"\nparameters = { Stage = "live" }\n'
    write(tmp_path / "pyproject.toml", source)
    assert [one.code for one in linked(tmp_path).findings if one.code == "CG256"] == []


@pytest.mark.parametrize("said", ["Stage=live Same=one", "[Stage=live, Same=one]", "\n        - Stage=live"])
@pytest.mark.parametrize("name", ["samconfig.yaml", "samconfig.yml"])
def test_a_samconfig_in_yaml_is_told(name: str, said: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context):\n    return {'statusCode': 200}\n")
    write(tmp_path / "template.yaml", CONFIGURED)
    write(tmp_path / name, f"version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: {said}\n")
    (told,) = [one.message for one in linked(tmp_path).findings if one.code == "CG256"]
    assert told == f"{name} gives Stage another value for `sam deploy`: its default counts here"
    # `sam` reads the first one that is there.
    write(tmp_path / "samconfig.toml", "version = 0.1\n")
    assert [one.code for one in linked(tmp_path).findings if one.code == "CG256"] == []


@pytest.mark.parametrize("text", ["", "[default", "default: 1", "default: {deploy: {parameters: 2}}", "a: ["])
def test_a_samconfig_in_yaml_that_says_nothing_is_passed_over(text: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context):\n    return {'statusCode': 200}\n")
    write(tmp_path / "template.yaml", "Resources: {}\n")
    write(tmp_path / "samconfig.yaml", text)
    assert {one.code for one in linked(tmp_path).findings} == {"CG150"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[default",
        "default = 1",
        "[default.deploy]\nparameters = 2",
        "[default.deploy.parameters]\nparameter_overrides = 2",
    ],
)
def test_a_samconfig_that_says_nothing_is_passed_over(text: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context):\n    return {'statusCode': 200}\n")
    write(tmp_path / "template.yaml", "Resources: {}\n")
    write(tmp_path / "samconfig.toml", text)
    assert {one.code for one in linked(tmp_path).findings} == {"CG150"}


EXTENDED = {
    '!ToJsonString {a: [!Ref Stage, 1, true], b: {c: "é"}}': '{"a":["dev",1,true],"b":{"c":"é"}}',
    "Fn::ToJsonString: [!Sub 'x-${Stage}', {Fn::Length: [a, b]}]": None,
    "!ToJsonString [!Ref Size]": None,
    "!ToJsonString {a: !Ref F}": None,
    "!ToJsonString {a: !Ref AWS::NoValue}": None,
    "Fn::ToJsonString: [!Sub 'x-${Stage}']": '["x-dev"]',
    "Fn::Length: [a, !Ref F]": "2",
    "Fn::Length: !Split [',', 'a,b,c']": "3",
    "Fn::Length: !Ref Names": "2",
    "Fn::Length: [a, !Ref Unknown]": None,
    "Fn::Length: abc": None,
}


@pytest.mark.parametrize("said", EXTENDED)
def test_functions_of_the_language_extensions(said: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context):\n    return {'statusCode': 200}\n")
    parameters = """Parameters:
  Stage: {Type: String, Default: dev}
  Size: {Type: Number, Default: 5}
  Names: {Type: CommaDelimitedList, Default: "a,b"}
  Unknown: {Type: String}
"""
    call = said if said.startswith("!") else f"{{{said}}}"
    variable = f"      Environment: {{Variables: {{WHAT: {call}}}}}\n"
    resources = CONFIGURED.partition("Resources:")[2]
    for transforms, expected in (
        ("[AWS::LanguageExtensions, AWS::Serverless-2016-10-31]", EXTENDED[said]),
        ("x", None),
    ):
        text = f"Transform: {transforms}\n{parameters}Resources:{resources}{variable}"
        write(tmp_path / "template.yaml", text)
        (route,) = linked(tmp_path).routes
        assert isinstance(route.handler, Handler)
        assert dict(route.handler.environment)["WHAT"] == expected
