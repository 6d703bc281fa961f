"""A decorator of which the arguments say whether it authenticates: it counts as what it is for this handler."""

from pathlib import Path

import pytest

from codegen.model import Operation
from tests.unit.codegen.written import Handler, outcome, write

_GUARD = """
from functools import wraps


def claims_of(event):
    return event["requestContext"]["authorizer"]["claims"]


def api(*roles, auth=True, optional=None):
    {first}

    def decorate(handler):
        @wraps(handler)
        async def guarded(event, context):
            {line}
            return await handler(event, context)

        return guarded

    return decorate
"""
_PUBLIC = "Request:\n    Auth: public"


def auth(root: Path, decorator: str, *, line: str, first: str = "pass", doc: str = _PUBLIC) -> str | None:
    module = _GUARD.format(first=first, line=line)
    write(root, Handler(decorator=decorator, module=module, doc=doc))
    (found,) = outcome(root).endpoints
    assert isinstance(found, Operation)
    return found.auth


IF_ROLES = 'event["user"] = claims_of(event)["sub"] if roles else None'
IF_AUTH = 'if auth is not None and auth: event["user"] = event["requestContext"]["authorizer"]["principalId"]'
EARLY = "if not auth: return lambda handler: handler"
ALWAYS = 'event["user"] = claims_of(event)'


@pytest.mark.parametrize(
    ("decorator", "line", "first"),
    [
        ("@api()", IF_ROLES, "pass"),
        ("@api(auth=False)", IF_AUTH, "pass"),
        ("@api(auth=None)", IF_AUTH, "pass"),
        ("@api(auth=False)", ALWAYS, EARLY),
        ("@api()", "if not (optional is None or auth): claims_of(event)", "pass"),
    ],
)
def test_what_its_arguments_close_guards_nothing(tmp_path: Path, decorator: str, line: str, first: str) -> None:
    assert auth(tmp_path, decorator, line=line, first=first) is None


@pytest.mark.parametrize(
    ("decorator", "line", "first"),
    [
        ('@api("nurse")', IF_ROLES, "pass"),
        ("@api(*ROLES)", IF_ROLES, "pass"),
        ("@api(**OPTIONS)", IF_ROLES, "pass"),
        ("@api()", IF_AUTH, "pass"),
        ("@api(auth=os.environ.get('AUTH'))", IF_AUTH, "pass"),
        ("@api()", ALWAYS, EARLY),
        ("@api()", IF_ROLES, "roles = roles or ('user',)"),
        ("@api(auth=False)", "auth = event; " + ALWAYS, EARLY.replace("not auth", "auth")),
        ("@api(auth=False)", IF_AUTH, "if optional is None: auth = True"),
        ("@api(claims_of)", "pass", "pass"),
    ],
)
def test_what_they_leave_open_or_unknown_guards(tmp_path: Path, decorator: str, line: str, first: str) -> None:
    assert auth(tmp_path, decorator, line=line, first=first) == "orders"


def test_a_docstring_that_does_not_say_public_opens_nothing(tmp_path: Path) -> None:
    assert auth(tmp_path, "@api()", line=IF_ROLES, doc="Request:\n    Auth: a nurse") == "orders"
