import asyncio
import base64
import hashlib

from common.http import json_response


async def main(event, context):
    """Handle PUT /photos/{name} to keep a photo.

    Request:
        Path: name (string)
        Auth: public

    Responses:
        200: What came
    """
    body = event["body"] or ""
    data = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
    digest = hashlib.sha256(data).hexdigest()
    return json_response(200, {"name": event["pathParameters"]["name"], "bytes": len(data), "sha256": digest})


lambda_handler = lambda event, context: asyncio.run(main(event, context))
