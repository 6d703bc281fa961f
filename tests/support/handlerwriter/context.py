"""What every context has beside its handlers: headers, an auth factory, permissions, commands, status names."""

from dataclasses import dataclass
from random import Random

from tests.support.handlerwriter.kernel import STATUS, Kernel, permission_enum
from tests.support.handlerwriter.layout import Layout, path_of
from tests.support.handlerwriter.truth import Symbol
from tests.support.handlerwriter.words import PERMISSIONS

OWN_STATUS = {
    200: "DONE",
    201: "MADE",
    202: "QUEUED",
    204: "NOTHING",
    302: "MOVED",
    400: "WRONG",
    404: "NOT_THERE",
    409: "TWICE",
}
OWN_STATUS |= {410: "NO_MORE", 422: "ODD"}


@dataclass(frozen=True, slots=True)
class Kit:
    """`permissions` are enums with the values of their members; `by_setting` has a factory that no text explains."""

    name: str
    headers: Symbol
    auth: Symbol
    by_setting: bool
    permissions: tuple[tuple[Symbol, dict[str, str]], ...]
    commands: str
    executor: Symbol
    statuses: str

    def status(self, code: int) -> Symbol:
        return Symbol(self.statuses, OWN_STATUS[code])


class Writer:
    def __init__(self, rng: Random, layout: Layout, kernel: Kernel, *, settings: bool) -> None:
        self._rng, self._layout, self._kernel, self._settings = rng, layout, kernel, settings

    def write(self, context: str) -> tuple[Kit, dict[str, str]]:
        rng, layout = self._rng, self._layout
        handlers = layout.handlers(context)
        auth, by_setting, files = self._auth(context)
        headers = Symbol(f"{handlers}.{layout.headers_module}", layout.headers_name)
        kit = Kit(
            name=context,
            headers=headers,
            auth=auth,
            by_setting=by_setting,
            permissions=self._permissions(context, files),
            commands=layout.dotted(context, *layout.domain, "commands"),
            executor=Symbol(f"{handlers}.{rng.choice(['query_executor', '_shared', 'support.runner'])}", "run_query"),
            statuses=f"{handlers}.{rng.choice(['status_codes', 'constants', 'replies'])}",
        )
        files[path_of(headers.module)] = _headers(headers.name)
        files[path_of(kit.executor.module)] = EXECUTOR
        files[path_of(kit.statuses)] = self._statuses()
        return kit, files

    def _permissions(self, context: str, files: dict[str, str]) -> tuple[tuple[Symbol, dict[str, str]], ...]:
        shared = (self._kernel.permission, {name: self._kernel.permission_value(name) for name in PERMISSIONS})
        if self._rng.random() < 0.5:
            return (shared,)
        values = {name: f"{context}.{name.lower()}" for name in PERMISSIONS}
        home = self._layout.dotted(context, *self._layout.domain, "permissions")
        files[path_of(home)] = permission_enum("str, Enum", values)
        return (shared, (Symbol(home, "Permission"), values))

    def _auth(self, context: str) -> tuple[Symbol, bool, dict[str, str]]:
        rng, layout = self._rng, self._layout
        short = context.split("_")[0]
        by_setting = self._settings and rng.random() < 0.5
        unique = (f"{short}_aws_auth_middleware", f"authenticate_{short}")
        name = rng.choice(unique if by_setting else (*unique, "auth_middleware", "secured"))
        home, sites = rng.choice(
            [
                (f"{layout.handlers(context)}.{short}_auth", ()),
                (f"{layout.handlers(context)}.auth", (layout.handlers(context),)),
                (layout.dotted(context, *layout.bootstrap, "auth"), ()),
                (layout.in_kernel("auth", short), (layout.in_kernel("auth", "factories", short),)),
            ]
        )
        factory = self._kernel.authentication
        text = (
            f"from {factory.module} import {factory.name}\n\n{_factory(rng, name, factory.name, context, by_setting)}"
        )
        files = {path_of(home): text}
        for site in sites:
            package = site == layout.handlers(context)
            line = f"from .auth import {name}\n" if package else f"from {home} import {name} as {name}\n"
            files[path_of(site, package=package)] = f'"""Shared names."""\n\n{line}\n__all__ = ["{name}"]\n'
        return Symbol(home, name, sites), by_setting, files

    def _statuses(self) -> str:
        """Status names of this context: numbers, or other modules' constants under another name."""
        lines = []
        for code in STATUS:
            there = self._kernel.status(code)
            if self._rng.random() < 0.5:
                lines.append(f"{OWN_STATUS[code]} = {code}")
            else:
                lines += [f"from {there.module} import {there.name} as _{code}", f"{OWN_STATUS[code]} = _{code}"]
        trap = {"SUCCESS": self._rng.choice([200, 201]), "CREATED": 200}
        return "\n".join([*lines, *(f"{name} = {code}" for name, code in trap.items())]) + "\n"


def _factory(rng: Random, name: str, factory: str, context: str, by_setting: bool) -> str:
    if by_setting:
        return f'CALLER = "{context}"\n\n\ndef {name}():\n    return {factory}(caller_context=CALLER)\n'
    call = f"    return {factory}"
    body = rng.choice(
        [
            f'{call}(caller_context="{context}")\n',
            f'    """The users of {context} only."""\n    caller = "{context}"\n{call}(caller_context=caller)\n',
            f'    name = "caller_" + "context"\n{call}(**{{name: "{context}"}})\n',
            f"{call}(\n        caller_context='{context}',  # its own users\n        users=None,\n    )\n",
        ]
    )
    return f"def {name}():\n{body}"


def _headers(name: str) -> str:
    return (
        f'"""Headers of every answer."""\n\n{name} = {{\n    "Content-Type": "application/json",\n'
        '    "Access-Control-Allow-Origin": "*",\n    "X-Content-Type-Options": "nosniff",\n}\n'
    )


EXECUTOR = '''"""Runs queries for several handlers; no handler itself."""

import json
from typing import Any


async def run_query(bus: Any, name: str, filters: dict[str, Any]) -> list[Any]:
    """Handle one query of the named repository."""
    async with bus.uow_factory() as uow:
        return list(await getattr(uow, name).query(filters=filters))


def describe(event: dict[str, Any]) -> str:
    return json.dumps({"statusCode": 500, "path": event.get("pathParameters", {}).get("nothing")})
'''
