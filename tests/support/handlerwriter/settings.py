"""Other names for the helpers, and the settings that say so."""

from random import Random

from tests.support.handlerwriter.context import Kit
from tests.support.handlerwriter.layout import Names


def names_for(rng: Random) -> Names:
    return Names(
        decorator=rng.choice(["lambda_endpoint", "async_endpoint_handler"]),
        helpers=rng.choice(["EventReader", "LambdaHelpers"]),
        path_helper=rng.choice(["path_value", "extract_path_parameter"]),
        query_helper=rng.choice(["filters_from_event", "process_query_filters_from_aws_event"]),
        body_helper=rng.choice(["body_text", "extract_request_body"]),
        author_helper=rng.choice(["body_of_author", "body_with_author_id"]),
        logging=rng.choice(["log_requests", "aws_lambda_logging_middleware"]),
        errors=rng.choice(["answer_errors", "aws_lambda_exception_handler_middleware"]),
        authentication=rng.choice(["require_user", "aws_lambda_authentication_middleware"]),
    )


def settings_text(names: Names, kits: list[Kit]) -> str:
    """The lines of pyproject.toml that this code base needs."""
    factories = ", ".join(f'{kit.auth.name} = "{kit.name}"' for kit in kits if kit.by_setting)
    return (
        f'[tool.codegen]\ndecorators = ["{names.decorator}"]\nfactories = {{ {factories} }}\n\n'
        f'[tool.codegen.helpers]\npath_parameter = ["{names.path_helper}"]\n'
        f'query_filters = ["{names.query_helper}"]\nrequest_body = ["{names.body_helper}"]\n'
        f'body_with = {{ {names.author_helper} = "author_id" }}\n'
    )
