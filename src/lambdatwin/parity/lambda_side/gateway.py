"""The Lambda side as a whole: gateway, authorizer, runtime client, handler, gateway."""

import time
from asyncio import AbstractEventLoopPolicy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..api import Api
from ..wire import Answer, Sent
from .answer import gateway_answer
from .authorizer import TokenAuthorizer, Verified
from .cors import is_preflight, mocked, preflight, with_policy
from .declared.functions import Functions
from .declared.lambda_authorizer import LambdaAuthorization
from .doubts import OVERRIDE, doubts, event_doubts
from .event import Call, proxy_event
from .limits import refused_body, refused_event, serialised
from .own_answers import timed_out, unrouted
from .router import Resources, Route
from .runtime import Invocation, event_loop_of, function_environment, handler_of, invoke, named


@dataclass(frozen=True, slots=True)
class LambdaSide:
    """Answers one request after the other, on the database that `environment` names. `clock` says when the
    request of an id is served, `entry` what Lambda calls in each module; `declared` runs what tables declare."""

    api: Api
    resources: Resources
    authorizer: TokenAuthorizer
    clock: Callable[[str], datetime]
    environment: Mapping[str, str]
    entry: str = "lambda_handler"
    loops: dict[str, AbstractEventLoopPolicy] = field(default_factory=dict)
    declared: LambdaAuthorization = field(default_factory=lambda: LambdaAuthorization(Functions({})))

    def answer(self, sent: Sent) -> Answer:
        """What a client of the deployed API would receive: nothing in the body for HEAD."""
        routed = replace(sent, method=self._method(sent))
        answer = refused_body(self.api, sent) or preflight(self.api, sent) or self._routed(routed)
        found = self.resources.find(routed.method, routed.path)
        api = found[0].api_of(self.api) if found else self.api
        undecided = answer.undecided + doubts(api, self.resources, routed)
        return replace(answer, body=b"" if sent.method == "HEAD" else answer.body, undecided=undecided)

    def asked_method(self, sent: Sent) -> str:
        """The method of the route that a request is about; of a preflight that the API answers itself, the one that it
        asks for."""
        if self.api.cors and is_preflight(sent):
            return sent.values("access-control-request-method")[0]
        return self._method(sent)

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
        if route.mock is not None:
            return mocked(route.mock, sent)
        call = Call(route.api_of(self.api), sent, route, parameters, None, self.clock(sent.id))
        verified = self._verdict(call)
        if isinstance(verified, Answer):
            return with_policy(self.api, sent, verified, own=True)
        return self._integrated(replace(call, verified=verified))

    def _verdict(self, call: Call) -> Verified | Answer | None:
        route = call.route
        if route.declared and route.declared.authorizer:
            return self.declared.verdict(call, route.declared.authorizer)
        return self.authorizer.verdict(call.sent, route) if route.auth is not None else None

    def _integrated(self, call: Call) -> Answer:
        event = proxy_event(call)
        size = len(serialised(event))
        answer, own = refused_event(self.api, size), True
        if answer is None:
            started = time.monotonic()
            ran = self.invocation(call.route, event, call.sent.id)
            own = time.monotonic() - started > self.api.integration_seconds
            answer = timed_out(call.api) if own else gateway_answer(call.api, ran.payload, _accept(call.sent))
            answer = replace(answer, failure=ran.failure)
        answer = replace(answer, undecided=answer.undecided + event_doubts(size))
        return with_policy(self.api, call.sent, answer, own=own)

    def load(self) -> None:
        """Import every function of this process, as its first invocation would. Raises what the import raises."""
        for route in self.resources.routes:
            if route.declared is None and route.mock is None:
                with self._process_of(route):
                    handler_of(route.module, self.entry)

    def invocation(self, route: Route, event: dict[str, Any], request_id: str) -> Invocation:
        """One run of the route's handler."""
        if route.declared is not None:
            function, limit = route.declared.function, self.api.integration_seconds
            return self.declared.functions.invoke(function, event, request_id, limit)
        with self._process_of(route):
            handler = handler_of(route.module, self.entry)
            # In a context of its own: what a handler puts into context variables is of no other function.
            return copy_context().run(invoke, handler, event, request_id, self.api.integration_seconds)

    @contextmanager
    def _process_of(self, route: Route) -> Iterator[None]:
        # What a function is called in AWS is not known: its module stands in, on both sides.
        with function_environment({**self.environment, **named(route.module)}), event_loop_of(route.module, self.loops):
            yield


def _accept(sent: Sent) -> str | None:
    return next(iter(sent.values("accept")), None)
