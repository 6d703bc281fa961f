"""Who may call, where SAM puts its Auth on operations. The truth is what aws-sam-translator 1.115 writes."""

from pathlib import Path

import pytest

from tests.golden.sources.cases import authorizer_text, linked, write

_URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
_TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Need: {Type: String}, Declined: {Type: String, Default: "false"}, Asked: {Type: String, Default: "true"}}
Conditions: {Never: !Equals [a, b], Open: !Equals [!Ref Need, x]}
Resources:
  Api: {Type: "AWS::Serverless::%s", Properties: {StageName: v1, %s}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      {Runtime: python3.12, CodeUri: ., Handler: app.a, Events: {E: {Type: %s, Properties: {%s: !Ref Api, %s}}}}
"""
_POOL = "UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_x'"
_NAMED = f"Authorizers: {{C: {{{_POOL}}}, S: {{{_POOL}, AuthorizationScopes: [own]}}}}"
_JWT = "IdentitySource: $request.header.Authorization, JwtConfiguration: {issuer: i, audience: [a]}"
_ISSUED = f"Authorizers: {{C: {{{_JWT}}}, S: {{{_JWT}, AuthorizationScopes: [own]}}}}"
_KEY = "securityDefinitions: {key: {type: apiKey, name: x-api-key, in: header}}"
_ELSEWHERE = "Path: /else, Method: get"


def body(said: str = "", method: str = "get", version: str = "swagger: '2.0'") -> str:
    """A DefinitionBody with one operation, which says what is given."""
    integration = f"x-amazon-apigateway-integration: {{type: aws_proxy, httpMethod: POST, uri: !Sub '{_URI}'}}"
    return f"DefinitionBody: {{{version}, {_KEY}, paths: {{/a: {{{method}: {{{said}{integration}}}}}}}}}"


def http_body(said: str = "") -> str:
    return body(said, version="openapi: 3.0.1")


def guards(root: Path, kind: str, api: str, event: str) -> dict[str, list[str]]:
    """The authorizer and the scopes of each operation."""
    reference = "RestApiId" if kind == "Api" else "ApiId"
    write(root / "template.yaml", _TEMPLATE % (kind, api, kind, reference, event))
    write(root / "app.py", "def a(event, context): ...\n")
    found = linked(root).routes
    return {
        f"{one.method} {one.path}": [authorizer_text(one.authorizer) + ("+key" if one.needs_key else ""), *one.scopes]
        for one in found
    }


_C, _S = ["cognito(C,1)"], ["cognito(S,1)", "own"]
_UNKNOWN = ["unknown"]


@pytest.mark.parametrize(
    ("auth", "said", "guard"),
    [
        ("DefaultAuthorizer: C", "security: [], ", _C),
        ("DefaultAuthorizer: S", "", _S),
        ("DefaultAuthorizer: S", "security: [], ", _S),
        ("DefaultAuthorizer: AWS_IAM", "security: [], ", ["iam"]),
        ("DefaultAuthorizer: C", "security: [{key: []}], ", ["cognito(C,1)+key"]),
        ("DefaultAuthorizer: C", "security: [{NONE: []}], ", ["public"]),
        ("DefaultAuthorizer: C", "security: [{S: [q]}], ", ["cognito(S,1)", "q"]),
        ("DefaultAuthorizer: C", "security: [!If [Never, {C: []}, {NONE: []}]], ", _UNKNOWN),
        ("DefaultAuthorizer: C", "security: !If [Never, [{C: []}], [{NONE: []}]], ", _UNKNOWN),
        ("InvokeRole: NONE", "security: [!If [Never, {C: []}, {NONE: []}]], ", ["public"]),
        ("ApiKeyRequired: true", "security: [{NONE: []}], ", ["key"]),
        ("ApiKeyRequired: true", "security: [{C: []}], ", ["cognito(C,1)+key"]),
        ("ApiKeyRequired: true, DefaultAuthorizer: C", "security: [], ", ["cognito(C,1)+key"]),
    ],
)
def test_operations_of_a_document_get_the_default(auth: str, said: str, guard: list[str], tmp_path: Path) -> None:
    api = f"Auth: {{{_NAMED}, {auth}}}, {body(said)}"
    assert guards(tmp_path, "Api", api, _ELSEWHERE) == {"GET /a": guard}


@pytest.mark.parametrize(
    ("default", "said", "asked", "guard"),
    [
        ("", "", "{Authorizer: C, OverrideApiAuth: true}", _C),
        ("", "", "{Authorizer: S, OverrideApiAuth: true, AuthorizationScopes: [x]}", ["cognito(S,1)", "x"]),
        ("", "", "{Authorizer: C}", ["public"]),
        ("", "", "{OverrideApiAuth: true, ApiKeyRequired: true}", ["key"]),
        ("", "security: [{S: []}], ", "{Authorizer: C, OverrideApiAuth: true}", _UNKNOWN),
        ("", "", "{Authorizer: C, OverrideApiAuth: !If [Never, true, false]}", _UNKNOWN),
        ("", "", "{OverrideApiAuth: true}", _UNKNOWN),
        (", DefaultAuthorizer: S", "", "{Authorizer: NONE, OverrideApiAuth: true}", ["public"]),
    ],
)
def test_an_event_may_override_the_auth_of_a_document(
    default: str, said: str, asked: str, guard: list[str], tmp_path: Path
) -> None:
    api = f"Auth: {{{_NAMED}{default}}}, {body(said)}"
    assert guards(tmp_path, "Api", api, f"Path: /a, Method: get, Auth: {asked}") == {"GET /a": guard}


def test_an_override_of_an_operation_that_is_not_there_is_refused(tmp_path: Path) -> None:
    asked = "Path: /a, Method: post, Auth: {Authorizer: C, OverrideApiAuth: true}"
    assert guards(tmp_path, "Api", f"Auth: {{{_NAMED}}}, {body()}", asked) == {"GET /a": ["public"]}
    assert "CG156" in [one.code for one in linked(tmp_path).findings]


@pytest.mark.parametrize(
    ("said", "event", "guard"),
    [
        ("", "Path: /a, Method: get, Auth: {Authorizer: C}", _C),
        ("security: [{S: []}], ", "Path: /a, Method: get, Auth: {Authorizer: C}", _C),
        ("security: [{S: [q]}], ", "Path: /a, Method: get", ["cognito(S,1)", "q"]),
    ],
)
def test_a_merged_event_wins_over_the_document(said: str, event: str, guard: list[str], tmp_path: Path) -> None:
    api = f"MergeDefinitions: true, Auth: {{{_NAMED}}}, {body(said)}"
    assert guards(tmp_path, "Api", api, event) == {"GET /a": guard}
    assert "CG153" not in [one.code for one in linked(tmp_path).findings]


_J = ["jwt(C,i,a)"]


@pytest.mark.parametrize(
    ("default", "said", "event", "found"),
    [
        ("", "", "Path: /a, Method: get, Auth: {Authorizer: C}", {"GET /a": _J}),
        ("", "", "Path: /b, Method: post, Auth: {Authorizer: C}", {"GET /a": ["public"], "POST /b": _J}),
        (", DefaultAuthorizer: C", "security: [], ", "Path: /b, Method: any", {"GET /a": _J, "ANY /b": _J}),
        (", DefaultAuthorizer: S", "", "Path: /a, Method: get", {"GET /a": ["jwt(S,i,a)", "own"]}),
        ("", "security: [{S: []}], ", "Path: /a, Method: get, Auth: {Authorizer: C}", {"GET /a": _UNKNOWN}),
        ("", "", "Path: /a, Method: get, Auth: {AuthorizationScopes: [x]}", {"GET /a": _UNKNOWN}),
    ],
)
def test_events_are_added_to_the_document_of_an_http_api(
    default: str, said: str, event: str, found: dict[str, list[str]], tmp_path: Path
) -> None:
    api = f"Auth: {{{_ISSUED}{default}}}, {http_body(said)}"
    assert guards(tmp_path, "HttpApi", api, event) == found


@pytest.mark.parametrize("event", ["Path: /b", "Method: get"])
def test_an_event_with_half_a_route_is_refused(event: str, tmp_path: Path) -> None:
    """SAM says: Property 'Method' is required. Only an event with neither is the default route."""
    assert guards(tmp_path, "HttpApi", f"Auth: {{{_ISSUED}}}, {http_body()}", event) == {"GET /a": ["public"]}
    assert [one.message for one in linked(tmp_path).findings if one.code == "CG156"] == [
        f"the event E of F: the {'path' if event.startswith('Method') else 'method'} is not known: it is missing"
    ]


def test_an_operation_without_an_integration_gets_that_of_its_event(tmp_path: Path) -> None:
    api = "DefinitionBody: {openapi: 3.0.1, paths: {/a: {get: {summary: documented only}}}}"
    assert guards(tmp_path, "HttpApi", api, "Path: /a, Method: get, PayloadFormatVersion: '1.0'") == {
        "GET /a": ["public"]
    }
    (route,) = linked(tmp_path).routes
    assert route.payload == "1.0"
    assert [one.code for one in linked(tmp_path).findings] == []


@pytest.mark.parametrize(
    ("auth", "asked", "guard"),
    [
        ("{ApiKeyRequired: !If [Open, true, false]}", "", _UNKNOWN),
        ("{ApiKeyRequired: !If [Never, true, false]}", "", _UNKNOWN),
        ("{ApiKeyRequired: !Ref Need}", "", _UNKNOWN),
        ("{ApiKeyRequired: !Ref Declined}", "", _UNKNOWN),
        ("{ApiKeyRequired: !Ref Asked}", "", ["key+key"]),
        ("{ApiKeyRequired: !Ref AWS::NoValue}", "", _UNKNOWN),
        (f"!If [Open, {{{_NAMED}, DefaultAuthorizer: C}}, !Ref AWS::NoValue]", "", _UNKNOWN),
        (f"{{{_NAMED}, DefaultAuthorizer: !If [Never, C, !Ref AWS::NoValue]}}", "", _UNKNOWN),
        (f"{{{_NAMED}}}", ", Auth: !If [Open, {Authorizer: C}, !Ref AWS::NoValue]", _UNKNOWN),
        (f"{{{_NAMED}, DefaultAuthorizer: C}}", ", Auth: !If [Never, {}, {Authorizer: NONE}]", _UNKNOWN),
        (f"{{{_NAMED}}}", ", Auth: {ApiKeyRequired: !If [Never, true, false]}", _UNKNOWN),
        (f"{{{_NAMED}}}", ", Auth: {Authorizer: NONE}", _UNKNOWN),
        (f"{{{_NAMED}}}", ", Auth: {Authorizer: C, AuthorizationScopes: [!Ref Need]}", _UNKNOWN),
    ],
)
def test_what_is_not_known_of_an_auth_leaves_no_route_public(
    auth: str, asked: str, guard: list[str], tmp_path: Path
) -> None:
    assert guards(tmp_path, "Api", f"Auth: {auth}", f"Path: /a, Method: get{asked}") == {"GET /a": guard}
    assert "CG154" in [one.code for one in linked(tmp_path).findings]


@pytest.mark.parametrize(
    ("auth", "guarded"),
    [
        ("ApiKeyRequired: true", []),
        ("ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false", [False]),
        ("ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false, DefaultAuthorizer: C", [True]),
        ("DefaultAuthorizer: C, AddDefaultAuthorizerToCorsPreflight: false", [False]),
        ("DefaultAuthorizer: C, AddDefaultAuthorizerToCorsPreflight: !If [Never, true, false]", [True]),
        ("DefaultAuthorizer: C, AddDefaultAuthorizerToCorsPreflight: !Ref No", [True]),
    ],
)
def test_preflights_of_sam(auth: str, guarded: list[bool], tmp_path: Path) -> None:
    """None where a key is asked for: it is refused, as a method that is not there."""
    guards(tmp_path, "Api", f"Cors: \"'*'\", Auth: {{{_NAMED}, {auth}}}", "Path: /a, Method: get")
    (route,) = linked(tmp_path).routes
    assert [one.is_guarded for one in route.api.preflights] == guarded


def test_the_event_of_a_function_that_is_not_there_guards_the_operation(tmp_path: Path) -> None:
    """SAM evaluates no conditions: the Auth of the event is on the operation, whose function is another one."""
    asked = "Path: /a, Method: get, Auth: {Authorizer: C, OverrideApiAuth: true}"
    api = f"Auth: {{{_NAMED}}}, {body()}"
    text = _TEMPLATE % ("Api", api, "Api", "RestApiId", asked)
    other = "\n  F: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, CodeUri: ., Handler: app.a}}"
    text = text.replace("\n  F:\n    Type", f"{other}\n  Gone:\n    Condition: Never\n    Type")
    write(tmp_path / "template.yaml", text)
    write(tmp_path / "app.py", "def a(event, context): ...\n")
    assert [authorizer_text(one.authorizer) for one in linked(tmp_path).routes] == _C
