"""Routes that lead to no Python function: where another route gets their requests here, that is told."""

from pathlib import Path

import pytest

from tests.golden.sources.cases import linked, write

_REST = """
Resources:
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
  Api: {Type: "AWS::ApiGateway::RestApi", Properties: {Name: shop}}
  All: {Type: "AWS::ApiGateway::Resource", Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: "{proxy+}"}}
  One: {Type: "AWS::ApiGateway::Resource", Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: "{id}"}}
  Up: {Type: "AWS::ApiGateway::Resource", Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: up}}
  A: {Type: "AWS::ApiGateway::Method", Properties: {RestApiId: !Ref Api, ResourceId: !Ref All, HttpMethod: ANY, Integration: {Type: AWS_PROXY, Uri: !GetAtt F.Arn}}}
  B: {Type: "AWS::ApiGateway::Method", Properties: {RestApiId: !Ref Api, ResourceId: !Ref One, HttpMethod: GET, Integration: {Type: AWS_PROXY, Uri: !GetAtt F.Arn}}}
  C: {Type: "AWS::ApiGateway::Method", Properties: {RestApiId: !Ref Api, ResourceId: !Ref Up, HttpMethod: GET, Integration: {Type: MOCK}}}
  D: {Type: "AWS::ApiGateway::Method", Properties: {RestApiId: !Ref Api, ResourceId: !Ref Up, HttpMethod: OPTIONS, Integration: {Type: MOCK}}}
"""  # noqa: E501 - a resource a line
_HTTP = """
Resources:
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
  Api: {Type: "AWS::ApiGatewayV2::Api", Properties: {Name: web, ProtocolType: HTTP}}
  I: {Type: "AWS::ApiGatewayV2::Integration", Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn}}
  J: {Type: "AWS::ApiGatewayV2::Integration", Properties: {ApiId: !Ref Api, IntegrationType: HTTP_PROXY, IntegrationUri: "https://a.example"}}
  R: {Type: "AWS::ApiGatewayV2::Route", Properties: {ApiId: !Ref Api, RouteKey: $default, Target: !Sub "integrations/${I}"}}
  S: {Type: "AWS::ApiGatewayV2::Route", Properties: {ApiId: !Ref Api, RouteKey: GET /up, Target: !Sub "integrations/${J}"}}
"""  # noqa: E501 - a resource a line
_SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: .
      Handler: app.a
      Events: {E: {Type: Api, Properties: {Path: '/{proxy+}', Method: any}}}
  Up:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      CodeUri: .
      Handler: up.handler
      Events: {E: {Type: Api, Properties: {Path: /up, Method: get}}}
"""
_OPENAPI = """
openapi: 3.0.1
info: {title: shop, version: '1'}
paths:
  /{id}:
    get: &own
      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: 'arn:aws:lambda:eu-west-1:1:function:f'}
  /up:
    get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: 'https://a.example'}}
  /up/more:
    get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: 'https://a.example'}}
"""
_SERVERLESS = """
service: s
provider: {name: aws, runtime: python3.12}
functions:
  a: {handler: app.a, events: [http: ANY /, http: 'ANY /{proxy+}']}
  b: {handler: app.a, events: [http: {method: get, path: up, integration: lambda}, httpApi: GET /other]}
"""
_MACHINE = (
    _SAM.partition("  Up:")[0]
    + """
  M:
    Type: AWS::Serverless::StateMachine
    Properties: {DefinitionUri: m.json, Events: {E: {Type: Api, Properties: {Path: /up, Method: get}}}}
"""
)
_PROXIES = (
    _SERVERLESS.partition("  b:")[0]
    + """
custom: {apiGatewayServiceProxies: [{s3: {path: up, method: get, bucket: b}}]}
"""
)
_STEPS = (
    _SERVERLESS.partition("  b:")[0]
    + """
stepFunctions: {stateMachines: {m: {events: [http: {path: up, method: get}]}}}
"""
)
# Each has a host of its own at AWS.
_TWO_APIS = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Front: {Type: AWS::Serverless::HttpApi}
  Back:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      DefinitionBody:
        openapi: 3.0.1
        paths: {/up: {get: {x-amazon-apigateway-integration: {type: mock}}}}
  A:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.a
      Runtime: python3.12
      Events: {E: {Type: HttpApi, Properties: {ApiId: !Ref Front, Path: '/{proxy+}', Method: ANY}}}
"""
TABLES = {
    "two apis": ("template.yaml", _TWO_APIS, "ANY /{proxy+}"),
    "rest": ("template.yaml", _REST, "GET /{id}"),
    "http": ("template.yaml", _HTTP, "ANY $default"),
    "sam": ("template.yaml", _SAM, "ANY /{proxy+}"),
    "openapi": ("api.yaml", _OPENAPI, "GET /{id}"),
    "state machine": ("template.yaml", _MACHINE, "ANY /{proxy+}"),
    "service proxies": ("serverless.yml", _PROXIES, "ANY /{proxy+}"),
    "step functions": ("serverless.yml", _STEPS, "ANY /{proxy+}"),
    "serverless": ("serverless.yml", _SERVERLESS, "ANY /{proxy+}"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_route_that_gets_the_requests_of_one_that_is_not_served_is_named(name: str, tmp_path: Path) -> None:
    file, text, taking = TABLES[name]
    write(tmp_path / "app.py", "def a(event, context):\n    return {'statusCode': 200}\n")
    write(tmp_path / file, text)
    if name == "openapi":
        settings = '[[tool.codegen.route_source]]\nkind = "openapi"\npath = "api.yaml"\n'
        write(tmp_path / "pyproject.toml", f'{settings}[tool.codegen.functions]\nf = "app:a"\n')
    told = [one.message for one in linked(tmp_path).findings if "its requests reach" in one.message]
    assert told == [f"GET /up is not served: its requests reach {taking} here"]


def test_a_reference_to_another_document_is_told_with_what_to_do(tmp_path: Path) -> None:
    write(tmp_path / "api.yaml", "openapi: 3.1.0\npaths:\n  /a: {$ref: paths/a.yaml}\n  /b: {$ref: '#/paths/~1c'}\n")
    write(tmp_path / "pyproject.toml", '[[tool.codegen.route_source]]\nkind = "openapi"\npath = "api.yaml"\n')
    elsewhere = "paths/a.yaml lies in another document, which API Gateway does not follow: bundle them into one"
    assert [one.message.partition("not known: ")[2] for one in linked(tmp_path).findings] == [
        elsewhere,
        "#/paths/~1c leads nowhere",
    ]
