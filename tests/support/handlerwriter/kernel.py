"""The shared kernel of a written code base: small, but real enough that its handlers run."""

from random import Random
from textwrap import dedent

from tests.support.handlerwriter.layout import Layout, path_of
from tests.support.handlerwriter.truth import Symbol
from tests.support.handlerwriter.words import EXAMPLES, PERMISSIONS

HELPERS = '''
"""Reading proxy events."""

import json


class @helpers@:
    @staticmethod
    def @path_helper@(event, name):
        return (event.get("pathParameters") or {}).get(name)

    @staticmethod
    def @body_helper@(event, parse_json=True):
        raw = event.get("body") or ""
        return json.loads(raw) if parse_json else raw

    @staticmethod
    def @author_helper@(event, author_id):
        return json.dumps({**json.loads(event["body"]), "author_id": author_id})

    @staticmethod
    def @query_helper@(
        *, event, filter_schema_class, use_multi_value=True, default_limit=50, default_sort="-updated_at"
    ):
        sent = event.get("queryStringParameters") or {}
        known = {name: value for name, value in sent.items() if name in filter_schema_class.model_fields}
        return {**filter_schema_class(**known).model_dump(exclude_unset=True), "limit": default_limit}
'''
DECORATOR = '''
"""The decorator of the handlers."""

import functools


def @decorator@(*middlewares, timeout=30.0, name=None):
    def decorate(handler):
        @functools.wraps(handler)
        async def run(event, context):
            return await handler(event, context)

        return run

    return decorate
'''
MIDDLEWARE = '''
"""Factories of middleware."""


def @logging@(*, logger_name="lambda", log_request=True, log_response=True, log_timing=True):
    return ("logging", logger_name)


def @errors@(*, name="errors", logger_name="lambda"):
    return ("errors", name)


def @authentication@(*, caller_context, users=None):
    return ("authentication", caller_context)
'''
BUS = '''
"""Commands and a message bus that answers with rows."""


class Row:
    def __init__(self, values=None):
        self.values = dict(VALUES if values is None else values)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self.values.get(name, f"{name}-1")


class Command:
    def __init__(self, **values):
        self._values = values

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._values.get(name, f"{name}-1")


class Repository:
    async def get(self, key):
        return Row()

    async def query(self, **filters):
        return [Row(), Row()]


class Work:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        return None

    def __getattr__(self, name):
        return Repository()


class Bus:
    uow_factory = Work

    async def handle(self, command):
        return Row()


class Container:
    def bootstrap(self):
        return Bus()


'''
SCHEMA_BASE = '''
"""The base of the request and response schemas."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict


class ApiModel(BaseModel):
    """Schemas are built from rows by name."""

    model_config = ConfigDict(@config@)
    registry: ClassVar[dict[str, str]] = {}

    @classmethod
    def from_domain(cls, entity: Any) -> Self:
        return cls(**{name: getattr(entity, name) for name in cls.model_fields})
'''
USERS = '''
"""The user of a request."""


class SeedUser:
    def __init__(self, id: str = "user-1") -> None:
        self.id = id
        self.wanted = set()

    def has_permission(self, *wanted: str) -> bool:
        self.wanted.add(wanted[-1])
        return True


class AuthContext:
    def __init__(self) -> None:
        self.user_object = SeedUser()
        self.user_id = "user-1"
'''
CORRELATION = '''
"""The id by which a request is found in the logs."""


def generate_correlation_id(event, context):
    return "correlation-1"
'''
STATUS = {
    200: ("HTTP_200_OK", "STATUS_OK", "SUCCESS"),
    201: ("HTTP_201_CREATED", "STATUS_CREATED", "CREATED"),
    202: ("HTTP_202_ACCEPTED", "STATUS_ACCEPTED", "ACCEPTED"),
    204: ("HTTP_204_NO_CONTENT", "STATUS_NO_CONTENT", "EMPTY"),
    302: ("HTTP_302_FOUND", "STATUS_FOUND", "FOUND"),
    400: ("HTTP_400_BAD_REQUEST", "STATUS_BAD_REQUEST", "BAD"),
    404: ("HTTP_404_NOT_FOUND", "STATUS_NOT_FOUND", "MISSING"),
    409: ("HTTP_409_CONFLICT", "STATUS_CONFLICT", "CONFLICTING"),
    410: ("HTTP_410_GONE", "STATUS_GONE", "GONE_FOREVER"),
    422: ("HTTP_422_UNPROCESSABLE", "STATUS_UNPROCESSABLE", "REFUSED"),
}


class Kernel:
    """Writes the kernel's files, and knows where its names can be imported from."""

    def __init__(self, rng: Random, layout: Layout) -> None:
        self._layout = layout
        names = layout.names
        spread = rng.random() < 0.5
        at = layout.in_kernel
        self._home = {
            "helpers": at("lambda_helpers") if spread else at("aws", "event_helpers"),
            "decorators": at("middleware", "decorators") if spread else at("aws", "endpoint"),
            "factories": at("middleware", "factories"),
            "bus": at("services", "bus"),
            "schemas": at("adapters", "schema_base"),
            "users": at("domain", "users"),
            "permissions": at("domain", "permissions"),
            "correlation": at("correlation"),
            "status": at("http", "statuses"),
        }
        self._scheme = rng.choice(["{}", "{}", "can:{}", "{}.all"])
        self._status_style = rng.randrange(3)
        self._frozen = rng.random() < 0.3
        self.decorator = Symbol(self._home["decorators"], names.decorator, (at("middleware"),))
        self.helpers = Symbol(self._home["helpers"], names.helpers, (at("lambda_kit"),))
        self.logging = Symbol(self._home["factories"], names.logging, (at("middleware"),))
        self.errors = Symbol(self._home["factories"], names.errors, (at("middleware"),))
        self.authentication = Symbol(self._home["factories"], names.authentication, (at("middleware"),))
        self.container = Symbol(self._home["bus"], "Container")
        self.command = Symbol(self._home["bus"], "Command")
        self.base = Symbol(self._home["schemas"], "ApiModel", (at("adapters"),))
        self.user = Symbol(self._home["users"], "SeedUser", (at("domain"),))
        self.permission = Symbol(self._home["permissions"], "Permission", (at("domain"),))
        self.correlation = Symbol(self._home["correlation"], "generate_correlation_id")

    def permission_value(self, member: str) -> str:
        return self._scheme.format(member.lower())

    def status(self, status: int) -> Symbol:
        name = STATUS[status][self._status_style]
        return Symbol(self._home["status"], name, (self._layout.in_kernel("http"), self._layout.in_kernel("constants")))

    def files(self) -> dict[str, str]:
        texts = {
            "helpers": HELPERS,
            "decorators": DECORATOR,
            "factories": MIDDLEWARE,
            "bus": BUS + f"VALUES = {EXAMPLES!r}\n",
            "schemas": SCHEMA_BASE.replace("@config@", "frozen=True" if self._frozen else 'extra="ignore"'),
            "users": USERS,
            "permissions": permission_enum("StrEnum", {name: self.permission_value(name) for name in PERMISSIONS}),
            "correlation": CORRELATION,
            "status": "".join(f"{names[self._status_style]} = {code}\n" for code, names in STATUS.items()),
        }
        files = {path_of(self._home[key]): self._named(text) for key, text in texts.items()}
        return files | self._packages()

    def _packages(self) -> dict[str, str]:
        at, names = self._layout.in_kernel, self._layout.names
        status = ", ".join(values[self._status_style] for values in STATUS.values())
        return {
            path_of(at("middleware"), package=True): f"from {self._home['decorators']} import {names.decorator}\n"
            f"from .factories import {names.logging}, {names.errors}, {names.authentication}\n",
            path_of(
                at("lambda_kit"), package=True
            ): f"from {self._home['helpers']} import {names.helpers} as {names.helpers}\n",
            path_of(at("domain"), package=True): "from .permissions import Permission\nfrom .users import SeedUser\n"
            '\n__all__ = ["Permission", "SeedUser"]\n',
            path_of(at("adapters"), package=True): "from .schema_base import ApiModel\n\n__all__ = ('ApiModel',)\n",
            path_of(at("http"), package=True): f"from .statuses import ({status})\n",
            path_of(at("constants")): f'"""Kept for old imports."""\n\nfrom {at("http")} import {status}\n',
        }

    def _named(self, text: str) -> str:
        names = self._layout.names
        for name in names.__slots__:
            text = text.replace(f"@{name}@", getattr(names, name))
        return text.lstrip("\n")


def permission_enum(base: str, values: dict[str, str]) -> str:
    members = "\n".join(f'    {name} = "{value}"' for name, value in values.items())
    head = {
        "StrEnum": "from enum import StrEnum\n\n\nclass Permission(StrEnum):",
        "str, Enum": "from enum import Enum\n\n\nclass Permission(str, Enum):",
    }[base]
    return dedent('"""What a user may do."""\n\n') + f"{head}\n{members}\n"
