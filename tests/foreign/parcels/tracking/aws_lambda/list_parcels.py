import asyncio

from common.http import json_response, query
from common.users import carrier_required, problems
from tracking.store import PARCELS


@problems
@carrier_required
async def main(event, context):
    """Handle GET /parcels for the parcels of a carrier.

    Request:
        Query: over (grams)
        Auth: a carrier

    Responses:
        200: The parcels
    """
    over = int(query(event, "over", "0"))
    mine = [parcel.as_dict() for parcel in PARCELS.values() if parcel.carrier == event["carrier"]]
    return json_response(200, [parcel for parcel in mine if parcel["grams"] > over])


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
