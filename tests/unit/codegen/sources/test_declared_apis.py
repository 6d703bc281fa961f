"""What tables declare of an API as a whole, as the command `routes` prints it: CORS, MOCK methods, stage variables.

What SAM makes of its `Cors` was read off aws-sam-translator 1.115, what the Serverless Framework makes off its 3.39.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from codegen.cli import app
from tests.golden.sources.cases import linked, write

SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      {settings}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.handler
      Events:
        A: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: /a, Method: post{auth}}}}}
        B: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: /a, Method: get{auth}}}}}
        C: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: '/b/{{proxy+}}', Method: any{auth}}}}}
        D: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: /own, Method: options{auth}}}}}
"""
SERVERLESS = """
service: notes
provider: {{name: aws, runtime: python3.12, httpApi: {{cors: {cors}}}}}
functions:
  f:
    handler: app.handler
    events: [{events}]
"""
HANDLER = "def handler(event, context):\n    return {'statusCode': 200}\n"
HEADERS = "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent,X-Amzn-Trace-Id"


def declared(root: Path, file: str, text: str) -> dict[str, Any]:
    """The `apis` of the printed table."""
    write(root / "app.py", HANDLER)
    write(root / file, text)
    result = CliRunner().invoke(app, ["routes", "--as", "toml", "--root", str(root), "--no-cache"])
    assert result.exit_code == 0, result.output
    apis: dict[str, Any] = tomllib.loads(result.stdout)["apis"]
    return apis


def preflights(root: Path, file: str, text: str, api: str) -> dict[str, Any]:
    return {one.pop("path"): one for one in declared(root, file, text)[api].get("preflights", [])}


def short(name: str) -> str:
    return f"Access-Control-{name}"


def test_sam_answers_preflights_of_each_path_that_has_no_options_of_its_own(tmp_path: Path) -> None:
    found = preflights(tmp_path, "template.yaml", SAM.format(settings="""Cors: "'*'\"""", auth=""), "Api")
    every = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"
    assert found == {
        path: {
            "status": 200,
            "headers": {short("Allow-Origin"): "*", short("Allow-Methods"): methods},
            "body": "{}\n",
        }
        for path, methods in {"/a": "GET,OPTIONS,POST", "/b/{proxy+}": every}.items()
    }


def test_sam_sends_what_is_stated(tmp_path: Path) -> None:
    cors = """Cors: {AllowOrigin: "'https://a.b'", AllowHeaders: "'x-a,x-b'", AllowMethods: "'GET'", MaxAge: "'600'",
        AllowCredentials: true}"""
    found = preflights(tmp_path, "template.yaml", SAM.format(settings=cors, auth=""), "Api")
    assert list(found["/a"]["headers"].items()) == [
        (short("Allow-Origin"), "https://a.b"),
        (short("Allow-Headers"), "x-a,x-b"),
        (short("Allow-Methods"), "GET"),
        (short("Max-Age"), "600"),
        (short("Allow-Credentials"), "true"),
    ]


@pytest.mark.parametrize(("more", "guarded"), [("", True), (", AddDefaultAuthorizerToCorsPreflight: false", False)])
def test_the_default_authorizer_stands_on_preflights_too(tmp_path: Path, more: str, guarded: bool) -> None:
    pool = "Authorizers: {P: {UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:1:userpool/p'}}, DefaultAuthorizer: P"
    settings = f"""Cors: "'*'"\n      Auth: {{{pool}{more}}}"""
    found = preflights(tmp_path, "template.yaml", SAM.format(settings=settings, auth=""), "Api")
    assert {path: one.get("is_guarded", False) for path, one in found.items()} == {
        "/a": guarded,
        "/b/{proxy+}": guarded,
    }


def test_the_variables_of_a_stage_are_read(tmp_path: Path) -> None:
    found = declared(tmp_path, "template.yaml", SAM.format(settings="Variables: {a: b, n: 1}", auth=""))
    assert found["Api"]["variables"] == {"a": "b", "n": "1"}


BARE = """
Resources:
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: a{more}}}}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      Integration: {{Type: AWS_PROXY, Uri: !Sub '${{F.Arn}}'}}
  F: {{Type: AWS::Lambda::Function, Properties: {{Handler: app.handler, Code: .}}}}
{stages}
"""
SERVICE = """
service: notes
provider: {name: aws, runtime: python3.12, apiGateway: {binaryMediaTypes: [image~1png, '*~1*']}}
functions: {f: {handler: app.handler, events: [http: GET a]}}
"""


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("template.yaml", BARE.format(more=", BinaryMediaTypes: [image~1png, '*~1*']", stages="")),
        ("template.yaml", SAM.format(settings="BinaryMediaTypes: [image~1png, '*~1*']", auth="")),
        ("serverless.yml", SERVICE),
    ],
    ids=["cloudformation", "sam", "serverless"],
)
def test_a_slash_of_a_binary_type_may_be_escaped_as_cloudformation_asks_for(
    file: str, text: str, tmp_path: Path
) -> None:
    (api,) = declared(tmp_path, file, text).values()
    assert api["binary_types"] == ["image/png", "*/*"]


def test_of_several_stages_none_gives_its_variables_to_events(tmp_path: Path) -> None:
    stage = "  {0}: {{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: !Ref Api, StageName: {0}{1}}}}}"
    one, other = stage.format("live", ", Variables: {color: green}"), stage.format("beta", "")
    alone = declared(tmp_path, "template.yaml", BARE.format(more="", stages=one))["Api"]
    assert (alone["stage"], alone["variables"]) == ("live", {"color": "green"})
    both = declared(tmp_path, "template.yaml", BARE.format(more="", stages=f"{one}\n{other}"))["Api"]
    assert not {"variables", "stage"} & set(both)
    (told,) = (str(one.message) for one in linked(tmp_path).findings if one.code == "CG256")
    assert told == "the API has several stages, beta, live: events have the default one, without stage variables"


def test_a_cors_that_is_known_after_the_deploy_is_told(tmp_path: Path) -> None:
    write(tmp_path / "app.py", HANDLER)
    write(tmp_path / "template.yaml", SAM.format(settings="Cors: !ImportValue origin", auth=""))
    assert [finding.code for finding in linked(tmp_path).findings] == ["CG256"]


NAMES = {
    "said": (
        "template.yaml",
        SAM.replace("CodeUri: .", "CodeUri: .\n      FunctionName: !Sub 'f-${{Stage}}'"),
        "f-dev",
    ),
    "unsaid": ("template.yaml", SAM, "F"),
    "serverless": ("serverless.yml", SERVERLESS, "notes-dev-f"),
}


@pytest.mark.parametrize(("file", "text", "name"), NAMES.values(), ids=NAMES)
def test_functions_are_called_as_in_aws(tmp_path: Path, file: str, text: str, name: str) -> None:
    """What a handler finds in `context.function_name`."""
    text = text.format(settings="", auth="", cors="false", events="{httpApi: '*'}")
    declared(tmp_path, file, f"{text}\nParameters: {{Stage: {{Type: String, Default: dev}}}}\n")
    assert {getattr(found.handler, "name", "") for found in linked(tmp_path).routes} == {name}


def test_mock_methods_of_a_template_keep_their_answer(tmp_path: Path) -> None:
    template = """
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      Integration: {Type: AWS_PROXY, Uri: !Sub '${F.Arn}'}
  Options:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: OPTIONS
      Integration:
        Type: MOCK
        IntegrationResponses:
          - StatusCode: '204'
            ResponseParameters:
              method.response.header.Access-Control-Allow-Origin: "'https://a.b'"
              method.response.header.Vary: "'Origin'"
  Computed:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Other
      HttpMethod: OPTIONS
      Integration:
        Type: MOCK
        IntegrationResponses: [{StatusCode: 200, ResponseTemplates: {application/json: '#set($a = 1)'}}]
  Other:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: o}
  F: {Type: AWS::Lambda::Function, Properties: {Handler: app.handler, Code: .}}
"""
    assert preflights(tmp_path, "template.yaml", template, "Api") == {
        "/": {"status": 204, "headers": {short("Allow-Origin"): "https://a.b", "Vary": "Origin"}}
    }


# As the CDK writes it for `allow_origins` with several.
SEVERAL = """
#set($origin = $input.params().header.get("Origin"))
#if($origin == "")
  #set($origin = $input.params().header.get("origin"))
#end
#if({condition})
  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#end"""


def mock_of(condition: str) -> str:
    answer = {
        "StatusCode": "204",
        "ResponseParameters": {f"method.response.header.{short('Allow-Origin')}": "'https://a.b'"},
        "ResponseTemplates": {"application/json": SEVERAL.strip().replace("{condition}", condition)},
    }
    root = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    method = {"RestApiId": {"Ref": "Api"}, "ResourceId": root}
    own = {"Type": "AWS_PROXY", "Uri": {"Fn::GetAtt": ["F", "Arn"]}}
    mocked = {"Type": "MOCK", "IntegrationResponses": [answer]}
    resources = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}},
        "Get": {"Type": "AWS::ApiGateway::Method", "Properties": {**method, "HttpMethod": "GET", "Integration": own}},
        "Ask": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {**method, "HttpMethod": "OPTIONS", "Integration": mocked},
        },
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "app.handler", "Code": "."}},
    }
    return json.dumps({"Resources": resources}, indent=1)


@pytest.mark.parametrize(
    ("condition", "origins"),
    [
        ('$origin == "https://c.d" || $origin == "https://e.f"', ["https://c.d", "https://e.f"]),
        # As `sls package` writes it.
        ('$origin.matches("https://c[.]d") || $origin.matches("https://.+[.]f")', ["https://c.d", "https://*.f"]),
    ],
)
def test_a_mock_method_sends_back_each_of_several_origins(condition: str, origins: list[str], tmp_path: Path) -> None:
    template = mock_of(condition)
    assert preflights(tmp_path, "template.yaml", template, "Api") == {
        "/": {
            "status": 204,
            "headers": {short("Allow-Origin"): "https://a.b"},
            "origins": origins,
        }
    }


@pytest.mark.parametrize("other", ['$origin.endsWith(".e.f")', '$origin.matches("https://(e|f)[.]g")'])
def test_a_mock_method_that_computes_is_told(other: str, tmp_path: Path) -> None:
    template = mock_of(f'$origin == "https://c.d" || {other}')
    assert preflights(tmp_path, "template.yaml", template, "Api") == {}
    assert [found.code for found in linked(tmp_path).findings] == ["CG256", "CG350"]


CHALICE = """
from chalice import Chalice, CORSConfig
app = Chalice(app_name="hi")
app.api.binary_types.append("application/x-a")
LIMITED = CORSConfig(allow_origin="https://a.b", allow_headers=["X-A"], expose_headers=["X-B"], max_age=5,
                     allow_credentials=True)
@app.route("/", cors=True)
def index():
    return {}
@app.route("/{name}", methods=["PUT", "GET"], cors=LIMITED)
def named(name):
    return {}
@app.route("/{name}", methods=["DELETE"])
def delete(name):
    return {}
@app.route("/plain")
def plain():
    return {}
"""


def test_chalice_answers_preflights_of_routes_with_cors(tmp_path: Path) -> None:
    write(tmp_path / "requirements.txt", "chalice\n")
    api = declared(tmp_path, "app.py", CHALICE)["hi"]
    required = "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key"
    assert {one["path"]: one["headers"] for one in api["preflights"]} == {
        "/": {
            short("Allow-Methods"): "GET,OPTIONS",
            short("Allow-Origin"): "*",
            short("Allow-Headers"): required,
        },
        "/{name}": {
            short("Allow-Methods"): "PUT,GET,OPTIONS",
            short("Allow-Origin"): "https://a.b",
            short("Allow-Headers"): "Authorization,Content-Type,X-A,X-Amz-Date,X-Amz-Security-Token,X-Api-Key",
            short("Expose-Headers"): "X-B",
            short("Max-Age"): "5",
            short("Allow-Credentials"): "true",
        },
    }
    assert {"image/png", "application/octet-stream", "application/x-a"} <= set(api["binary_types"])


def test_the_cors_of_a_chalice_app_is_that_of_its_routes(tmp_path: Path) -> None:
    text = CHALICE.replace('app.api.binary_types.append("application/x-a")', "app.api.cors = True")
    found = preflights(tmp_path, "app.py", text.replace("cors=True", "cors=False"), "hi")
    assert found.keys() == {"/{name}", "/plain"}
    assert found["/{name}"]["headers"][short("Allow-Methods")] == "PUT,GET,DELETE,OPTIONS"


def test_http_policies_are_kept_whole(tmp_path: Path) -> None:
    cors = """{AllowOrigins: ['https://a.b'], AllowMethods: [GET], AllowHeaders: [x-a], ExposeHeaders: [x-b], MaxAge: 0,
      AllowCredentials: true}"""
    http = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Web: {Type: AWS::Serverless::HttpApi, Properties: {CorsConfiguration: %s}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.handler
      Events: {A: {Type: HttpApi, Properties: {ApiId: !Ref Web, Path: /a, Method: get}}}
"""
    assert declared(tmp_path, "template.yaml", http % cors)["Web"]["cors"] == {
        "origins": ["https://a.b"],
        "methods": ["GET"],
        "headers": ["x-a"],
        "exposed": ["x-b"],
        "max_age": 0,
        "credentials": True,
    }
    assert declared(tmp_path, "template.yaml", http % "true")["Web"]["cors"] == {"origins": ["*"]}


def test_credentials_for_every_origin_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "app.py", HANDLER)
    event = "{httpApi: 'GET /a'}"
    write(tmp_path / "serverless.yml", SERVERLESS.format(cors="{allowCredentials: true}", events=event))
    assert [finding.code for finding in linked(tmp_path).findings] == ["CG156"]


def test_the_framework_fills_in_what_an_http_policy_does_not_say(tmp_path: Path) -> None:
    events = "{httpApi: 'GET /a'}, {httpApi: 'PUT /a'}"
    found = declared(tmp_path, "serverless.yml", SERVERLESS.format(cors="true", events=events))["HttpApi"]["cors"]
    assert found == {"origins": ["*"], "methods": ["OPTIONS", "GET", "PUT"], "headers": HEADERS.split(",")}
    stated = "{allowedOrigins: ['https://a.b'], exposedResponseHeaders: [x-a], maxAge: 9, allowCredentials: true}"
    found = declared(tmp_path, "serverless.yml", SERVERLESS.format(cors=stated, events=events))["HttpApi"]["cors"]
    assert (found["origins"], found["exposed"], found["max_age"], found["credentials"]) == (
        ["https://a.b"],
        ["x-a"],
        9,
        True,
    )


def test_the_framework_puts_the_cors_of_a_path_together(tmp_path: Path) -> None:
    events = """{http: {path: a, method: get, cors: true}}, {http: {path: /a/, method: any, cors: true}},
      {http: {path: 'a/{id}', method: get, cors: {origins: ['http://*.a.b', 'https://c.d'], headers: [x-a], maxAge: 5,
      allowCredentials: true, cacheControl: 'max-age=5'}}}, {http: {path: plain, method: get}}"""
    found = preflights(tmp_path, "serverless.yml", SERVERLESS.format(cors="false", events=events), "ApiGatewayRestApi")
    assert found.keys() == {"/a", "/a/{id}"}
    assert found["/a"]["headers"] == {
        short("Allow-Origin"): "*",
        short("Allow-Headers"): HEADERS,
        short("Allow-Methods"): "OPTIONS,DELETE,GET,HEAD,PATCH,POST,PUT,GET",
    }
    assert found["/a/{id}"] == {
        "status": 200,
        "headers": {
            short("Allow-Origin"): "http://*.a.b",
            short("Allow-Headers"): "x-a",
            short("Allow-Methods"): "OPTIONS,GET",
            short("Allow-Credentials"): "true",
            short("Max-Age"): "5",
            "Cache-Control": "max-age=5",
        },
        "origins": ["http://*.a.b", "https://c.d"],
    }
