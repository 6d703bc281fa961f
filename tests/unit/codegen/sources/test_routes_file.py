"""A table that is written reads back as what it was, whatever source it came from."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from codegen.cli import app
from codegen.declarations import Unresolved
from codegen.routing.precedence import Linked
from tests.golden.sources.cases import case, cases, linked, route_line, write
from tests.support.table_writer import SOURCES, api, code

SETTINGS = "[[tool.codegen.route_source]]\nkind = 'routes'\npath = 'frozen.toml'\n"
HANDLER = "def a(event, context): ...\n"


def frozen(root: Path, settings: str = "") -> str:
    """What the command writes; the table is read instead of the source from now on."""
    result = CliRunner().invoke(app, ["routes", "--as", "toml", "--root", str(root), "--no-cache"])
    write(root / "frozen.toml", result.stdout)
    write(root / "pyproject.toml", f"{SETTINGS}{settings}")
    return result.stdout


def same(before: Linked, after: Linked) -> None:
    known = [
        route
        for route in before.routes
        if not isinstance(route.handler, Unresolved) and not isinstance(route.authorizer, Unresolved)
    ]
    assert [route_line(route) for route in after.routes] == [route_line(route) for route in known]
    assert [(one.handler, one.api) for one in after.routes] == [(one.handler, one.api) for one in known]
    assert [one for one in after.findings if one.code in ("CG151", "CG156")] == [
        one for one in after.findings if one.code == "CG156" and one.message in {two.message for two in before.findings}
    ]


@pytest.mark.parametrize("path", cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_written_routes_read_back(path: Path, tmp_path: Path) -> None:
    project = case(path)
    project.lay(tmp_path)
    before = linked(tmp_path)
    text = frozen(tmp_path)
    same(before, linked(tmp_path))
    assert frozen(tmp_path) == text


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 5))])
def test_tables_from_seeds_read_back(source: str, seed: int, tmp_path: Path) -> None:
    for path, text in (code(api(seed)) | SOURCES[source](seed)).items():
        write(tmp_path / path, text.replace("{root}", tmp_path.resolve().as_posix()))
    before = linked(tmp_path)
    frozen(tmp_path)
    same(before, linked(tmp_path))


_HTTP = """
Resources:
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
  Api: {Type: "AWS::ApiGatewayV2::Api", Properties: {ProtocolType: HTTP, Target: !GetAtt F.Arn, CorsConfiguration: %s}}
"""
_REST = """
Resources:
  F: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.12, Handler: app.a, Code: .}}
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        openapi: 3.0.1
        %s
        paths:
          /a:
            get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt F.Arn}}
            options: {x-amazon-apigateway-integration: {type: mock, responses: {default: {statusCode: "%s"}}}}
"""


@pytest.mark.parametrize(
    "template",
    [
        _HTTP % "{AllowOrigins: [a], MaxAge: 100000}",
        _HTTP % "{AllowOrigins: [a], MaxAge: -1}",
        _HTTP % "{AllowOrigins: [!Ref AWS::StackName]}",
        _HTTP % "{}",
        _REST % ("x-amazon-apigateway-cors: {allowOrigins: ['*']}", "200"),
        _REST % ("info: {}", "100"),
        _REST % ("info: {}", "204"),
    ],
)
def test_odd_policies_read_back(template: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", HANDLER)
    write(tmp_path / "template.yaml", template)
    before = linked(tmp_path)
    frozen(tmp_path)
    same(before, linked(tmp_path))
    assert before.routes != ()


def test_an_authorizer_with_a_stand_in_reads_back(tmp_path: Path) -> None:
    """Its function is not in the code base, and who stands in for it is named by the settings."""
    settings = '[tool.lambdatwin.authorizers]\nForeign = "deny"\n'
    write(tmp_path / "app.py", HANDLER)
    write(tmp_path / "pyproject.toml", settings)
    write(
        tmp_path / "serverless.yml",
        """
service: shop
provider: {name: aws, runtime: python3.12}
functions:
  a:
    handler: app.a
    events:
      - http:
          method: GET
          path: /a
          authorizer:
            {arn: "arn:aws:lambda:eu-west-1:1:function:Foreign", type: request, resultTtlInSeconds: 7,
            identitySource: method.request.header.X}
""",
    )
    before = linked(tmp_path)
    frozen(tmp_path, settings)
    after = linked(tmp_path)
    assert [finding.code for finding in (*before.findings, *after.findings)] == []
    (one,), (two,) = before.routes, after.routes
    for name in ("name", "form", "identity", "ttl", "payload", "simple"):
        assert getattr(one.authorizer, name) == getattr(two.authorizer, name)


def test_routes_of_docstrings_read_back_as_those_of_an_http_api(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.codegen]\npayload = "2.0"\n')
    write(
        tmp_path / "shop/aws_lambda/fetch.py",
        '''"""A handler."""


def lambda_handler(event, context):
    """Handle GET /orders for orders."""
    return {"statusCode": 200, "body": "{}"}
''',
    )
    assert 'kind = "http"' in frozen(tmp_path)
    (route,) = linked(tmp_path).routes
    assert (route.api.kind, route.payload) == ("http", "2.0")
