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


def _told(folder: Path, name: str, text: str) -> list[str]:
    write(folder / "app.py", "def a(event, context): ...\n")
    write(folder / name, text)
    return [f"{one.code} {one.message}" for one in linked(folder).findings if one.code in ("CG154", "CG156", "CG256")]


LATER = {
    "a payload format": (
        "template.yaml",
        _CLOUDFORMATION.replace(
            "AWS_PROXY, IntegrationUri", "AWS_PROXY, PayloadFormatVersion: !Ref Need, IntegrationUri"
        ),
        "CG156 the payload format of GET /web is not known",
    ),
    "an integration": (
        "template.yaml",
        _CLOUDFORMATION.replace("{Type: AWS_PROXY", "{Type: !Ref Need"),
        "CG156 the integration of GET / is not known",
    ),
    "a payload format of serverless": (
        "serverless.yml",
        _SERVERLESS.replace("httpApi: {auth", 'httpApi: {payload: "${cf:s.Payload}", auth') % "httpApi: GET /a",
        "CG156 the payload format is not known",
    ),
    "origins of an HTTP API": (
        "template.yaml",
        _CLOUDFORMATION.replace(
            "ProtocolType: HTTP", "ProtocolType: HTTP, CorsConfiguration: {AllowOrigins: [!Ref Need]}"
        ),
        "CG256 only the deploy tells AllowOrigins of the policy for CORS",
    ),
    "a policy for CORS": (
        "template.yaml",
        _CLOUDFORMATION.replace("ProtocolType: HTTP", "ProtocolType: HTTP, CorsConfiguration: !If [Nothing, {}, {}]"),
        "CG256 only the deploy tells the policy for CORS",
    ),
    "a stage": (
        "template.yaml",
        _CLOUDFORMATION
        + "  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: !Ref Need}}\n",
        "CG256 only the deploy tells the name of the stage",
    ),
    "binary types": (
        "template.yaml",
        _CLOUDFORMATION.replace("{Name: shop}", "{Name: shop, BinaryMediaTypes: [!Ref Need]}"),
        "CG256 only the deploy tells a binary media type",
    ),
    "an identity source": (
        "template.yaml",
        _CLOUDFORMATION.replace("RestApiId: !Ref Api}\n  M", "RestApiId: !Ref Api, IdentitySource: !Ref Need}\n  M"),
        "CG154 nothing tells who may call GET /: the authorizer A is not known",
    ),
    "a stage of serverless": (
        "serverless.yml",
        _SERVERLESS.replace("name: aws", 'name: aws, stage: "${cf:s.Stage}"') % "httpApi: GET /a",
        "CG256 only the deploy tells the stage: it is called dev here",
    ),
    "an origin of serverless": (
        "serverless.yml",
        _SERVERLESS % 'http: {method: GET, path: /a, cors: {origin: "${ssm:/x}"}}',
        "CG256 only the deploy tells origin of the policy for CORS",
    ),
    "origins of serverless": (
        "serverless.yml",
        _SERVERLESS.replace("httpApi: {auth", 'httpApi: {cors: {allowedOrigins: ["${cf:s.Url}"]}, auth')
        % "httpApi: GET /a",
        "CG256 only the deploy tells allowedOrigins of the policy for CORS",
    ),
}


@pytest.mark.parametrize("name", LATER)
def test_what_only_a_deploy_tells_of_an_api_is_told(name: str, tmp_path: Path) -> None:
    path, text, words = LATER[name]
    told = _told(tmp_path, path, text % (_POOL, _JWT) if path == "template.yaml" else text)
    assert [one for one in told if one.startswith(words)], told


def test_origins_that_only_a_deploy_tells_are_not_every_origin(tmp_path: Path) -> None:
    _told(tmp_path, "serverless.yml", LATER["origins of serverless"][1])
    cors = linked(tmp_path).routes[0].api.cors
    assert cors is not None
    assert (cors.origins, "OPTIONS" in cors.methods) == ((), True)


def test_a_text_file_of_serverless_is_read(tmp_path: Path) -> None:
    write(tmp_path / "secret.txt", " a text\n")
    text = _SERVERLESS.replace("handler: app.a,", 'handler: app.a, environment: {A: "${file(./secret.txt)}"},')
    _told(tmp_path, "serverless.yml", text % "httpApi: GET /a")
    assert getattr(linked(tmp_path).routes[0].handler, "environment", None) == (("A", "a text"),)


@pytest.mark.parametrize(
    "line", ["route = app.route", "route = partial(app.route, authorizer=plain)", "routes = [app.route]"]
)
def test_a_decorator_under_another_name_is_told(line: str, tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[[tool.codegen.route_source]]\nkind = "decorators"\n')
    text = _CHALICE % '"/a"'
    write(tmp_path / "app.py", f'{text}\n{line}\n\n\n@route("/b")\ndef b(): ...\n')
    found = linked(tmp_path)
    assert [route.path for route in found.routes] == ["/a"]
    (finding,) = found.findings
    assert (finding.code, finding.message) == ("CG156", "nothing tells which routes this route adds under another name")


def test_a_module_that_a_plugin_writes_is_told(tmp_path: Path) -> None:
    text = (_SERVERLESS % "httpApi: GET /a").replace("app.a", "wsgi_handler.handler")
    write(tmp_path / "serverless.yml", text)
    (finding,) = linked(tmp_path).findings
    assert (finding.code, "run `sls wsgi install`" in finding.message) == ("CG152", True)
    write(tmp_path / "wsgi_handler.py", "def handler(event, context): ...\n")
    assert linked(tmp_path).findings == ()


_SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Need: {Type: String}}
Resources:
  Shop: {Type: "AWS::Serverless::%s", Properties: {StageName: v1, %s}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: .
      Handler: app.a
      Events: {E: {Type: %s, Properties: {Path: /a, Method: get, %s: !Ref Shop, Auth: {Authorizer: A}}}}
"""
_OF_SAM = {
    "Auth: {Authorizers: {A: {UserPoolArn: arn, Identity: {Header: !Ref Need}}}}": "Api",
    "Auth: {Authorizers: {A: {FunctionArn: !GetAtt F.Arn, Identity: {Header: !Ref Need}}}}": "Api",
    "Auth: {Authorizers: {A: {FunctionArn: !GetAtt F.Arn, FunctionPayloadType: !Ref Need}}}": "Api",
    "Auth: {Authorizers: {A: {FunctionArn: !GetAtt F.Arn, Identity: {Headers: [!Ref Need]}}}}": "HttpApi",
    "Auth: {Authorizers: {A: {FunctionArn: !GetAtt F.Arn, EnableSimpleResponses: !Ref Need}}}": "HttpApi",
    "Auth: {Authorizers: {A: {JwtConfiguration: {issuer: i}, IdentitySource: !Ref Need}}}": "HttpApi",
}


@pytest.mark.parametrize("said", _OF_SAM)
def test_an_authorizer_of_sam_that_only_a_deploy_tells_is_refused(said: str, tmp_path: Path) -> None:
    kind = _OF_SAM[said]
    text = _SAM % (kind, said, kind, "RestApiId" if kind == "Api" else "ApiId")
    told = _told(tmp_path, "template.yaml", text)
    assert [one for one in told if one.startswith("CG154 nothing tells who may call GET /a")], told


def test_the_origins_and_the_stage_of_sam_are_told(tmp_path: Path) -> None:
    api = "CorsConfiguration: {AllowOrigins: [!Ref Need]}"
    text = _SAM.replace("StageName: v1", "StageName: !Ref Need") % ("HttpApi", api, "HttpApi", "ApiId")
    told = _told(tmp_path, "template.yaml", text.replace(", Auth: {Authorizer: A}", ""))
    assert sorted(one.partition(" (")[0].partition(":")[0] for one in told) == [
        "CG256 only the deploy tells AllowOrigins of the policy for CORS",
        "CG256 only the deploy tells the name of the stage",
    ]
