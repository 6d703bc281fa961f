"""Who has a book: a blueprint."""

from chalice import Blueprint, Response

lending = Blueprint(__name__)


@lending.route("/{number}/loans", methods=["GET", "DELETE"])
def loans(number):
    request = lending.current_request
    if request.method == "DELETE":
        raise RuntimeError("loans are never forgotten")
    headers = {"Content-Type": "application/json", "Set-Cookie": ["a=1", "b=2"]}
    return Response([number, lending.lambda_context.get_remaining_time_in_millis() > 0], headers=headers)
