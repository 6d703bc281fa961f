import asyncio
from http import HTTPStatus

from common.http import HttpError
from common.users import carrier_required, problems
from tracking.schemas import ParcelOut
from tracking.store import PARCELS


@problems
@carrier_required
async def main(event, context):
    """Handle GET /parcels/{code} for one parcel.

    Request:
        Path: code (string) - as it is printed on the parcel
        Auth: a carrier

    Responses:
        200: The parcel
        404: The carrier has no such parcel
    """
    parcel = PARCELS.get(event["pathParameters"]["code"])
    if parcel is None or parcel.carrier != event["carrier"]:
        raise HttpError(HTTPStatus.NOT_FOUND, "no such parcel")
    return {"statusCode": 200, "body": ParcelOut(**parcel.as_dict()).model_dump_json().encode()}


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
