"""CDK apps: what is told of one that fails, and of functions that none of its templates has."""

import json
import sys
from pathlib import Path

import pytest

from tests.golden.sources.cases import linked, write

RUN = '[[tool.codegen.route_source]]\nkind = "cdk"\nrun = true\n'


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("Error: There is no stack\n    at App.synth (app.js:1:2)\n\nNode.js v20.20.2", "Error: There is no stack"),
        ("RuntimeError: ValidationError: A path takes letters\n      and digits: a b", "A path takes letters"),
        (
            "[«Cycle» 'Dev' depends on 'Api'.\n    ...aws-cdk-lib...\n     └─ Api (aws-cdk-lib.Stack)]",
            "'Dev' depends on",
        ),
        ("no such file", "no such file"),
    ],
)
def test_an_app_that_fails_is_told_by_its_error(printed: str, said: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", f"import sys\nsys.exit({printed!r})\n")
    write(tmp_path / "cdk.json", json.dumps({"app": f"{sys.executable} app.py"}))
    write(tmp_path / "pyproject.toml", RUN)
    (found,) = linked(tmp_path).findings
    assert (found.code, said in found.message) == ("CG151", True)


TEMPLATE = {
    "Resources": {
        "Api": {"Type": "AWS::ApiGateway::RestApi"},
        "Get": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "HttpMethod": "GET",
                "Integration": {
                    "Type": "AWS_PROXY",
                    "Uri": {
                        "Fn::Join": [
                            "",
                            [
                                "arn:",
                                {"Ref": "AWS::Partition"},
                                ":apigateway:eu-west-1:lambda:path/2015-03-31/functions/",
                                "arn:aws:lambda:eu-west-1:123456789012:function:elsewhere/invocations",
                            ],
                        ]
                    },
                },
            },
        },
    }
}


def test_a_function_of_another_app_is_named_by_its_arn(tmp_path: Path) -> None:
    write(tmp_path / "cdk.out" / "Web.template.json", json.dumps(TEMPLATE))
    write(tmp_path / "app.py", "def handler(event, context): ...\n")
    (found,) = linked(tmp_path).findings
    assert (found.code, 'elsewhere = "module:function"' in found.hint) == ("CG152", True)
    write(tmp_path / "pyproject.toml", '[tool.codegen.functions]\nelsewhere = "app:handler"\n')
    assert linked(tmp_path).findings == ()


APP = """
import json, os, pathlib
context = json.loads(os.environ["CDK_CONTEXT_JSON"])
said = [context.get("found"), context.get("stated"), pathlib.Path("built").exists()]
raise SystemExit("Error: " + json.dumps(said))
"""


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"stated": "cdk.json"}, '["here", "cdk.json", true]'),
        ([], '["here", "there", true]'),
        (None, '["here", "there"'),
    ],
)
def test_an_app_is_run_with_its_context_and_built_before(context: object, said: str, tmp_path: Path) -> None:
    write(tmp_path / "app.py", APP)
    build = f"{sys.executable} -c \"open('built', 'w')\""
    settings = {"app": f"{sys.executable} app.py", "build": build, "context": context}
    write(tmp_path / "cdk.json", json.dumps(settings))
    write(tmp_path / "cdk.context.json", '{"found": "here", "stated": "there"}')
    write(tmp_path / "pyproject.toml", RUN)
    (found,) = linked(tmp_path).findings
    assert (found.code, said in found.message) == ("CG151", True)
