"""CG256: what a source declares of API Gateway and is not done here. It is told, once for each place."""

from ...declarations import Place
from ..nodes import Node, Table, child, entries, is_null, items, reason, text, texts, truth
from ..reading import Reading
from .intrinsics import Resource

_ANSWERS = "answers of the gateway's own are sent in AWS's words, not in these"
_CHECKS = "requests reach the function unchecked: parameters and bodies are not validated before"
_POLICY = "the resource policy is not applied: every address and account may call"
_MAPPING = "parameters are not mapped: requests and answers pass as they are"
_TIME = "an integration takes as long as its function and the gateway allow, not the time that stands here"
_SIZE = "bodies are not compressed: answers are sent as they are, and compressed requests reach the function so"
_STREAM = "answers are not streamed: what the function returns is taken for the whole answer"
_URL = "the function's own URL is not served"
_CACHE = "answers are not kept: each request reaches the function"
_FORM = "the identity is not held against an expression before the authorizer runs"

type _Said = tuple[tuple[tuple[str, ...], str], ...]
_RESOURCES: dict[str, _Said] = {
    "AWS::ApiGateway::RestApi": ((("Policy",), _POLICY), (("MinimumCompressionSize",), _SIZE)),
    "AWS::ApiGateway::Method": (
        (("RequestValidatorId",), _CHECKS),
        (("Integration", "TimeoutInMillis"), _TIME),
        (("Integration", "ResponseTransferMode"), _STREAM),
    ),
    "AWS::ApiGateway::Stage": ((("CacheClusterEnabled",), _CACHE),),
    "AWS::ApiGateway::Authorizer": ((("IdentityValidationExpression",), _FORM),),
    "AWS::ApiGatewayV2::Integration": (
        (("RequestParameters",), _MAPPING),
        (("ResponseParameters",), _MAPPING),
        (("TimeoutInMillis",), _TIME),
    ),
    "AWS::Serverless::Function": ((("FunctionUrlConfig",), _URL),),
    "AWS::Lambda::Url": ((("TargetFunctionArn",), _URL),),
    "AWS::Serverless::Api": (
        (("GatewayResponses",), _ANSWERS),
        (("Auth", "ResourcePolicy"), _POLICY),
        (("CacheClusterEnabled",), _CACHE),
        (("MinimumCompressionSize",), _SIZE),
    ),
}
_DOCUMENT: _Said = (
    (("x-amazon-apigateway-gateway-responses",), _ANSWERS),
    (("x-amazon-apigateway-request-validator",), _CHECKS),
    (("x-amazon-apigateway-policy",), _POLICY),
    (("x-amazon-apigateway-minimum-compression-size",), _SIZE),
)
_OPERATION: _Said = (
    (("x-amazon-apigateway-request-validator",), _CHECKS),
    (("x-amazon-apigateway-integration", "responseParameters"), _MAPPING),
    (("x-amazon-apigateway-integration", "timeoutInMillis"), _TIME),
    (("x-amazon-apigateway-integration", "responseTransferMode"), _STREAM),
)
_SCHEME: _Said = ((("x-amazon-apigateway-authorizer", "identityValidationExpression"), _FORM),)
_EVENT: _Said = (
    (("Properties", "RequestModel"), _CHECKS),
    (("Properties", "RequestParameters"), _CHECKS),
    (("Properties", "TimeoutInMillis"), _TIME),
    (("Properties", "ResponseTransferMode"), _STREAM),
)
_AUTHORIZER: _Said = ((("Identity", "ValidationExpression"), _FORM),)
_PROVIDER: _Said = (
    (("apiGateway", "resourcePolicy"), _POLICY),
    (("resourcePolicy",), _POLICY),
    (("apiGateway", "minimumCompressionSize"), _SIZE),
)
_HTTP: _Said = (
    (("request", "schemas"), _CHECKS),
    (("request", "schema"), _CHECKS),
    (("authorizer", "identityValidationExpression"), _FORM),
)


def of_resource(reading: Reading, resource: Resource) -> None:
    """Tells what a resource of a template declares; of SAM's, with what its Globals add."""
    if resource.type == "AWS::ApiGateway::GatewayResponse":
        _tell(reading, resource.place, _ANSWERS)
    _of_node(reading, resource.properties, _RESOURCES.get(resource.type, ()))
    for _, event in entries(resource.get("Events")):
        _of_node(reading, event, _EVENT)
    for _, authorizer in entries(resource.get("Auth", "Authorizers")):
        _of_node(reading, authorizer, _AUTHORIZER)


def of_document(reading: Reading, document: Node) -> None:
    """Tells what an OpenAPI document declares."""
    _of_node(reading, document, _DOCUMENT)
    for _, path in entries(child(document, "paths")):
        for _, operation in entries(path):
            _of_node(reading, operation, _OPERATION)
    for schemes in (child(document, "components", "securitySchemes"), child(document, "securityDefinitions")):
        for _, scheme in entries(schemes):
            _of_node(reading, scheme, _SCHEME)


def of_service(reading: Reading, provider: Node, events: list[Node]) -> None:
    """Tells what a serverless.yml declares; `events` are those of its REST API."""
    _of_node(reading, provider, _PROVIDER)
    for event in events:
        _of_node(reading, event, _HTTP)
        for what in ("querystrings", "headers"):
            for name, required in entries(child(event, "request", "parameters", what)):
                if truth(required) is True or truth(child(required, "required")) is True:
                    message = f"the parameter {name} is not asked for: requests without it reach the function"
                    reading.report(required.place, "CG256", message)


def unknown(reading: Reading, node: Node | None, what: str) -> None:
    """Tells a value, or the items of a list, that only a deploy tells."""
    for value in items(node):
        if text(value) is None and truth(value) is None:
            reading.report(value.place, "CG256", f"only the deploy tells {what} ({reason(value)})")


def known_types(reading: Reading, node: Node | None) -> tuple[str, ...]:
    """The binary media types of a REST API; those that only a deploy tells are told. CloudFormation asks for `~1` in
    place of a slash, and takes a slash too."""
    unknown(reading, node, "a binary media type: such bodies are texts")
    return tuple(said.replace("~1", "/") for said in texts(node))


def unknown_cors(reading: Reading, *policies: Node | None) -> None:
    """Tells what is not known of policies for CORS."""
    for policy in policies:
        unknown(reading, None if isinstance(policy, Table) else policy, "the policy for CORS: browsers are refused")
        for key, value in entries(policy):
            unknown(reading, value, f"{key} of the policy for CORS: browsers are refused what it would allow")


def _of_node(reading: Reading, node: Node, said: _Said) -> None:
    for keys, what in said:
        inner = child(node, *keys[:-1])
        found = child(inner, keys[-1])
        is_default = is_null(found) or truth(found) is False or text(found) == "BUFFERED"
        if isinstance(inner, Table) and found is not None and not is_default:
            _tell(reading, inner.at(keys[-1]), what)


def _tell(reading: Reading, place: Place, what: str) -> None:
    reading.report(place, "CG256", what)
