"""What each source says of a function's time limit and memory, and what its tool sets where it says nothing."""

from pathlib import Path

import pytest

from tests.golden.sources.cases import linked, write

_SAM = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, CodeUri: ., Timeout: 7, MemorySize: 256}}
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.a, Events: {E: {Type: Api, Properties: {Path: /a, Method: get}}}}
  B:
    Type: AWS::Serverless::Function
    Properties:
      {Handler: app.b, Timeout: 9, MemorySize: "512", Events: {E: {Type: Api, Properties: {Path: /b, Method: get}}}}
"""
_SILENT_SAM = _SAM.replace(", Timeout: 7, MemorySize: 256", "").replace(' Timeout: 9, MemorySize: "512",', "")
_FUNCTIONS = """
functions:
  a: {handler: app.a, events: [{httpApi: GET /a}]}
  b: {handler: app.b, timeout: 9, memorySize: 512, events: [{httpApi: GET /b}]}
"""
_SERVERLESS = "service: s\nprovider: {name: aws, runtime: python3.12, timeout: 7, memorySize: 256}\n" + _FUNCTIONS
_SILENT_SERVERLESS = "service: s\nprovider: {name: aws, runtime: python3.12}\n" + _FUNCTIONS.replace(
    " timeout: 9, memorySize: 512,", ""
)
_ROUTE = '[[route]]\nmethod = "GET"\npath = "/{0}"\nhandler = "app.{0}"\nauthorizer = "none"\n'
_ROUTES = f"{_ROUTE.format('a')}timeout = 7\nmemory = 256\n\n{_ROUTE.format('b')}timeout = 9.0\nmemory = 512\n"
_SILENT_ROUTES = f"{_ROUTE.format('a')}\n{_ROUTE.format('b')}"


@pytest.mark.parametrize(
    ("name", "text", "limits"),
    [
        ("template.yaml", _SAM, [(7.0, 256), (9.0, 512)]),
        ("template.yaml", _SILENT_SAM, [(None, None)] * 2),
        ("serverless.yml", _SERVERLESS, [(7.0, 256), (9.0, 512)]),
        ("serverless.yml", _SILENT_SERVERLESS, [(6.0, 1024)] * 2),
        ("routes.toml", _ROUTES, [(7.0, 256), (9.0, 512)]),
        ("routes.toml", _SILENT_ROUTES, [(None, None)] * 2),
    ],
)
def test_a_table_says_what_its_functions_may_take(
    name: str, text: str, limits: list[tuple[float | None, int | None]], tmp_path: Path
) -> None:
    write(tmp_path / name, text)
    write(tmp_path / "app.py", "def a(event, context): ...\n\n\ndef b(event, context): ...\n")
    routes = linked(tmp_path).routes
    assert [(route.path, route.handler.timeout, route.handler.memory) for route in routes] == [  # type: ignore[union-attr]
        (path, *one) for path, one in zip(("/a", "/b"), limits, strict=True)
    ]


@pytest.mark.parametrize(("said", "memory"), [('"lambda_memory_size": 512', 512), ('"version": "2.0"', None)])
def test_chalice_says_it_in_its_settings(said: str, memory: int | None, tmp_path: Path) -> None:
    write(tmp_path / ".chalice/config.json", f'{{"app_name": "a", {said}, "stages": {{"dev": {{}}}}}}')
    write(tmp_path / "app.py", "from chalice import Chalice\napp = Chalice('a')\n\n\n@app.route('/a')\ndef a(): ...\n")
    write(tmp_path / "pyproject.toml", "[[tool.codegen.route_source]]\nkind = 'decorators'\n")
    (route,) = linked(tmp_path).routes
    assert (route.handler.timeout, route.handler.memory) == (60.0, memory)  # type: ignore[union-attr]
