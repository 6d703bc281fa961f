"""Lambda authorizers whose function no table of the code base tells: another stack's, or an ARN."""

from pathlib import Path

import pytest

from codegen.declarations import Handler, LambdaAuthorizer
from tests.golden.sources.cases import linked, write

_CLOUDFORMATION = """
Resources:
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
  Api: {Type: "AWS::ApiGateway::RestApi", Properties: {Name: shop}}
  Auth:
    Type: AWS::ApiGateway::Authorizer
    Properties: {Name: bank gate, Type: TOKEN, RestApiId: !Ref Api, AuthorizerUri: !ImportValue gate}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref Auth
      Integration: {Type: AWS_PROXY, Uri: !GetAtt F.Arn, IntegrationHttpMethod: POST}
"""
_SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: bank gate
        Authorizers:
          bank gate:
            AuthorizerPayloadFormatVersion: 2.0
            FunctionArn: '{{resolve:ssm:/gate}}'
            Identity: {Headers: [Authorization]}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.a
      CodeUri: .
      Events: {E: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /, Method: get}}}
"""
_SERVERLESS = """
service: s
provider: {name: aws, runtime: python3.12}
functions:
  a:
    handler: app.a
    events:
      - http: {method: get, path: /, authorizer: {name: bank gate, arn: 'arn:aws:lambda:eu-west-1:1:function:other'}}
"""
_SERVERLESS_LATER = _SERVERLESS.replace("'arn:aws:lambda:eu-west-1:1:function:other'", "'${cf:gate.Arn}', type: token")
_CHALICE = """
from chalice import Chalice, CustomAuthorizer

app = Chalice(app_name="shop")
gate = CustomAuthorizer("bank gate", authorizer_uri="arn:aws:apigateway:eu-west-1:lambda:path/other/invocations")


@app.route("/", authorizer=gate)
def a(): ...
"""
TABLES = {
    "cloudformation": ("template.yaml", _CLOUDFORMATION),
    "sam": ("template.yaml", _SAM),
    "serverless": ("serverless.yml", _SERVERLESS),
    "serverless, later": ("serverless.yml", _SERVERLESS_LATER),
    "chalice": ("app.py", _CHALICE),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_settings_name_the_function_by_the_name_of_its_authorizer(name: str, tmp_path: Path) -> None:
    file, text = TABLES[name]
    if file != "app.py":
        write(tmp_path / "app.py", "def a(event, context): ...\n")
    write(tmp_path / file, text)
    (finding,) = [one for one in linked(tmp_path).findings if one.code == "CG154"]
    assert finding.hint.startswith('name it under [tool.codegen.functions]: "bank gate" = "module:function"; or')
    assert '[tool.lambdatwin.authorizers], "bank gate" = ' in finding.hint
    write(tmp_path / "pyproject.toml", '[tool.codegen.functions]\n"bank gate" = "gate.check:handler"\n')
    write(tmp_path / "gate" / "check.py", "def handler(event, context): ...\n")
    found = linked(tmp_path)
    (authorizer,) = [route.authorizer for route in found.routes]
    assert isinstance(authorizer, LambdaAuthorizer)
    assert isinstance(authorizer.handler, Handler)
    assert (authorizer.handler.path, authorizer.handler.function) == ("gate/check.py", "handler")
    assert not [one for one in found.findings if one.severity.name == "ERROR"]


def test_an_authorizer_in_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    service = """
service: s
provider: {name: aws, runtime: python3.12, httpApi: {authorizers: {gate: '${file(../shared.yml):gate}'}}}
functions: {a: {handler: app.a, events: [httpApi: {method: get, path: /, authorizer: gate}]}}
"""
    write(tmp_path / "serverless.yml", service)
    (told,) = [one.message for one in linked(tmp_path).findings if one.code == "CG154"]
    assert told.endswith("the authorizer gate is not known: ../shared.yml does not lie below the root")


def test_an_authorizer_and_a_key_that_are_not_checked_are_told_together(tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    write(tmp_path / "template.yaml", _CLOUDFORMATION.replace("CUSTOM", "CUSTOM\n      ApiKeyRequired: true"))
    told = [one.message for one in linked(tmp_path).findings if one.code == "CG154"]
    assert len(told) == 2
    assert "GET / asks for an API key too, which is not checked here" in told


KEYED = """
service: s
provider: {name: aws, runtime: python3.12}
functions:
  a:
    handler: app.a
    events: [{http: {method: get, path: /a, private: true}}, {http: {method: get, path: /b, private: true}}]
"""


@pytest.mark.parametrize("said", ["{}", "1", '""', '"allow"', '"gates:"', '":gate"', '["deny"]'])
def test_a_stand_in_that_no_server_takes_is_told_once(said: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context):\n    return {'statusCode': 200}\n")
    write(tmp_path / "serverless.yml", KEYED)
    settings = f"[tool.lambdatwin.authorizers]\nkey = {said}\niam = {said}\n"  # no route needs the other one
    write(tmp_path / "pyproject.toml", settings)
    (told,) = [one for one in linked(tmp_path).findings if one.code == "CG154"]
    assert told.spot.path == "pyproject.toml"
    assert told.message.startswith("[tool.lambdatwin.authorizers] key is ")
    assert told.hint == 'write key = "deny", "allow-in-development" or "module:function"'


@pytest.mark.parametrize("said", ["deny", "allow-in-development", "gates:gate"])
def test_a_stand_in_that_a_server_takes(said: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context):\n    return {'statusCode': 200}\n")
    write(tmp_path / "serverless.yml", KEYED)
    write(tmp_path / "pyproject.toml", f'[tool.lambdatwin.authorizers]\nkey = "{said}"\n')
    assert [one for one in linked(tmp_path).findings if one.code == "CG154"] == []
