"""What a route declares of its authorizer reaches the library: the generated code is run, and asked."""

from dataclasses import replace

import pytest

from codegen.codebase import Target
from codegen.declarations import ApiKey, Authorizer, Cognito, Iam, Jwt, LambdaAuthorizer, Place, Public, Unresolved
from codegen.model import Operation
from codegen.pipeline import TEMPLATES, Pipeline
from codegen.render.files import render
from codegen.settings import load_settings
from src.lambdatwin import ports
from tests.golden.codegen.cases import code_base

PLACE = Place("template.yaml")
DECLARED: dict[str, tuple[Authorizer, ports.Authorizer | None]] = {
    "public": (Public(), None),
    "pool": (Cognito('Po"ol', ("arn:aws:...", "P")), ports.Cognito('Po"ol', ("arn:aws:...", "P"))),
    "issuer": (
        Jwt("Tenant", "https://idp.example/", ("api", None)),
        ports.Jwt("Tenant", "https://idp.example/", ("api", None)),
    ),
    "issuer known after the deploy": (
        Jwt("Tenant", None, (None,), ("Pool", "Client"), "$request.querystring.t"),
        ports.Jwt("Tenant", None, (None,), ("Pool", "Client"), "$request.querystring.t"),
    ),
    "signature": (Iam(), ports.NeedsStandIn("iam", "iam")),
    "key": (ApiKey(), ports.NeedsStandIn("key", "key")),
    "function": (LambdaAuthorizer("Check", Unresolved("opaque", PLACE)), ports.NeedsStandIn("lambda", "Check")),
}


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    folder = tmp_path_factory.mktemp("tree")
    code_base(folder)
    endpoints, _ = Pipeline(Target(folder, folder / "generated", load_settings(folder), cache=False)).read()
    return next(endpoint for endpoint in endpoints if isinstance(endpoint, Operation) and endpoint.auth)


def decorators(operation: Operation) -> dict[str, object]:
    """The arguments of `@ports.endpoint(...)` in the generated module."""
    files = render((operation,), "src.lambdatwin.ports", "aws_lambda", (TEMPLATES,), None)
    text = next(file.text for file in files if "@ports.endpoint(" in file.text)
    start = text.index("@ports.endpoint(") + len("@ports.endpoint")
    call = text[start : text.index("async def", start)]
    module = call[call.index("module=") + 7 : call.index(",")]
    found: dict[str, object] = eval(f"dict{call}", {"ports": ports, module: None})
    return found


@pytest.mark.parametrize("name", DECLARED)
def test_each_kind_is_written_as_the_library_reads_it(declared: Operation, name: str) -> None:
    authorizer, expected = DECLARED[name]
    written = decorators(replace(declared, authorizer=authorizer, scopes=("shop/read",), needs_key=True))
    assert written.get("authorizer") == expected
    assert (written["scopes"], written["needs_key"]) == (("shop/read",), True)


def test_a_docstrings_route_states_none(declared: Operation) -> None:
    assert {"authorizer", "scopes", "needs_key"}.isdisjoint(decorators(declared))
