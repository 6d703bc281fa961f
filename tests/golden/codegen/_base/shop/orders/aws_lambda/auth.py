"""Who may call the handlers of orders."""

from shop.kernel import aws_lambda_authentication_middleware


def orders_auth():
    return aws_lambda_authentication_middleware(caller_context="orders")
