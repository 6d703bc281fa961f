import asyncio
import json
from http import HTTPStatus

from common.http import HttpError, json_response
from common.users import carrier_required, problems
from tracking.schemas import Scan
from tracking.store import PARCELS


@problems
@carrier_required
async def main(event, context):
    """Handle POST /parcels/{code}/scans to say where a parcel is.

    Request:
        Path: code (string)
        Body: Scan
        Auth: a carrier

    Responses:
        200: All scans
        404: There is no such parcel
    """
    code = event["pathParameters"]["code"]
    scan = Scan(**json.loads(event["body"]))
    if code not in PARCELS:
        raise HttpError(HTTPStatus.NOT_FOUND, "no such parcel")
    PARCELS[code].scans.append(scan.model_dump())
    return json_response(200, PARCELS[code].scans)


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
