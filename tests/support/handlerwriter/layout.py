"""Where a written code base puts things, and what it calls them."""

from dataclasses import dataclass
from random import Random

from tests.support.handlerwriter.words import CONTEXTS, Resource

TOPS = (
    ("backend",),
    ("apps", "menu"),
    ("service", "app", "domains"),
    ("lib",),
    ("backoffice", "contexts"),
    ("product", "server", "src", "bounded"),
    (),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What this code base calls the helpers that LAMBDA.md names."""

    decorator: str = "async_endpoint_handler"
    helpers: str = "LambdaHelpers"
    path_helper: str = "extract_path_parameter"
    query_helper: str = "process_query_filters_from_aws_event"
    body_helper: str = "extract_request_body"
    author_helper: str = "body_with_author_id"
    logging: str = "aws_lambda_logging_middleware"
    errors: str = "aws_lambda_exception_handler_middleware"
    authentication: str = "aws_lambda_authentication_middleware"


@dataclass(frozen=True, slots=True)
class Layout:
    top: tuple[str, ...]
    kernel: str
    schemas: tuple[str, ...]
    domain: tuple[str, ...]
    bootstrap: tuple[str, ...]
    folders: tuple[str, ...] | None
    headers_module: str
    headers_name: str
    contexts: dict[str, tuple[Resource, ...]]
    names: Names

    def dotted(self, *parts: str) -> str:
        return ".".join((*self.top, *parts))

    def in_kernel(self, *parts: str) -> str:
        return self.dotted(self.kernel, *parts)

    def schema_package(self, context: str) -> str:
        return self.dotted(context, *self.schemas)

    def handlers(self, context: str) -> str:
        return self.dotted(context, "aws_lambda")


def path_of(dotted: str, *, package: bool = False) -> str:
    return dotted.replace(".", "/") + ("/__init__.py" if package else ".py")


def choose(rng: Random, names: Names) -> Layout:
    contexts = rng.sample(sorted(CONTEXTS), 4)
    return Layout(
        top=rng.choice(TOPS),
        kernel=rng.choice(["shared_kernel", "seedwork", "common_kernel", "platform_kit"]),
        schemas=rng.choice(
            [("core", "adapters", "api_schemas"), ("adapters", "schemas"), ("api",), ("core", "api_models")]
        ),
        domain=rng.choice([("core", "domain"), ("domain",)]),
        bootstrap=rng.choice([("core", "bootstrap"), ("wiring",)]),
        folders=rng.choice([None, None, (), (), ("v1",), ("public", "v2")]),
        headers_module=rng.choice(["api_headers", "api_headers", "http_headers", "cors"]),
        headers_name=rng.choice(["API_headers", "API_headers", "HEADERS", "default_headers"]),
        contexts={name: tuple(rng.sample(CONTEXTS[name], rng.choice([2, 3]))) for name in contexts},
        names=names,
    )
