"""Plain words of serverless.yml as the Serverless Framework reads them: what js-yaml 4.1 made of each."""

from pathlib import Path

import pytest

from codegen.declarations import Handler
from tests.golden.sources.cases import linked, write

HANDLER = "def a(event, context): ...\n"
# What stands in the file, and what the variable of the function is.
GIVEN = {
    line.partition(" ->")[0]: line.partition(" ->")[2].strip()
    for line in """
1.0 -> 1
1e3 -> 1000
0x10 -> 16
1_000 -> 1000
0o17 -> 15
017 -> 17
0b101 -> 5
5. -> 5
12345678901234567890 -> 12345678901234567000
9007199254740993 -> 9007199254740992
1e21 -> 1e+21
100000000000000000000 -> 100000000000000000000
1e-7 -> 1e-7
0.00001 -> 0.00001
.5 -> 0.5
+1 -> 1
-0 -> 0
-0.0 -> 0
1_0.5_0 -> 10.5
.inf -> Infinity
-.inf -> -Infinity
.nan -> NaN
-.5 -> -.5
1e400 -> Infinity
0.1e1 -> 1
1__0 -> 10
0x1_f -> 31
-0x10 -> -16
1.5e+3 -> 1500
1E5 -> 100000
_1 -> _1
1_ -> 1_
0x -> 0x
1e3_ -> 1e3_
0o8 -> 0o8
12:30 -> 12:30
yes -> yes
'1.0' -> 1.0
true -> true
True -> true
FALSE -> false
tRue -> tRue
2020-01-32 -> 2020-01-32
2020-01-02 -> 2020-01-02T00:00:00.000Z
2001-12-14t21:59:43.10-05:00 -> 2001-12-15T02:59:43.100Z
${self:custom.whole} -> 2
'v${self:custom.whole}' -> v2
'${self:custom.none, 3.0}' -> 3
""".splitlines()[1:]
}


def environment(folder: Path) -> dict[str, str | None]:
    (route,) = linked(folder).routes
    assert isinstance(route.handler, Handler)
    return dict(route.handler.environment)


@pytest.mark.parametrize("said", GIVEN)
def test_a_plain_word_is_what_javascript_makes_of_it(said: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", HANDLER)
    service = f"""
service: shop
provider: {{name: aws, runtime: python3.12}}
custom: {{whole: 2.0}}
functions: {{a: {{handler: app.a, environment: {{A: {said}}}, events: [httpApi: GET /a]}}}}
"""
    write(tmp_path / "serverless.yml", service.replace("A: ${self:custom.whole}", "A: '${self:custom.whole}'"))
    assert environment(tmp_path) == {"A": GIVEN[said]}


def test_null_takes_a_variable_away(tmp_path: Path) -> None:
    """As packaged by the framework: the provider's, too."""
    write(tmp_path / "app.py", HANDLER)
    write(
        tmp_path / "serverless.yml",
        """
service: shop
provider: {name: aws, runtime: python3.11, environment: {A: x, B: y, C: null, D: ~}}
functions: {a: {handler: app.a, environment: {A: null, C: z, E: }, events: [httpApi: GET /a]}}
""",
    )
    assert environment(tmp_path) == {"B": "y", "C": "z"}


def test_functions_of_cloudformation_in_an_environment_are_evaluated(tmp_path: Path) -> None:
    write(tmp_path / "app.py", HANDLER)
    write(
        tmp_path / "serverless.yml",
        """
service: shop
provider: {name: aws, runtime: python3.11, environment: {A: !Join [',', [a, b]], B: !Select [0, [p, q]]}}
functions:
  a:
    handler: app.a
    environment: {C: !Sub ['${x}-y', {x: 1}], D: !Ref Users, E: !GetAtt Users.Arn}
    events: [httpApi: GET /a]
resources: {Resources: {Users: {Type: "AWS::DynamoDB::Table", Properties: {TableName: users}}}}
""",
    )
    assert environment(tmp_path) == {"A": "a,b", "B": "p", "C": "1-y", "D": "users", "E": None}


@pytest.mark.parametrize("name", ["serverless.json", "serverless.yaml"])
@pytest.mark.parametrize("settings", ["", '[[tool.codegen.route_source]]\nkind = "serverless"\n'])
def test_a_service_may_be_in_another_file(name: str, settings: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", HANDLER)
    write(tmp_path / "pyproject.toml", settings)
    write(
        tmp_path / name,
        """{"service": "shop", "provider": {"name": "aws", "runtime": "python3.12"}, "functions":
        {"a": {"handler": "app.a", "environment": {"A": 1.0}, "events": [{"httpApi": "GET /a"}]}}}""",
    )
    assert environment(tmp_path) == {"A": "1"}


@pytest.mark.parametrize("name", ["template.yml", "template.json"])
def test_a_template_may_be_in_another_file(name: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", HANDLER)
    write(tmp_path / "pyproject.toml", '[[tool.codegen.route_source]]\nkind = "sam"\n')
    write(
        tmp_path / name,
        """{"Transform": "AWS::Serverless-2016-10-31", "Resources": {"A": {"Type": "AWS::Serverless::Function",
        "Properties": {"Handler": "app.a", "Runtime": "python3.12", "Events": {"E": {"Type": "HttpApi"}}}}}}""",
    )
    assert [route.path for route in linked(tmp_path).routes] == ["$default"]
