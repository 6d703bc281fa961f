"""Who may read notes: the token says it."""

import json

calls = 0


def _policy(effect, resource):
    return {
        "Version": "2012-10-17",
        "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}],
    }


def token(event, context):
    global calls
    calls += 1
    said = event["authorizationToken"]
    if said == "unauthorized":
        raise Exception("Unauthorized")
    if said == "broken":
        raise Exception("what went wrong")
    if said == "nobody":
        return {"policyDocument": _policy("Allow", "*")}
    if said == "nested":
        return {"principalId": "p", "policyDocument": _policy("Allow", "*"), "context": {"a": {"b": 1}}}
    resource = event["methodArn"] if said == "exact" else "*"
    effect = "Deny" if said == "deny" else "Allow"
    if said == "elsewhere":
        resource = "arn:aws:execute-api:*:*:*/*/GET/other"
    context = {"number": 7, "flag": True, "text": "é", "calls": calls}
    return {"principalId": f"user-{said}", "policyDocument": _policy(effect, resource), "context": context}


def whoami(event, context):
    return {"statusCode": 200, "headers": {}, "body": json.dumps(event["requestContext"].get("authorizer"))}
