"""What `codegen explain CG202` prints: why a rule is there, and what to do."""

EXPLANATIONS = {
    "CG101": """A file below a folder of handlers cannot be read, is not Python that can be parsed, is no UTF-8, or
is nested too deeply. Correct the file, or leave its folder out with `exclude` in [tool.codegen].""",
    "CG102": """The module has a function with a handler's decorator, but `lambda_handler` runs another one or none.
Run it with `anyio.run(async_handler, event, context)` in `lambda_handler`. Where Lambda calls a function of another
name, set `entry` in [tool.codegen]; where handlers are decorated by another function, set `decorators`.""",
    "CG103": """The first line of a handler's docstring is its route: `Handle METHOD /path/{parameter} to ...`. Write
it so; a first line without method and path is an event trigger.""",
    "CG104": """Two handlers have the same method and the same path, but for the names of parameters. API Gateway
takes one. Give one of them another route.""",
    "CG105": """The runtime serves paths of its own: /docs, /openapi.json, /health and others. A handler there is
never called. Choose another first segment, or set `reserved` in [tool.codegen] to the segments that your runtime
keeps.""",
    "CG106": """A middleware of the handler's decorator is not known, so it is not known whether it authenticates, and
for which context. Name its context under [tool.codegen.factories]: `my_factory = "orders"`, or "" if it does not
authenticate. Decorators of the code base are read: one that reads `requestContext.authorizer`, or calls what does,
authenticates. One of another package is named in `factories` too, or in `decorators` if it takes middlewares.""",
    "CG107": """A schema is imported from a module that is not below the root, or is built where it cannot be
followed. Import it by a dotted name that starts at one of `import_roots` in [tool.codegen] ("" is the root).""",
    "CG108": """The status of an answer is computed in a way that cannot be followed. Use a number, a constant, a
member of http.HTTPStatus, or a conditional expression of these.""",
    "CG109": """The body of an answer is a dict, a list or a model, or its status is none of 200 to 599. API Gateway
refuses such a result: where the handler gives it, a REST API answers 502, an HTTP API 500, and so it is documented and
served. Dump the body: `json.dumps(...)`, `model_dump_json()` or `TypeAdapter.dump_json(...)`.""",
    "CG110": """A permission that a handler asks for is in no enum of the code base. Use a member of the permission
enum. Where another function asks, set `helpers.has_permission` in [tool.codegen].""",
    "CG111": """A `return` of the handler gives something of which no status can be read. Return a dict with
statusCode, headers and body, or call a function of the code base that does.""",
    "CG112": """A parameter is read by a name that is computed, by a pattern, or with all others. Write its name as a
string or as a constant. Where a helper reads it, set `helpers.path_parameter` in [tool.codegen].""",
    "CG113": """A context or a parameter has a name that generated code cannot use, or a dot stands in the name of a
file or a folder. Use letters, digits and underscores.""",
    "CG114": """A template cannot be rendered, or what it prints is not Python. No handler is at fault. Correct the
template; with `--templates DIR` or `templates` in [tool.codegen] those of DIR come first.""",
    "CG116": """An argument of the handler's decorator is computed in a way that cannot be followed. Use a number or a
constant.""",
    "CG150": """There is no table of routes and no handler that states a route, or the tables declare none. Nothing is
written or removed. Look at the root of the run, and at `sources`, `exclude`, `folder`, `entry` and `route_source` in
[tool.codegen].""",
    "CG151": """A table of routes is not there, does not lie below the root, or is not valid YAML, JSON or TOML of its
kind; or a CDK app gave no template. Correct the file, or the `path` of its [[tool.codegen.route_source]].""",
    "CG152": """A table leads a route, or its authorizer, to a function that is not in the code base: Lambda would fail
to import it. Correct the handler in the table. Where a template has only an ARN, name the function under
[tool.codegen.functions], and the folders of a layer in `layers` of the source.""",
    "CG153": """A route is declared twice in one table, or two tables of one API give it another path, function or
authorizer. Which one is deployed cannot be told. Make them say the same, or read one of them: once
[[tool.codegen.route_source]] names a source, no other is searched.""",
    "CG154": """Who may call a route is not known, or cannot be checked here (IAM, API keys, an authorizer that no
source tells). A route is never public because of that. For IAM, keys and authorizers of a known name, name a stand-in
under [tool.lambdatwin.authorizers]. An authorizer that the source does not tell is stated there, or in a routes
file.""",
    "CG155": """A public route runs code that reads `requestContext.authorizer`. Without an authorizer that is missing
in every request. Give the route an authorizer: in the table, or by an authentication middleware. One function may
serve public routes beside others that have an authorizer: it is refused there only if its first statements read
`["authorizer"]` whatever the route is. A library may ask with `.get("authorizer")` where an installer wrote it into the
code root or a layer: its `*.dist-info/RECORD` lists the module. So may a WSGI adapter that only hands it on.""",
    "CG156": """The method, the path or the function of a declared route is computed in a way that cannot be followed,
or is none; or a limit, a word or an environment variable of its function, authorizer or API is none that AWS takes.
Write a constant, or give the parameters of a template in `parameters` of the source.""",
    "CG199": """The generator failed on a module. This is a fault of the generator. Report it with the module;
meanwhile leave its folder out with `exclude` in [tool.codegen].""",
    "CG202": """The docstring's path and the code name a path parameter differently, or only one of them has it. The
event carries the name that the code reads. Use one name in both.""",
    "CG203": """The docstring names a success that the code never returns, or the code returns a status that it does
not name. The code decides what is documented; correct the section `Responses:`. Errors that are raised need no
`return`.""",
    "CG204": """The docstring says `Auth: public` over an authentication middleware, or the reverse. The decorator
decides; correct the docstring, or the decorator.""",
    "CG205": """A route without authentication does not say that it is meant to be public. Write `Auth: public` under
`Request:`, or add an authentication middleware.""",
    "CG206": """The shape of an answer is not known, so it is documented as any JSON. Annotate the value or the
function that makes it, or dump a schema or a dict with known keys.""",
    "CG208": """No `return` of the handler has a status from 200 to 299. Where this is meant, as for a redirect,
nothing is to be done.""",
    "CG209": """The handler validates, or takes out by a pattern, only a part of the body, or it reads or writes what no
schema tells. The document has what schemas of the whole body say; where there is none, the request is any JSON.
Validate the whole body with one schema.""",
    "CG210": """The docstring says that there is no body, the code reads one. Correct the line `Body:` under
`Request:`.""",
    "CG211": """Two routes have different names for the parameter at one place of their paths. A REST API refuses
that. Call it by one name in both.""",
    "CG250": """The docstring or the decorator of a handler has another method or path than the table that
leads to it. The table counts: it is what AWS has. Correct the docstring or the decorator.""",
    "CG251": """A docstring or a decorator states a route that is in no table. Nothing leads to it in AWS, and it is not
served. Declare it, or remove it.""",
    "CG252": """A function is given an environment variable whose value is known only after the deploy, as the name of a
table. Write a value for it into .env.""",
    "CG253": """An OpenAPI document of a REST API has `security` at its root. API Gateway ignores that: operations
without their own are public. Write it at each operation.""",
    "CG254": """A template names a nested stack whose own template is not in the code base. What it declares is not
known. Add the file, or leave the stack out if it declares no route.""",
    "CG255": """Lambda calls its entry and sends what it returns; a coroutine is no JSON, so each answer is 502
(Runtime.MarshalError), here too. Let the entry be a plain function that runs the coroutine: asyncio.run(...).""",
    "CG256": """The source declares something that API Gateway does with requests or answers and that is not done here:
answers of the gateway's own in other words, checks of requests before the function runs, mappings of parameters, a
resource policy. The routes are served without it. Or a route is not served, and another one gets its requests.""",
    "CG257": """A module that a handler may import is not Python that can be parsed: another Python may be meant, as in
libraries that are copied beside the code. Handlers that import it answer 502.""",
    "CG258": """Each API has a host of its own in AWS; a server here has one address for all, and does not start with a
route that two of them have, be it ANY in one and a method in the other. Read only one of them: `routes --as toml >
routes.toml`, without the routes of one, is a source for the other. Or install the routers of one below a prefix.""",
    "CG301": """A static path lies under one with a parameter: `/orders/copy` and `/orders/{order_id}`. The static one
is served first; nothing is to be done.""",
    "CG302": """The handler's docstring names no method and path: it serves events that no HTTP request makes. Nothing
is to be done, if that is meant.""",
    "CG350": """A route leads to no Python function of the code base: a mock, an AWS service, a URL, a WebSocket, or
another runtime. It is not served; nothing is to be done.""",
}
