"""Orders, in DynamoDB. The table is looked up once a process."""

import json
import os

import boto3
from answers import answer, with_headers

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


@with_headers(Cache_Control="no-store")
def create(event, context):
    order = json.loads(event["body"] or "{}")
    item = {"id": order["id"], "what": order["what"]}
    table.put_item(Item=item)
    return answer(201, item)


@with_headers(Cache_Control="max-age=60")
def read(event, context):
    found = table.get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    return answer(404, {"message": "no such order"}) if found is None else answer(200, found)
