"""`python -m src.new_endpoint NAME CONTEXT`: the handler, the schema and the test of a new endpoint.

It answers what it is sent, and passes every check at once; docs/adding-an-endpoint.md makes an endpoint of it.
"""

import keyword
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template

_CONTEXTS = Path("src/contexts")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST_NAME = 40
_AUTH = re.compile(r"^def (\w+_aws_auth_middleware)\(", re.MULTILINE)

_HANDLER = Template('''"""Lambda: $words."""

from typing import Any

import anyio

from src.contexts.$context.core.adapters.api_schemas.$name import $schema
from src.contexts.$context.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .$auth_module import $auth
from .api_headers import API_headers

container = Container()  # `container.bootstrap()` is the message bus; it handles commands and opens units of work


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="$context.$name"),
    $auth(),
    aws_lambda_exception_handler_middleware(name="$name", logger_name="$context.$name.errors"),
    timeout=30.0,
    name="$name",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle $method $path to $words.

    Request:
        Body: $schema
        Auth: a user of $context

    Responses:
        200: What was sent
        403: The user has no role in this context
        422: A field that is not acceptable

    Idempotency:
        Yes. Nothing is changed.
    """
    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    body = $schema.model_validate_json(raw)

    return {"statusCode": 200, "headers": API_headers, "body": body.model_dump_json()}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
''')
_SCHEMA = Template('''"""What `$method $path` takes."""

from typing import Annotated

from pydantic import ConfigDict, Field

from src.contexts.shared_kernel.adapters.api_schemas.base import ApiRequest


class $schema(ApiRequest):
    """The body; its example stands in the documentation, and tests send it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "As an example"}]})

    note: Annotated[str, Field(min_length=1, max_length=1000)]
''')
_TEST = Template('''"""$method $path."""

from typing import Any

import pytest

from src.contexts.$context.aws_lambda import $name
from tests.support.rest import invoke


@pytest.fixture(autouse=True)
def _database(seeded_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", seeded_database_url)


def test_what_is_sent_is_answered() -> None:
    answer = invoke($name, method="$method", body={"note": "First"})
    assert (answer.status, answer.json) == (200, {"note": "First"})


@pytest.mark.parametrize("body", [None, "no JSON", {}, {"note": ""}, {"note": 1}])
def test_an_unacceptable_body_is_refused(body: Any) -> None:
    assert invoke($name, method="$method", body=body).status == 422


def test_a_user_that_iam_does_not_know_is_refused() -> None:
    answer = invoke($name, method="$method", body={"note": "First"}, user_id="unknown")
    assert answer.status == 401
''')
_NEXT = """{method} {path} answers what it is sent. Next: `make generate`, then
  make the route, the schema and the handler what they shall be; docs/adding-an-endpoint.md goes on from here."""


class RefusedError(Exception):
    """Nothing was written; the message says why."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A valid name and a context with handlers; raises `RefusedError` for others."""

    name: str
    context: str
    method: str = "POST"

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST_NAME or keyword.iskeyword(self.name):
            raise RefusedError("Name the endpoint in words: make endpoint NAME=archive_meal CONTEXT=recipes_catalog")
        known = sorted(folder.parent.name for folder in _CONTEXTS.glob("*/aws_lambda"))
        if self.context not in known:
            raise RefusedError(f"CONTEXT={self.context} is none of the contexts: {', '.join(known)}")

    @property
    def path(self) -> str:
        """The route's."""
        return "/" + self.name.replace("_", "-")

    @property
    def schema(self) -> str:
        """The class of the body."""
        return "Api" + self.name.title().replace("_", "")

    def files(self) -> dict[Path, str]:
        """The texts of the files. Raises `RefusedError` for a context without authentication."""
        home = _CONTEXTS / self.context
        auth = ((file.stem, found) for file in sorted(home.glob("aws_lambda/*.py")) for found in _factories(file))
        auth_module, factory = next(auth, ("", ""))
        if not factory:
            raise RefusedError(f"No module of {home / 'aws_lambda'} defines a function ..._aws_auth_middleware()")
        values = {
            "name": self.name,
            "context": self.context,
            "words": self.name.replace("_", " "),
            "method": self.method,
            "path": self.path,
            "schema": self.schema,
            "auth_module": auth_module,
            "auth": factory,
        }
        texts = {
            home / f"aws_lambda/{self.name}.py": _HANDLER,
            home / f"core/adapters/api_schemas/{self.name}.py": _SCHEMA,
            _tests_of(self.context) / f"test_{self.name}.py": _TEST,
        }
        return {file: _formatted(file, template.substitute(values)) for file, template in texts.items()}

    def refuse_what_is_there(self) -> None:
        """Raises `RefusedError` when the handler, its class or its route is there already."""
        routed = f"Handle {self.method} {self.path} "
        for file in sorted(_CONTEXTS.rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if file.name == f"{self.name}.py" and {self.context, "aws_lambda"} <= set(file.parts):
                raise RefusedError(f"{file} is there already; nothing was written.")
            if routed in text or re.search(rf"^class {self.schema}\b", text, re.MULTILINE):
                raise RefusedError(
                    f"{file} has {self.method} {self.path} or {self.schema} already; nothing was written."
                )


def _factories(file: Path) -> list[str]:
    return _AUTH.findall(file.read_text(encoding="utf-8"))


def _tests_of(context: str) -> Path:
    """The folder that is named after a word of the context, else after the context."""
    folders = [Path("tests/integration") / word for word in context.split("_")]
    return next((folder for folder in folders if folder.is_dir()), Path("tests/integration") / context)


def _formatted(file: Path, text: str) -> str:
    """As the linters want it: how lines break and imports are sorted depends on the names."""
    for command in (("check", "--select", "I", "--fix", "-q"), ("format", "-q")):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(file), "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True).stdout
    return text


def main(arguments: list[str]) -> int:
    """Exit code 0 with the written files on stdout, 2 with a sentence on stderr where nothing was written."""
    try:
        name, context = arguments if len(arguments) == 2 else ("", "")
        endpoint = Endpoint(name.strip().lower().replace("-", "_").replace(" ", "_"), context.strip())
        endpoint.refuse_what_is_there()
        files = endpoint.files()
        for file in files:
            if file.exists():
                raise RefusedError(f"{file} is there already; nothing was written.")
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        return 2
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        print(file)
    print(_NEXT.format(method=endpoint.method, path=endpoint.path))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
