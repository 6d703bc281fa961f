import asyncio

from common.users import carrier_required, problems
from tracking.store import PARCELS


@problems
@carrier_required
async def main(event, context):
    """Handle DELETE /parcels/{code} to forget a parcel.

    Request:
        Path: code (string)
        Auth: a carrier

    Responses:
        204: It is forgotten
    """
    del PARCELS[event["pathParameters"]["code"]]
    return {"statusCode": 204}


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
