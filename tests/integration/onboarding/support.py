"""Calls of the handlers, signed webhooks, and a server that stands for Typeform."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from src.contexts.client_onboarding.aws_lambda import (
    bulk_query_responses,
    create_form,
    delete_form,
    fetch_form,
    get_form_by_id,
    query_responses,
    update_form,
    webhook_processor,
)
from src.contexts.client_onboarding.core.adapters.typeform.signature import signature_of
from tests.support.rest import ADMINISTRATOR, Answer, invoke

SECRET = "the secret of the test"


def create(body: Any, user_id: str | None = ADMINISTRATOR) -> Answer:
    return invoke(create_form, method="POST", path="/forms", body=body, user_id=user_id)


def new_form(typeform_id: str, user_id: str = ADMINISTRATOR) -> int:
    answer = create({"typeform_id": typeform_id}, user_id)
    assert answer.status == 201, answer.body
    form_id: int = answer.json["form_id"]
    return form_id


def read(form_id: object, user_id: str | None = ADMINISTRATOR) -> Answer:
    return invoke(get_form_by_id, path="/forms/{form_id}", parameters={"form_id": str(form_id)}, user_id=user_id)


def change(form_id: object, body: Any, user_id: str | None = ADMINISTRATOR) -> Answer:
    parameters = {"form_id": str(form_id)}
    return invoke(
        update_form, method="PATCH", path="/forms/{form_id}", parameters=parameters, body=body, user_id=user_id
    )


def delete(form_id: object, user_id: str | None = ADMINISTRATOR) -> Answer:
    parameters = {"form_id": str(form_id)}
    return invoke(delete_form, method="DELETE", path="/forms/{form_id}", parameters=parameters, user_id=user_id)


def listed(query: str = "", user_id: str | None = ADMINISTRATOR) -> Answer:
    return invoke(fetch_form, path="/forms", query=query, user_id=user_id)


def ask(body: Any, user_id: str | None = ADMINISTRATOR) -> Answer:
    return invoke(query_responses, method="POST", path="/query-responses", body=body, user_id=user_id)


def ask_all(body: Any, user_id: str | None = ADMINISTRATOR) -> Answer:
    return invoke(bulk_query_responses, method="POST", path="/query-responses/bulk", body=body, user_id=user_id)


def payload(typeform_id: str, token: str, **response: Any) -> dict[str, Any]:
    """What Typeform sends; `response` adds to the response or replaces in it."""
    return {
        "event_id": f"event-of-{token}",
        "event_type": "form_response",
        "form_response": {
            "form_id": typeform_id,
            "token": token,
            "submitted_at": "2026-03-04T05:06:07Z",
            "definition": {"fields": [{"id": "a", "title": "Your name"}, {"id": "b", "title": "Your e-mail"}]},
            "answers": [
                {"type": "text", "text": "Ana Souza", "field": {"id": "a"}},
                {"type": "email", "email": "ana@example.com", "field": {"id": "b"}},
            ],
            **response,
        },
    }


def deliver(body: Any, **headers: str) -> Answer:
    """A webhook, signed unless headers are given."""
    raw = body if isinstance(body, str) else json.dumps(body)
    sent = headers or {"Typeform-Signature": signature_of(raw.encode("utf-8", "surrogatepass"), SECRET)}
    return invoke(webhook_processor, method="POST", path="/webhooks/typeform", body=raw, headers=sent, user_id=None)


@dataclass(slots=True)
class FakeTypeform:
    """Remembers the calls and answers with `status`.

    When `silent` it does not answer before it is stopped; when `slow` it answers a byte at a time, and never ends.
    """

    url: str = ""
    status: int = 200
    silent: bool = False
    slow: bool = False
    calls: list[dict[str, Any]] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        """The server on a free port."""
        fake = cls()
        server = ThreadingHTTPServer(("127.0.0.1", 0), fake._handler())
        fake.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield fake
        finally:
            fake._stopped.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fake.calls.append(
                    {
                        "method": self.command,
                        "path": self.path,
                        "authorization": self.headers["Authorization"],
                        "body": json.loads(body) if body else None,
                    }
                )
                if fake.silent:
                    fake._stopped.wait()
                if fake.slow:
                    with suppress(OSError):
                        self.send_slowly()
                    return
                self.send_response(fake.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def send_slowly(self) -> None:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not fake._stopped.wait(0.05):
                    self.wfile.write(b"x")

            do_DELETE = do_GET = do_PUT  # noqa: N815 - the names that http.server looks for

            def log_message(self, format: str, *args: Any) -> None:
                """Tests are quiet."""

        return Handler
