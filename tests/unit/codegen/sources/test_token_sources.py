"""Where the token of a pool or an issuer is sent, as each source says it, and how a route's scopes are told apart."""

from pathlib import Path

import pytest

from codegen.declarations import Cognito, Jwt, Unresolved
from codegen.sources.routes_file import written
from tests.golden.sources.cases import linked, write

_SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop: {Type: "AWS::Serverless::%s", Properties: {StageName: v1, Auth: {Authorizers: {A: %s}}}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: .
      Handler: app.a
      Events: {E: {Type: %s, Properties: {Path: /a, Method: get, %s: !Ref Shop, Auth: {Authorizer: A}}}}
"""
_SAM_REST = ("template.yaml", _SAM % ("Api", "{UserPoolArn: arn, Identity: {Header: X-Token}}", "Api", "RestApiId"))
_SAM_HTTP = (
    "template.yaml",
    _SAM % ("HttpApi", "{JwtConfiguration: {issuer: i, audience: [a]}, IdentitySource: %s}", "HttpApi", "ApiId"),
)
_FUNCTION = """
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
"""
_CLOUDFORMATION_REST = f"""
Resources:{_FUNCTION}
  Api: {{Type: "AWS::ApiGateway::RestApi", Properties: {{Name: shop}}}}
  Things:
    Type: AWS::ApiGateway::Resource
    Properties: {{RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: a}}
  A:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      Type: COGNITO_USER_POOLS
      ProviderARNs: [arn]
      IdentitySource: method.request.header.X-Token
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Things
      HttpMethod: GET
      AuthorizationType: COGNITO_USER_POOLS
      AuthorizerId: !Ref A
      Integration: {{Type: AWS_PROXY, Uri: !GetAtt F.Arn, IntegrationHttpMethod: POST}}
"""
_CLOUDFORMATION_HTTP = f"""
Resources:{_FUNCTION}
  Api: {{Type: "AWS::ApiGatewayV2::Api", Properties: {{Name: shop, ProtocolType: HTTP}}}}
  A:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      AuthorizerType: JWT
      IdentitySource: ["$request.querystring.token"]
      JwtConfiguration: {{Issuer: i, Audience: [a]}}
  I:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      {{ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn, PayloadFormatVersion: "2.0"}}
  R:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: GET /a
      AuthorizationType: JWT
      AuthorizerId: !Ref A
      Target: !Sub "integrations/${{I}}"
"""
_OPENAPI = """
openapi: 3.0.1
paths:
  /a:
    get:
      security: [{A: []}]
      x-amazon-apigateway-integration:
        {type: aws_proxy, httpMethod: POST, payloadFormatVersion: "%s", uri: "arn:aws:lambda:eu-west-1:1:function:a"}
components:
  securitySchemes:
    A: {%s}
"""
_NAMED = {
    "pyproject.toml": """
[tool.codegen.functions]
a = "app.a"

[[tool.codegen.route_source]]
kind = "openapi"
path = "openapi.yaml"
"""
}
_SERVERLESS = (
    "service: s\nprovider: {name: aws, runtime: python3.12%s}\nfunctions:\n  a: {handler: app.a, events: [%s]}\n"
)
_CHALICE = """
from chalice import Chalice, CognitoUserPoolAuthorizer

app = Chalice(app_name="shop")
pool = CognitoUserPoolAuthorizer("A", header="X-Token", provider_arns=["arn"])


@app.route("/a", authorizer=pool)
def a(): ...
"""
_ROUTES = """
[[route]]
method = "GET"
path = "/a"
handler = "app.a"
authorizer = "A"
payload = "%s"

[authorizers.A]
kind = "%s"
identity = ["%s"]
"""
_HEADER, _QUERY = "method.request.header.X-Token", "$request.querystring.token"
SOURCES: dict[str, tuple[dict[str, str], str]] = {
    "sam, rest": (dict([_SAM_REST]), _HEADER),
    "sam, http": ({_SAM_HTTP[0]: _SAM_HTTP[1] % _QUERY}, _QUERY),
    "cloudformation, rest": ({"template.yaml": _CLOUDFORMATION_REST}, _HEADER),
    "cloudformation, http": ({"template.yaml": _CLOUDFORMATION_HTTP}, _QUERY),
    "openapi, rest": (
        {
            "openapi.yaml": _OPENAPI
            % (
                "1.0",
                """type: apiKey, in: header, name: X-Token, x-amazon-apigateway-authtype: cognito_user_pools,
        x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [arn]}""",
            ),
            **_NAMED,
        },
        _HEADER,
    ),
    "openapi, http": (
        {
            "openapi.yaml": _OPENAPI
            % (
                "2.0",
                f"""type: oauth2, x-amazon-apigateway-authorizer:
        {{type: jwt, identitySource: {_QUERY}, jwtConfiguration: {{issuer: i, audience: [a]}}}}""",
            ),
            **_NAMED,
        },
        _QUERY,
    ),
    "serverless, http": (
        {
            "serverless.yml": _SERVERLESS
            % (
                "",
                f"http: {{method: GET, path: /a, authorizer: {{arn: ':cognito-idp:', identitySource: {_HEADER}}}}}",
            )
        },
        _HEADER,
    ),
    "serverless, httpApi": (
        {
            "serverless.yml": _SERVERLESS
            % (
                f", httpApi: {{authorizers: {{A: {{identitySource: {_QUERY}, issuerUrl: i, audience: [a]}}}}}}",
                "{httpApi: {method: GET, path: /a, authorizer: A}}",
            )
        },
        _QUERY,
    ),
    "chalice": (
        {"app.py": _CHALICE, "pyproject.toml": '[[tool.codegen.route_source]]\nkind = "decorators"\n'},
        _HEADER,
    ),
    "routes.toml, cognito": ({"routes.toml": _ROUTES % ("1.0", "cognito", _HEADER)}, _HEADER),
    "routes.toml, jwt": ({"routes.toml": _ROUTES % ("2.0", "jwt", _QUERY)}, _QUERY),
}


@pytest.mark.parametrize("name", SOURCES)
def test_each_source_tells_where_the_token_is(name: str, tmp_path: Path) -> None:
    files, expected = SOURCES[name]
    for path, text in {"app.py": "def a(event, context): ...\n", **files}.items():
        write(tmp_path / "read" / path, text)
    found = linked(tmp_path / "read")
    (route,) = found.routes
    assert isinstance(route.authorizer, Cognito | Jwt), found.findings
    assert route.authorizer.identity == expected
    if name != "chalice":  # its handler is in no table
        write(tmp_path / "kept" / "routes.toml", written([route]))
        write(tmp_path / "kept" / "app.py", "def a(event, context): ...\n")
        assert linked(tmp_path / "kept").routes[0].authorizer == route.authorizer


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("$request.header.Authorization", True),
        ("$request.header.authorization", True),
        ("$context.routeKey", False),
        ("[$request.header.A, $request.header.B]", False),
    ],
)
def test_authorization_is_the_default_and_what_holds_no_token_is_refused(
    source: str, kept: bool, tmp_path: Path
) -> None:
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    write(tmp_path / "template.yaml", _SAM_HTTP[1] % source)
    found = linked(tmp_path)
    (route,) = found.routes
    assert isinstance(route.authorizer, Jwt if kept else Unresolved)
    assert (getattr(route.authorizer, "identity", ""), [one.code for one in found.findings]) == (
        "",
        [] if kept else ["CG154"],
    )


@pytest.mark.parametrize(
    ("kind", "asked", "scopes"),
    [
        ("Api", "", ("own",)),
        ("Api", ", AuthorizationScopes: []", ()),
        ("Api", ", AuthorizationScopes: [x]", ("x",)),
        ("HttpApi", ", AuthorizationScopes: []", ("own",)),
        ("HttpApi", ", AuthorizationScopes: [x]", ("x",)),
    ],
)
def test_an_empty_list_of_scopes_takes_them_away_from_rest_apis_alone(
    kind: str, asked: str, scopes: tuple[str, ...], tmp_path: Path
) -> None:
    """As aws-sam-translator 1.115 writes the security of each."""
    text = _SAM_REST[1] if kind == "Api" else _SAM_HTTP[1] % "$request.header.Authorization"
    text = text.replace("Authorizers: {A: {", "Authorizers: {A: {AuthorizationScopes: [own], ")
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    write(tmp_path / "template.yaml", text.replace("{Authorizer: A}", f"{{Authorizer: A{asked}}}"))
    assert [route.scopes for route in linked(tmp_path).routes] == [scopes]


_POOLS_OF_SERVERLESS = """
service: s
provider:
  name: aws
  runtime: python3.12
  httpApi:
    authorizers:
      J: {issuerUrl: !Sub "https://cognito-idp.${AWS::Region}.amazonaws.com/${Staff}", audience: [!Ref Client, b]}
functions:
  a:
    handler: app.a
    events:
      - http: {method: GET, path: /a, authorizer: {name: A, type: COGNITO_USER_POOLS, arn: !GetAtt Staff.Arn}}
      - http: {method: GET, path: /b, authorizer: {name: B, type: COGNITO_USER_POOLS, arn: {"Fn::ImportValue": pool}}}
      - http: {method: GET, path: /c, authorizer: {name: C, arn: "arn:aws:cognito-idp:x:1:userpool/x_1"}}
      - http: {method: GET, path: /d, authorizer: {arn: ":cognito-idp:", scopes: [!Sub "${Server}/read"]}}
      - httpApi: {method: GET, path: /j, authorizer: J}
resources: {Resources: {Server: {Type: AWS::Cognito::UserPoolResourceServer, Properties: {Identifier: shop}}}}
"""
_POOLS_OF_SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Given: {Type: String}}
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Auth: {Authorizers: {A: {UserPoolArn: !GetAtt Staff.Arn}, B: {UserPoolArn: [!Ref Given, "arn:x"]}}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: .
      Handler: app.a
      Events:
        A: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Shop, Auth: {Authorizer: A}}}
        B: {Type: Api, Properties: {Path: /b, Method: get, RestApiId: !Ref Shop, Auth: {Authorizer: B}}}
"""


@pytest.mark.parametrize(
    ("name", "text", "pools"),
    [
        ("template.yaml", _POOLS_OF_SAM, [("Staff",), ("Given", "arn:x")]),
        (
            "serverless.yml",
            _POOLS_OF_SERVERLESS,
            [
                ("Staff",),
                ("Fn::ImportValue pool is another stack's value",),
                ("arn:aws:cognito-idp:x:1:userpool/x_1",),
                (":cognito-idp:",),
                ("Staff", "Client"),
            ],
        ),
    ],
)
def test_pools_that_only_a_deploy_tells_have_names(
    name: str, text: str, pools: list[tuple[str, ...]], tmp_path: Path
) -> None:
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    write(tmp_path / name, text)
    found = [route.authorizer for route in linked(tmp_path).routes]
    assert [one.unknown if isinstance(one, Jwt) else getattr(one, "pools", None) for one in found] == pools
