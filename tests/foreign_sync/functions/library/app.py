"""A library of books in Chalice: routes, a blueprint, a middleware, and a request that is a global of the process."""

import random
import time

from chalice import BadRequestError, Chalice, NotFoundError, Response
from chalicelib.lending import lending

app = Chalice(app_name="library")
app.register_blueprint(lending, url_prefix="/books")
books = {"1": {"title": "Été"}}


@app.middleware("http")
def add_headers(event, get_response):
    response = get_response(event)
    response.headers["X-Reader"] = app.current_request.headers.get("x-user", "none")
    return response


@app.route("/books/me")
def me():
    reader = app.current_request.headers["x-user"]
    app.log.error("asked by %s", reader)
    time.sleep(random.choice((0, 0.001, 0.003)))
    print("for", reader)
    return {"user": app.current_request.headers["x-user"], "header": reader}


@app.route("/books/{number}", methods=["GET", "PUT"])
def book(number):
    request = app.current_request
    if request.method == "PUT":
        if "title" not in request.json_body:
            raise BadRequestError("a book has a title")
        return Response({"number": number, **request.json_body}, 201, {"Location": f"/books/{number}"})
    if number not in books:
        raise NotFoundError("no such book")
    return {**books[number], "query": request.query_params, "stage": request.context["stage"]}


@app.route("/books/{number}/cover", methods=["POST"], content_types=["text/plain"])
def cover(number):
    return Response(app.current_request.raw_body.decode().upper(), headers={"Content-Type": "text/plain"})
