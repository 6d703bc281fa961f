"""Reports of several kinds; some of them should not have been written."""

import base64
import os
import sys
import time
from decimal import Decimal

from answers import answer, with_headers


def plain(event):
    lines = {"format": os.environ["FORMAT"], "table": os.environ["TABLE"], "query": event["queryStringParameters"]}
    return answer(200, lines)


def number(event):
    return {"statusCode": "200", "headers": {}, "body": Decimal("1.50")}


def picture(event):
    body = base64.b64encode(b"\x89PNG\xff").decode()
    return {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": body, "isBase64Encoded": True}


def several(event):
    return {"statusCode": 200, "headers": {}, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": "x"}


def malformed(event):
    return {"statusCode": 200, "headers": {}, "body": {"no": "text"}}


def leaves(event):
    sys.exit(1)


def hangs(event):
    time.sleep(30)


def unprintable(event):
    sys.stdout.buffer.write(b"\xff\xfe\n")
    return answer(200, {"é": "ü"})


@with_headers(X_Report="yes")
def report(event, context):
    return globals()[event["pathParameters"]["kind"]](event)
