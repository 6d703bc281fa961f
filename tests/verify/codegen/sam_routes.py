"""The routes of SAM templates as AWS's own packages see them; run by an interpreter that has `aws-sam-cli`.

Arguments are templates. For each a line of JSON: `provider` has those of SAM CLI's local gateway, with those of nested
stacks, `translated` those of the CloudFormation that `aws-sam-translator` writes of the template itself.
Each route is a method in capitals (ANY for all) and a path.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

_ANY = "x-amazon-apigateway-any-method"
_METHODS = {"get", "post", "put", "delete", "patch", "head", "options"}


def main(templates: list[str]) -> None:
    """Print a line for each template."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    for template in templates:
        print(json.dumps({"provider": _provided(template), "translated": _translated(Path(template))}), flush=True)


def _provided(template: str) -> list[tuple[str, str]]:
    stacks = importlib.import_module("samcli.lib.providers.sam_stack_provider").SamLocalStackProvider
    provider = importlib.import_module("samcli.lib.providers.api_provider").ApiProvider
    found, _ = stacks.get_stacks(template)
    routes = provider(found).api.routes
    return sorted({(method.upper(), route.path) for route in routes for method in route.methods})


def _translated(template: Path) -> list[tuple[str, str]]:
    parse = importlib.import_module("samcli.yamlhelper").yaml_parse
    translate = importlib.import_module("samtranslator.translator.transform").transform
    document = parse(template.read_text("utf-8"))
    given = {name: said["Default"] for name, said in document.get("Parameters", {}).items() if "Default" in said}
    written = translate(uploaded(document), given, Policies())
    return sorted(route for resource in written["Resources"].values() for route in _of(resource))


def uploaded(document: dict[str, Any]) -> dict[str, Any]:
    """The translator takes code where `sam package` has put it, and no nested application."""
    document.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    kept = {name: one for name, one in document["Resources"].items() if one["Type"] != "AWS::Serverless::Application"}
    for resource in kept.values():
        key = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}.get(
            resource["Type"]
        )
        if key:
            resource["Properties"][key] = "s3://bucket/key"
    return {**document, "Resources": kept}


def _of(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """Of the OpenAPI body of an API those operations that call a function."""
    if resource["Type"] not in ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        return []
    paths = (resource["Properties"].get("Body") or {}).get("paths", {})
    return [
        ("ANY" if method == _ANY else method.upper(), path)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in {*_METHODS, _ANY} and _calls(operation)
    ]


def _calls(operation: dict[str, Any]) -> bool:
    return str(operation.get("x-amazon-apigateway-integration", {}).get("type", "")).lower() == "aws_proxy"


class Policies:
    """The translator asks an account for the names of managed policies."""

    def load(self) -> dict[str, str]:
        """None are known."""
        return {}


if __name__ == "__main__":
    main(sys.argv[1:])
