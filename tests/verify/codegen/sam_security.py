"""Who may call, as `aws-sam-translator` writes it; run by an interpreter that has it (`aws-sam-cli` brings it).

Arguments are templates. For each a line of JSON: `refused` with the translator's words, or `apis`, by their names in
the template. Each API has `operations`, and `preflights` that a MOCK answers: method, path, and what `_guard` says.
"""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ANY = "x-amazon-apigateway-any-method"
_METHODS = {"get", "post", "put", "delete", "patch", "head", "options", _ANY}
_APIS = ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")


def main(templates: list[str]) -> None:
    """Print a line for each template."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    for template in templates:
        print(json.dumps(_said(Path(template))), flush=True)


def _said(template: Path) -> dict[str, Any]:
    parse = importlib.import_module("samtranslator.yaml_helper").yaml_parse
    translate = importlib.import_module("samtranslator.translator.transform").transform
    routes = importlib.import_module("sam_routes")
    document = parse(template.read_text("utf-8"))
    given = {name: said["Default"] for name, said in document.get("Parameters", {}).items() if "Default" in said}
    try:
        written = translate(routes.uploaded(document), given, routes.Policies())
    except Exception as refused:  # the translator has no base class for what it refuses
        return {"refused": "; ".join(one.message for one in getattr(refused, "causes", [])) or repr(refused)}
    found = {name: _of(one) for name, one in written["Resources"].items() if one["Type"] in _APIS}
    return {"apis": found}


def _of(api: dict[str, Any]) -> dict[str, Any]:
    body = api["Properties"].get("Body") or {}
    kinds: dict[str, list[Any]] = {"aws_proxy": [], "mock": []}
    for method, path, operation in _operations(body):
        kind = str(operation.get("x-amazon-apigateway-integration", {}).get("type", "")).lower()
        if kind in kinds:
            inherited = body.get("security") if api["Type"] == _APIS[1] else None
            said = ("ANY" if method == _ANY else method.upper(), path)
            kinds[kind].append((*said, _guard(operation.get("security", inherited), body)))
    return {"operations": kinds["aws_proxy"], "preflights": [one for one in kinds["mock"] if one[0] == "OPTIONS"]}


def _operations(body: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Operations, those of a condition too."""
    for path, item in body.get("paths", {}).items():
        for said in item["Fn::If"][1:2] if "Fn::If" in item else [item]:
            for method, operation in said.items():
                if method in _METHODS:
                    yield method, path, operation["Fn::If"][1] if "Fn::If" in operation else operation


def _guard(security: Any, body: dict[str, Any]) -> tuple[str, list[str], bool]:
    """The authorizer (`public` without one, `unknown` if the document leaves it open), its scopes, and an API key."""
    requirements = security or []
    pairs = [pair for one in requirements for pair in one.items() if pair[0] != "NONE"]
    schemes = {**body.get("securityDefinitions", {}), **body.get("components", {}).get("securitySchemes", {})}
    keys = [name for name, _ in pairs if schemes.get(name, {}).get("name") == "x-api-key"]
    is_open = {} in requirements or any(name not in (*schemes, "AWS_IAM") for name, _ in pairs)
    others = sorted({(name, *map(str, scopes)) for name, scopes in pairs if name not in keys})
    if len(others) > 1 or is_open:
        return "unknown", [], False
    return (others[0][0], sorted(others[0][1:]), bool(keys)) if others else ("public", [], bool(keys))


if __name__ == "__main__":
    main(sys.argv[1:])
