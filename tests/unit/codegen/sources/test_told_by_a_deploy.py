"""What only a deploy tells of an API, a function or a document is told at its place, and never guessed in silence."""

import re
from pathlib import Path

import pytest

from codegen.declarations import Handler, Public, Unresolved
from tests.golden.sources.cases import linked, write

CODE = "def a(event, context): ...\n"
SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Need: {Type: String}, Several: {Type: CommaDelimitedList}}
Resources:
  Rest: {Type: "AWS::Serverless::Api", Properties: {StageName: v1, <REST>}}
  Http: {Type: "AWS::Serverless::HttpApi", Properties: {<HTTP>}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: .
      Handler: app.a
      <FUNCTION>
      Events:
        R: {Type: Api, Properties: {Path: /r, Method: get, RestApiId: !Ref Rest}}
        H: {Type: HttpApi, Properties: {Path: /h, Method: get, ApiId: !Ref Http, <EVENT>}}
"""
CLOUDFORMATION = """
Parameters: {Need: {Type: String}}
Resources:
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
  Quick: {Type: "AWS::ApiGatewayV2::Api", Properties: {Name: q, ProtocolType: HTTP, Target: !GetAtt F.Arn, <QUICK>}}
  Web: {Type: "AWS::ApiGatewayV2::Api", Properties: {Name: web, ProtocolType: <PROTOCOL>}}
  I:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Web, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn, <PAYLOAD>}
  R:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Web, RouteKey: GET /w, Target: !Sub "integrations/${I}"}
  Rest: {Type: "AWS::ApiGateway::RestApi", Properties: {Name: rest}}
  S: {Type: "AWS::ApiGateway::Stage", Properties: {RestApiId: !Ref Rest, StageName: v1, <STAGE>}}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Rest
      ResourceId: !GetAtt Rest.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration: {Type: AWS_PROXY, Uri: !GetAtt F.Arn}
"""
DOCUMENT = """
Parameters: {Need: {Type: String}}
Resources:
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
  Api:
    Type: <KIND>
    Properties:
      Body:
        openapi: 3.0.1
        <ROOT>
        paths:
          /a:
            get:
              <OPERATION>
              x-amazon-apigateway-integration: {type: <TYPE>, uri: !GetAtt F.Arn, <PAYLOAD>}
        components:
          securitySchemes: {A: <SCHEME>}
"""
SERVERLESS = """
service: shop
provider: {name: aws, runtime: python3.12, <PROVIDER>}
functions:
  a: {handler: app.a, <FUNCTION>, events: [{http: {method: GET, path: /a, <EVENT>}}, {httpApi: GET /h}]}
"""
TEMPLATES = {"sam": SAM, "cloudformation": CLOUDFORMATION, "document": DOCUMENT, "serverless": SERVERLESS}
DEFAULTS = {"TYPE": "aws_proxy", "PROTOCOL": "HTTP", "KIND": "AWS::ApiGatewayV2::Api", "SCHEME": "{type: http}"}


def filled(template: str, given: dict[str, str]) -> str:
    """The template with what is given in its holes; those that are left are taken out with their line or comma."""
    text = TEMPLATES[template]
    for hole, value in {**DEFAULTS, **given}.items():
        text = text.replace(f"<{hole}>", value)
    return re.sub(r"\n *<[A-Z]+>(?=\n)|, <[A-Z]+>|<[A-Z]+>", "", text)


def told(folder: Path, template: str, given: dict[str, str]) -> list[str]:
    write(folder / "app.py", CODE)
    write(folder / ("serverless.yml" if template == "serverless" else "template.yaml"), filled(template, given))
    found = linked(folder).findings
    return [f"{one.code} {one.message}" for one in found]


@pytest.mark.parametrize("template", ["sam", "cloudformation", "document", "serverless"])
def test_nothing_is_told_of_what_stands_there(template: str, tmp_path: Path) -> None:
    assert told(tmp_path, template, {}) == []


_NO_TYPES = "CG256 only the deploy tells a binary media type: such bodies are texts"
_CASES: list[tuple[str, dict[str, str], str]] = [
    ("sam", {"REST": "BinaryMediaTypes: [!Ref Need]"}, _NO_TYPES),
    ("sam", {"REST": "BinaryMediaTypes: !Ref Several"}, _NO_TYPES),
    ("sam", {"REST": "Variables: !If [Nothing, {A: b}, {}]"}, "CG256 only the deploy tells the variables of the stage"),
    ("sam", {"EVENT": "PayloadFormatVersion: !Ref Need"}, "CG156 the payload format of GET /h is not known"),
    ("sam", {"EVENT": 'PayloadFormatVersion: "3.0"'}, "CG156 the payload format of GET /h is '3.0', and neither 1.0"),
    ("sam", {"HTTP": "CorsConfiguration: {MaxAge: 86401}"}, "CG156 MaxAge is '86401', and not a whole number from -1"),
    ("sam", {"FUNCTION": "Timeout: '{{resolve:ssm:/t}}'"}, "CG256 Timeout is known only after the deploy"),
    ("sam", {"FUNCTION": "MemorySize: !Ref Need"}, "CG256 MemorySize is known only after the deploy"),
    ("sam", {"FUNCTION": "Environment: !If [Nothing, {}, {}]"}, "CG256 the environment of F is not known"),
    ("sam", {"FUNCTION": "Environment: {Variables: !If [Nothing, {}, {}]}"}, "CG256 the environment of F is not known"),
    ("cloudformation", {"QUICK": "RouteKey: !Ref Need"}, "CG156 the route of Quick is not known"),
    ("cloudformation", {"PROTOCOL": "!Ref Need"}, "CG156 the protocol of the API is not known"),
    ("cloudformation", {"PAYLOAD": 'PayloadFormatVersion: "1"'}, "CG156 the payload format of GET /w is '1'"),
    ("cloudformation", {"STAGE": "Variables: !If [Nothing, {}, {}]"}, "CG256 only the deploy tells the variables of"),
    (
        "cloudformation",
        {
            "STAGE": "Description: x}}\n  S2: {Type: AWS::ApiGateway::Stage, Properties:"
            " {RestApiId: !Ref Rest, StageName: v2"
        },
        "CG256 the API has several stages, v1, v2: events have the default one, without stage variables",
    ),
    ("document", {"TYPE": "!Ref Need"}, "CG156 the integration of GET /a is not known"),
    ("document", {"PAYLOAD": "payloadFormatVersion: !Ref Need"}, "CG156 the payload format of GET /a is not known"),
    ("document", {"ROOT": "x-amazon-apigateway-binary-media-types: [!Ref Need]"}, _NO_TYPES),
    ("document", {"ROOT": "x-amazon-apigateway-cors: !If [Nothing, {}, {}]"}, "CG256 only the deploy tells the policy"),
    (
        "document",
        {"ROOT": "x-amazon-apigateway-cors: {allowOrigins: [!Ref Need]}"},
        "CG256 only the deploy tells allowOrigins of the policy for CORS",
    ),
    (
        "document",
        {"ROOT": "x-amazon-apigateway-cors: {maxAge: 5}", "KIND": "AWS::ApiGateway::RestApi"},
        "CG256 x-amazon-apigateway-cors is of HTTP APIs",
    ),
    (
        "document",
        {"OPERATION": "x-amazon-apigateway-auth: {type: !Ref Need}"},
        "CG154 nothing tells who may call GET /a: the authorization is not known",
    ),
    (
        "document",
        {
            "OPERATION": "security: [{A: []}]",
            "SCHEME": "{type: apiKey, name: x-api-key, in: header, x-amazon-apigateway-authtype: !Ref Need}",
        },
        "CG154 nothing tells who may call GET /a: the authorizer A is not known",
    ),
    (
        "document",
        {
            "OPERATION": "security: [{A: []}]",
            "SCHEME": "{x-amazon-apigateway-authorizer: {type: jwt, identitySource: !Ref Need, jwtConfiguration: {}}}",
        },
        "CG154 nothing tells who may call GET /a: the authorizer A is not known",
    ),
    (
        "document",
        {
            "OPERATION": "security: [{A: []}]",
            "SCHEME": "{x-amazon-apigateway-authorizer: {type: request, authorizerUri: !GetAtt F.Arn,"
            " authorizerPayloadFormatVersion: '4.0'}}",
        },
        "CG154 nothing tells who may call GET /a: the payload format of the authorizer A is '4.0'",
    ),
    ("serverless", {"PROVIDER": 'apiGateway: {binaryMediaTypes: ["${cf:s.Type}"]}'}, _NO_TYPES),
    ("serverless", {"PROVIDER": "httpApi: {payload: 2.0}"}, "CG156 the payload format is '2', and neither 1.0 nor 2.0"),
    ("serverless", {"PROVIDER": 'memorySize: "${ssm:/m}"'}, "CG256 memorySize is known only after the deploy"),
    ("serverless", {"PROVIDER": 'environment: "${file(./env.js)}"'}, "CG256 the environment of a is not known"),
    ("serverless", {"FUNCTION": 'timeout: "${ssm:/t}"'}, "CG256 timeout is known only after the deploy: no limit"),
    ("serverless", {"FUNCTION": 'environment: "${ssm:/all}"'}, "CG256 the environment of a is not known"),
    ("serverless", {"EVENT": 'integration: "${ssm:/i}"'}, "CG156 the integration of GET /a is not known"),
    ("serverless", {"EVENT": 'async: "${ssm:/i}"'}, "CG256 only the deploy tells whether GET /a is async"),
]


@pytest.mark.parametrize(("template", "given", "words"), _CASES, ids=[f"{one[0]} {one[1]}" for one in _CASES])
def test_what_only_a_deploy_tells_is_told(template: str, given: dict[str, str], words: str, tmp_path: Path) -> None:
    found = told(tmp_path, template, given)
    assert [one for one in found if one.startswith(words)], found


def test_a_guard_that_only_a_deploy_tells_leaves_no_route_public(tmp_path: Path) -> None:
    told(tmp_path, "document", {"OPERATION": "x-amazon-apigateway-auth: !If [Nothing, {type: NONE}, {type: AWS_IAM}]"})
    assert [type(route.authorizer) for route in linked(tmp_path).routes] == [Unresolved]


def test_a_limit_that_only_a_deploy_tells_is_none(tmp_path: Path) -> None:
    told(tmp_path, "serverless", {"FUNCTION": 'timeout: "${ssm:/t}", memorySize: "${ssm:/m}"'})
    (handler, *_) = (route.handler for route in linked(tmp_path).routes)
    assert isinstance(handler, Handler)
    assert (handler.timeout, handler.memory) == (None, None)
    assert {type(route.authorizer) for route in linked(tmp_path).routes} == {Public}
