"""The Lambda side as a whole: gateway, authorizer, runtime client, handler, gateway."""

import time
from asyncio import AbstractEventLoopPolicy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..api import Api
from ..wire import Answer, Sent
from .answer import gateway_answer
from .authorizer import TokenAuthorizer
from .cors import preflight, with_policy
from .doubts import OVERRIDE, doubts, event_doubts
from .event import Call, proxy_event
from .limits import refused_body, refused_event, serialised
from .own_answers import timed_out, unrouted
from .router import Resources, Route
from .runtime import Invocation, event_loop_of, function_environment, handler_of, invoke, named


@dataclass(frozen=True, slots=True)
class LambdaSide:
    """Answers one request after the other, on the database that `environment` names. `clock` says when the
    request of an id is served, `entry` what Lambda calls in each module."""

    api: Api
    resources: Resources
    authorizer: TokenAuthorizer
    clock: Callable[[str], datetime]
    environment: Mapping[str, str]
    entry: str = "lambda_handler"
    loops: dict[str, AbstractEventLoopPolicy] = field(default_factory=dict)

    def answer(self, sent: Sent) -> Answer:
        """What a client of the deployed API would receive: nothing in the body for HEAD."""
        routed = replace(sent, method=self._method(sent))
        answer = refused_body(self.api, sent) or preflight(self.api, sent) or self._routed(routed)
        undecided = answer.undecided + doubts(self.api, self.resources, routed)
        return replace(answer, body=b"" if sent.method == "HEAD" else answer.body, undecided=undecided)

    def _method(self, sent: Sent) -> str:
        """A REST API takes the method of `X-HTTP-Method-Override` for that of the request."""
        overriding = sent.values(OVERRIDE) if self.api.is_rest else []
        return overriding[-1] if overriding else sent.method

    def _routed(self, sent: Sent) -> Answer:
        """Routing comes before authorization: the authorizer is that of the route."""
        found = self.resources.find(sent.method, sent.path)
        if found is None:
            return with_policy(self.api, sent, unrouted(self.api, sent), own=True)
        route, parameters = found
        verified = self.authorizer.verdict(sent, route) if route.auth is not None else None
        if isinstance(verified, Answer):
            return with_policy(self.api, sent, verified, own=True)
        call = Call(self.api, sent, route, parameters, verified, self.clock(sent.id))
        return self._integrated(call)

    def _integrated(self, call: Call) -> Answer:
        event = proxy_event(call)
        size = len(serialised(event))
        answer, own = refused_event(self.api, size), True
        if answer is None:
            started = time.monotonic()
            payload = self.invocation(call.route, event, call.sent.id).payload
            own = time.monotonic() - started > self.api.integration_seconds
            answer = timed_out(self.api) if own else gateway_answer(self.api, payload, _accept(call.sent))
        answer = replace(answer, undecided=answer.undecided + event_doubts(size))
        return with_policy(self.api, call.sent, answer, own=own)

    def load(self) -> None:
        """Import every function, as its first invocation would. Raises what the import raises."""
        for route in self.resources.routes:
            with self._process_of(route):
                handler_of(route.module, self.entry)

    def invocation(self, route: Route, event: dict[str, Any], request_id: str) -> Invocation:
        """One run of the route's handler."""
        with self._process_of(route):
            return invoke(handler_of(route.module, self.entry), event, request_id, self.api.integration_seconds)

    @contextmanager
    def _process_of(self, route: Route) -> Iterator[None]:
        # What a function is called in AWS is not known: its module stands in, on both sides.
        with function_environment({**self.environment, **named(route.module)}), event_loop_of(route.module, self.loops):
            yield


def _accept(sent: Sent) -> str | None:
    return next(iter(sent.values("accept")), None)
