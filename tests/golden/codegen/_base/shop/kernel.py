"""What the handlers of every case share."""

import json
from enum import StrEnum


class Permission(StrEnum):
    MANAGE_ORDERS = "manage_orders"
    VIEW_AUDIT_LOG = "view_audit_log"


class Container:
    def bootstrap(self): ...


class LambdaHelpers:
    @staticmethod
    def extract_path_parameter(event, name): ...

    @staticmethod
    def process_query_filters_from_aws_event(
        event, filter_schema_class, use_multi_value=True, default_limit=25, default_sort="name"
    ): ...

    @staticmethod
    def extract_request_body(event, *, parse_json=True): ...

    @staticmethod
    def body_with_author_id(event, author_id): ...


def async_endpoint_handler(*middlewares, timeout=30.0, name=None): ...


def aws_lambda_logging_middleware(**options): ...


def aws_lambda_exception_handler_middleware(**options): ...


def aws_lambda_authentication_middleware(*, caller_context): ...


def generate_correlation_id(event, context): ...


def reply(status, content):
    return {"statusCode": status, "headers": {}, "body": json.dumps(content)}
