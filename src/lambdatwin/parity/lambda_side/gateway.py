"""The Lambda side as a whole: gateway, authorizer, runtime client, handler, gateway."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..wire import Answer, Sent
from .answer import UNROUTED, gateway_answer
from .authorizer import CognitoAuthorizer
from .event import proxy_event
from .router import Resources, Route
from .runtime import Invocation, handler_of, invoke

_GATEWAY_SECONDS = 29.0


@dataclass(frozen=True, slots=True)
class LambdaSide:
    """Answers one request after the other, on the database that `environment` names. `clock` says when the
    request of an id is served."""

    resources: Resources
    authorizer: CognitoAuthorizer
    clock: Callable[[str], datetime]
    environment: Mapping[str, str]

    def answer(self, sent: Sent) -> Answer:
        """What a client of the deployed API would receive; nobody receives a body for HEAD."""
        answer = self._answer(sent)
        return answer if sent.method != "HEAD" else replace(answer, body=b"")

    def _answer(self, sent: Sent) -> Answer:
        found = self.resources.find(sent.method, sent.target.partition("?")[0])
        if found is None:
            return UNROUTED
        route, parameters = found
        claims = self.authorizer.claims(sent) if route.authorizer is not None else None
        if isinstance(claims, Answer):
            return claims
        event = proxy_event(sent, route, parameters, claims, self.clock(sent.id))
        return gateway_answer(self.invocation(route, event, sent.id).payload)

    def invocation(self, route: Route, event: dict[str, Any], request_id: str) -> Invocation:
        """One run of the route's handler."""
        with _environment(self.environment):
            return invoke(handler_of(route.module), event, request_id, _GATEWAY_SECONDS)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
