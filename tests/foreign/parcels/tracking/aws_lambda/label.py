import asyncio
import base64

from tracking.store import PARCELS


async def main(event, context):
    """Handle GET /labels/{code} for the label of a parcel.

    Request:
        Path: code (string)
        Auth: public

    Responses:
        200: A picture
    """
    parcel = PARCELS[event["pathParameters"]["code"]]
    picture = b"GIF89a" + bytes(range(128, 128 + len(parcel.code))) + parcel.to.encode("utf-16")
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "image/gif", "ETag": '"1"'},
        "body": base64.b64encode(picture).decode(),
        "isBase64Encoded": True,
    }


lambda_handler = lambda event, context: asyncio.run(main(event, context))
