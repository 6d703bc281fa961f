"""Who may call is never guessed: scopes, keys and arguments that a text does not tell leave no route public."""

from pathlib import Path

import pytest

from codegen.declarations import Public, Unresolved
from tests.golden.sources.cases import linked, write

_CLOUDFORMATION = """
Parameters: {Need: {Type: String}, Scopes: {Type: CommaDelimitedList}}
Resources:
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
  Server: {Type: "AWS::Cognito::UserPoolResourceServer", Properties: {Identifier: shop, UserPoolId: x}}
  Api: {Type: "AWS::ApiGateway::RestApi", Properties: {Name: shop}}
  A:
    Type: AWS::ApiGateway::Authorizer
    Properties: {Type: COGNITO_USER_POOLS, ProviderARNs: [arn], RestApiId: !Ref Api}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      %s
      Integration: {Type: AWS_PROXY, Uri: !GetAtt F.Arn, IntegrationHttpMethod: POST}
  Http: {Type: "AWS::ApiGatewayV2::Api", Properties: {Name: web, ProtocolType: HTTP}}
  J:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties: {ApiId: !Ref Http, AuthorizerType: JWT, JwtConfiguration: {Issuer: i, Audience: [a]}}
  I:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Http, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn}
  R:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Http, RouteKey: GET /web, Target: !Sub "integrations/${I}", %s}
"""
_POOL, _JWT = (
    "AuthorizationType: COGNITO_USER_POOLS\n      AuthorizerId: !Ref A",
    "AuthorizationType: JWT, AuthorizerId: !Ref J",
)
_SERVERLESS = """
service: s
provider: {name: aws, runtime: python3.12, httpApi: {authorizers: {J: {issuerUrl: i, audience: [a]}}}}
functions: {a: {handler: app.a, events: [%s]}}
"""
_CHALICE = """
import os
from chalice import Chalice, CognitoUserPoolAuthorizer

app = Chalice(app_name="shop")
pool = CognitoUserPoolAuthorizer("A", provider_arns=["arn"], scopes=SCOPES)
plain = CognitoUserPoolAuthorizer("A", provider_arns=["arn"])
opts = {"authorizer": plain}


@app.route(%s)
def a(): ...
"""
UNKNOWN = {
    "key": ("template.yaml", _CLOUDFORMATION % ("ApiKeyRequired: !Ref Need", _JWT)),
    "scope": (
        "template.yaml",
        _CLOUDFORMATION % (f'{_POOL}\n      AuthorizationScopes: [!Sub "${{Need}}/x", b]', _JWT),
    ),
    "scopes": ("template.yaml", _CLOUDFORMATION % (f"{_POOL}\n      AuthorizationScopes: !Ref Scopes", _JWT)),
    "scopes of HTTP": ("template.yaml", _CLOUDFORMATION % (_POOL, f"{_JWT}, AuthorizationScopes: !Ref Scopes")),
    "private": ("serverless.yml", _SERVERLESS % 'http: {method: GET, path: /a, private: "${cf:stack.Value}"}'),
    "scopes of http": (
        "serverless.yml",
        _SERVERLESS % 'http: {method: GET, path: /a, authorizer: {arn: ":cognito-idp:", scopes: ["${cf:s.Scope}"]}}',
    ),
    "scopes of httpApi": (
        "serverless.yml",
        _SERVERLESS % 'httpApi: {method: GET, path: /a, authorizer: {name: J, scopes: "${cf:s.Scopes}"}}',
    ),
    "chalice, key": ("app.py", _CHALICE % '"/a", api_key_required=os.environ["KEYS"] == "1"'),
    "chalice, scopes": ("app.py", _CHALICE % '"/a", authorizer=pool'),
    "chalice, with_scopes": ("app.py", _CHALICE % '"/a", authorizer=plain.with_scopes(SCOPES)'),
}


def _read(folder: Path, name: str, text: str) -> list[tuple[str, type]]:
    if name != "app.py":
        write(folder / "app.py", "def a(event, context): ...\n")
    write(folder / name, text)
    found = linked(folder)
    codes = {finding.code for finding in found.findings}
    assert ("CG154" in codes) == any(isinstance(route.authorizer, Unresolved) for route in found.routes)
    return [(route.path, type(route.authorizer)) for route in found.routes]


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_route_whose_guard_is_not_known_is_refused(name: str, tmp_path: Path) -> None:
    path, text = UNKNOWN[name]
    if path == "app.py":
        write(tmp_path / "pyproject.toml", '[[tool.codegen.route_source]]\nkind = "decorators"\n')
    read = _read(tmp_path, path, text)
    assert [kind for _, kind in read].count(Unresolved) == 1
    assert Public not in [kind for _, kind in read]


def test_a_resource_server_is_called_as_the_template_says(tmp_path: Path) -> None:
    scopes = '[!Sub "${Server}/read", !Join ["", [!Ref Server, /write]]]'
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    write(tmp_path / "template.yaml", _CLOUDFORMATION % (f"{_POOL}\n      AuthorizationScopes: {scopes}", _JWT))
    assert [route.scopes for route in linked(tmp_path).routes] == [("shop/read", "shop/write"), ()]


@pytest.mark.parametrize("call", ['"/a", **opts', '*("/a",)', '"/a", **dict(authorizer=plain)'])
def test_arguments_behind_stars_are_told(call: str, tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[[tool.codegen.route_source]]\nkind = "decorators"\n')
    write(tmp_path / "app.py", _CHALICE % call)
    found = linked(tmp_path)
    assert (found.routes, [one.code for one in found.findings if "behind * or **" in one.message]) == ((), ["CG156"])


def test_no_authorizer_may_be_written_out(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[[tool.codegen.route_source]]\nkind = "decorators"\n')
    assert _read(tmp_path, "app.py", _CHALICE % '"/a", authorizer=None, api_key_required=None') == [("/a", Public)]


def test_names_of_resources_that_the_template_tells_reach_functions(tmp_path: Path) -> None:
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    variables = "Variables: {TABLE: !Ref Users, BUCKET: !Sub '${Files}/x', LATER: !Ref Other}"
    resources = """
  Users: {Type: "AWS::DynamoDB::Table", Properties: {TableName: !Sub "users-${AWS::StackName}"}}
  Files: {Type: "AWS::S3::Bucket", Properties: {BucketName: files}}
  Other: {Type: "AWS::DynamoDB::Table", Properties: {}}
"""
    text = _CLOUDFORMATION.replace("Code: .", f"Code: ., Environment: {{{variables}}}") % (_POOL, _JWT) + resources
    write(tmp_path / "template.yaml", text.replace('!Sub "users-${AWS::StackName}"', "users"))
    handler = linked(tmp_path).routes[0].handler
    assert getattr(handler, "environment", None) == (("BUCKET", "files/x"), ("LATER", None), ("TABLE", "users"))
