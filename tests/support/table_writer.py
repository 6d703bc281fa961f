"""Writes one API in the form of any source of routes, from a seed: the truth is known, and the spelling varies."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

GUARDS = ("public", "cognito", "lambda")
_WORDS = ("orders", "users", "items", "files", "reports", "carts", "teams", "meals")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    folder: str
    file: str
    function: str

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.file}.py"

    @property
    def handler(self) -> str:
        return f"{self.file}.{self.function}"


@dataclass(frozen=True, slots=True)
class Written:
    """One route; `guard` is public, cognito or lambda."""

    method: str
    path: str
    function: Function
    guard: str

    def line(self) -> str:
        return f"{self.method} {self.path} {self.function.path}:{self.function.function} {self.guard}"


@dataclass(frozen=True, slots=True)
class Api:
    """`check` is the function of the Lambda authorizer."""

    routes: tuple[Written, ...]
    functions: tuple[Function, ...]
    check: Function


def api(seed: int) -> Api:
    rng = random.Random(seed)
    functions = tuple(_function(rng, f"Fn{number}") for number in range(rng.randint(1, 5)))
    found: dict[tuple[str, str], Written] = {}
    for _ in range(rng.randint(1, 12)):
        path = "".join(f"/{_segment(rng, depth)}" for depth in range(rng.randint(1, 4)))
        if rng.random() < 0.15:
            path += "/{proxy+}"
        method = "ANY" if rng.random() < 0.15 else rng.choice(_METHODS)
        found[method, path] = Written(method, path, rng.choice(functions), rng.choice(GUARDS))
    return Api(tuple(found.values()), functions, _function(rng, "Check"))


def _function(rng: random.Random, name: str) -> Function:
    folder = rng.choice((f"functions/{name.lower()}", f"src/get-{name.lower()}", f"lambda/{name}"))
    return Function(name, folder, rng.choice(("app", "index", "api/handler")), rng.choice(("handler", "main")))


def _segment(rng: random.Random, depth: int) -> str:
    return f"{{id{depth}}}" if depth and rng.random() < 0.4 else rng.choice(_WORDS)


def code(written: Api) -> dict[str, str]:
    """The files behind an API, by path."""
    both = {*written.functions, written.check}
    return {one.path: f"def {one.function}(event, context):\n    return {{'statusCode': 200}}\n" for one in both}


def _dumped(rng: random.Random, value: object) -> str:
    if rng.random() < 0.3:
        return json.dumps(value, indent=rng.choice((None, 2)))
    return str(
        yaml.safe_dump(value, default_flow_style=rng.choice((True, False)), sort_keys=rng.random() < 0.5, width=60)
    )


def _arn(rng: random.Random, name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": rng.choice(([name, "Arn"], f"{name}.Arn"))}


def _uri(rng: random.Random, name: str) -> dict[str, Any]:
    if rng.random() < 0.5:
        return {"Fn::Sub": _URI % name}
    start = ["arn:aws:apigateway:", {"Ref": "AWS::Region"}, ":lambda:path/2015-03-31/functions/"]
    return {"Fn::Join": ["", [*start, _arn(rng, name), "/invocations"]]}


def _spelled(rng: random.Random, path: str) -> object:
    """A path as it is, or as a function of a parameter that is its first segment."""
    first, _, rest = path[1:].partition("/")
    if rng.random() < 0.7 or first not in _WORDS:
        return path
    parameter = {"Ref": f"P{first}"}
    return {"Fn::Join": ["/", ["", parameter, *([rest] if rest else [])]]}


def sam(seed: int) -> dict[str, str]:
    rng, written = random.Random(seed), api(seed)
    resources: dict[str, Any] = {}
    for one in (*written.functions, written.check):
        properties: dict[str, Any] = {"CodeUri": one.folder + rng.choice(("", "/")), "Handler": one.handler}
        resources[one.name] = {"Type": "AWS::Serverless::Function", "Properties": properties}
    default = rng.choice(("Pool", None))
    for number, route in enumerate(written.routes):
        chosen = {"public": "NONE", "cognito": "Pool", "lambda": "Own"}[route.guard]
        auth = {} if chosen == (default or "NONE") else {"Auth": {"Authorizer": chosen}}
        method = rng.choice((route.method, route.method.lower()))
        properties = {"Path": _spelled(rng, route.path), "Method": method, **auth}
        events = resources[route.function.name]["Properties"].setdefault("Events", {})
        events[f"E{number}"] = {"Type": "Api", "Properties": properties}
    own = {"FunctionArn": _arn(rng, "Check")}
    named: dict[str, object] = {"Pool": {"UserPoolArn": {"Fn::GetAtt": "Users.Arn"}}, "Own": own}
    guards: dict[str, object] = {"Authorizers": named}
    if default:
        guards["DefaultAuthorizer"] = default
    parameters = {f"P{word}": {"Type": "String", "Default": word} for word in _WORDS}
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Globals": {"Api": {"Auth": guards}, "Function": {"Runtime": "python3.12"}},
        "Parameters": parameters,
        "Resources": {**resources, "Users": {"Type": "AWS::Cognito::UserPool"}},
    }
    return {"template.yaml": _dumped(rng, template)}


def cloudformation(seed: int, asset: bool = False) -> dict[str, str]:
    rng, written = random.Random(seed), api(seed)
    resources: dict[str, Any] = {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "x"}}}
    for one in (*written.functions, written.check):
        properties: dict[str, Any] = {"Handler": one.handler, "Runtime": "python3.12", "Code": one.folder}
        resources[one.name] = {"Type": "AWS::Lambda::Function", "Properties": properties}
        if asset:
            properties["Code"] = {"S3Bucket": "b", "S3Key": "k"}
            resources[one.name]["Metadata"] = {"aws:asset:path": f"{{root}}/{one.folder}", "aws:asset:property": "Code"}
    kinds = {"cognito": ("Pool", "COGNITO_USER_POOLS"), "lambda": ("Own", rng.choice(("TOKEN", "REQUEST")))}
    for name, kind in kinds.values():
        more: dict[str, Any] = {"ProviderARNs": ["arn"]} if name == "Pool" else {"AuthorizerUri": _uri(rng, "Check")}
        resources[name] = {"Type": "AWS::ApiGateway::Authorizer", "Properties": {"Type": kind, **more}}
    for number, route in enumerate(written.routes):
        parent: dict[str, Any] = {"Fn::GetAtt": ["Api", "RootResourceId"]}
        at = ""
        for segment in route.path[1:].split("/"):
            at += "X" + "".join(letter if letter.isalnum() else f"{ord(letter)}" for letter in segment)
            properties = {"RestApiId": {"Ref": "Api"}, "ParentId": parent, "PathPart": segment}
            resources[f"R{at}"] = {"Type": "AWS::ApiGateway::Resource", "Properties": properties}
            parent = {"Ref": f"R{at}"}
        auth: dict[str, Any] = {"AuthorizationType": "NONE"}
        if route.guard != "public":
            name, _ = kinds[route.guard]
            auth = {
                "AuthorizationType": "CUSTOM" if name == "Own" else "COGNITO_USER_POOLS",
                "AuthorizerId": {"Ref": name},
            }
        integration = {"Type": "AWS_PROXY", "Uri": _uri(rng, route.function.name)}
        properties = {"RestApiId": {"Ref": "Api"}, "ResourceId": parent, "HttpMethod": route.method, **auth}
        resources[f"M{number}"] = {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {**properties, "Integration": integration},
        }
    keys = list(resources)
    rng.shuffle(keys)
    text = _dumped(rng, {"Resources": {key: resources[key] for key in keys}})
    return {"cdk.out/App.template.json" if asset else "template.yml": text}


def cdk(seed: int) -> dict[str, str]:
    return {"cdk.json": '{"app": "x"}', **cloudformation(seed, asset=True)}


def serverless(seed: int) -> dict[str, str]:
    rng, written = random.Random(seed), api(seed)
    functions: dict[str, Any] = {}
    check = rng.choice(("Check", {"name": "Check", "type": "request"}))
    for one in (*written.functions, written.check):
        functions[one.name] = {"module": one.folder, "handler": one.handler, "events": []}
    for route in written.routes:
        path = rng.choice((route.path, route.path[1:]))
        short = f"{route.method} {path}"
        guard: dict[str, Any] = {}
        if route.guard == "lambda":
            guard = {"authorizer": check}
        if route.guard == "cognito":
            arn = "arn:aws:cognito-idp:eu-west-1:1:userpool/x"
            guard = {"authorizer": rng.choice((arn, {"type": "COGNITO_USER_POOLS", "arn": arn}))}
        long = {"path": path, "method": rng.choice((route.method, route.method.lower())), **guard}
        event = short if not guard and rng.random() < 0.5 else long
        functions[route.function.name]["events"].append({"http": event})
    files = {"serverless.yml": ""}
    if rng.random() < 0.4:
        files["functions.yml"] = _dumped(rng, functions)
    body: Any = "${file(functions.yml)}" if "functions.yml" in files else functions
    provider = {"name": "aws", "runtime": "${self:custom.runtime}"}
    service = {"service": "x", "provider": provider, "custom": {"runtime": "python3.12"}, "functions": body}
    return {**files, "serverless.yml": _dumped(rng, service)}


def openapi(seed: int) -> dict[str, str]:
    rng, written = random.Random(seed), api(seed)
    paths: dict[str, Any] = {}
    for route in written.routes:
        security: dict[str, list[dict[str, list[str]]]] = {
            "public": [],
            "cognito": [{"pool": []}],
            "lambda": [{"own": []}],
        }
        uri = f"arn:aws:lambda:eu-west-1:1:function:{route.function.name}"
        operation = {
            "security": security[route.guard],
            "x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": uri},
        }
        key = "x-amazon-apigateway-any-method" if route.method == "ANY" else route.method.lower()
        paths.setdefault(route.path, {})[key] = operation
    header = {"type": "apiKey", "name": "Authorization", "in": "header"}
    pool: dict[str, Any] = {"type": "cognito_user_pools", "providerARNs": ["arn"]}
    own = {"type": rng.choice(("token", "request")), "authorizerUri": "arn:aws:lambda:eu-west-1:1:function:Check"}
    schemes = {name: {**header, "x-amazon-apigateway-authorizer": one} for name, one in (("pool", pool), ("own", own))}
    newer: dict[str, Any] = {"openapi": "3.0.1", "components": {"securitySchemes": schemes}}
    head = rng.choice((newer, {"swagger": "2.0", "securityDefinitions": schemes}))
    both = (*written.functions, written.check)
    named = "\n".join(f'{one.name} = "{one.path.removesuffix(".py")}:{one.function}"' for one in both)
    source = '[[tool.codegen.route_source]]\nkind = "openapi"\npath = "api.json"\n'
    return {
        "api.json": _dumped(rng, {**head, "info": {"title": "x"}, "paths": paths}),
        "pyproject.toml": f"[tool.codegen.functions]\n{named}\n\n{source}",
    }


def routes(seed: int) -> dict[str, str]:
    written = api(seed)
    lines: list[str] = []
    for route in written.routes:
        guard = {"public": "none", "cognito": "pool", "lambda": "own"}[route.guard]
        lines += ["[[route]]", f'method = "{route.method}"', f'path = "{route.path}"', f'authorizer = "{guard}"']
        lines += [f'handler = "{route.function.handler}"', f'code_root = "{route.function.folder}"', ""]
    check = f'handler = "{written.check.handler}"\ncode_root = "{written.check.folder}"'
    tables = f'[authorizers.pool]\nkind = "cognito"\n[authorizers.own]\nkind = "lambda"\n{check}\n'
    return {"routes.toml": "\n".join([*lines, tables])}


def decorators(seed: int) -> tuple[dict[str, str], list[str]]:
    """An app of Chalice or Powertools with a router in a module of its own; the files, and the routes by their text."""
    rng, written = random.Random(seed), api(seed)
    is_chalice = rng.random() < 0.5
    prefix = rng.choice(("", "/v1"))
    inner = [route for route in written.routes if route.path.startswith("/users")]
    outer = [route for route in written.routes if route not in inner]
    library = "chalice" if is_chalice else "aws_lambda_powertools.event_handler"
    made = ("Chalice(app_name='x')", "Blueprint(__name__)") if is_chalice else ("APIGatewayRestResolver()", "Router()")
    classes = [call.partition("(")[0] for call in made]
    app = [f"from {library} import {classes[0]}", "from parts.users import router as users", f"app = {made[0]}"]
    home = library if is_chalice else f"{library}.router"
    parts = [f"from {home} import {classes[1]}", f"router = {made[1]}", "BASE = '/users'"]
    for lines, owner, routes in ((app, "app", outer), (parts, "router", inner)):
        for number, route in enumerate(routes):
            lines += [_decorator(rng, owner, route, is_chalice), f"def f{number}(*given): return {{}}"]
    verb, argument = ("register_blueprint", "url_prefix") if is_chalice else ("include_router", "prefix")
    mount = f"app.{verb}(users, {argument}={prefix!r})"
    app += [mount, "" if is_chalice else "def handler(event, context): return app.resolve(event, context)"]
    entry = "app" if is_chalice else "handler"
    methods = {id(route): ["GET", "POST"] if route.method == "ANY" else [route.method] for route in written.routes}
    found = [
        f"{method} {prefix if route in inner else ''}{route.path} service/app.py:{entry}"
        for route in written.routes
        for method in methods[id(route)]
    ]
    settings = '[[tool.codegen.route_source]]\nkind = "decorators"\nauthorizer = "none"\n'
    files = {"service/app.py": "\n".join(app) + "\n", "service/parts/users.py": "\n".join(parts) + "\n"}
    return {**files, "service/parts/__init__.py": "", "pyproject.toml": settings}, found


def _decorator(rng: random.Random, owner: str, route: Written, is_chalice: bool) -> str:
    """`ANY` stands for two methods in one decorator."""
    path = route.path
    if not is_chalice:
        path = path.replace("{proxy+}", ".+").replace("{", "<").replace("}", ">")
    spelled = repr(path)
    if owner == "router" and rng.random() < 0.5:
        spelled = rng.choice(
            (f"BASE + {path[6:]!r}", f"f{'{BASE}' + path[6:].replace('{', '{{').replace('}', '}}')!r}")
        )
    methods = ["GET", "POST"] if route.method == "ANY" else [route.method]
    if is_chalice or len(methods) > 1:
        return f"@{owner}.route({spelled}, {'methods' if is_chalice else 'method'}={methods})"
    return f"@{owner}.{route.method.lower()}({spelled})"


SOURCES: dict[str, Callable[[int], dict[str, str]]] = {
    "routes": routes,
    "sam": sam,
    "cloudformation": cloudformation,
    "cdk": cdk,
    "serverless": serverless,
    "openapi": openapi,
}
