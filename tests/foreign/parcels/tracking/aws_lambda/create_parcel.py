import asyncio
import uuid
from datetime import datetime, timezone

from pydantic import ValidationError

from common.http import json_response
from common.log import logger
from common.users import carrier_required, problems
from tracking.schemas import NewParcel
from tracking.store import PARCELS, Parcel


@problems
@carrier_required
async def main(event, context):
    """Handle POST /parcels to hand in a parcel.

    Request:
        Body: NewParcel
        Auth: a carrier

    Responses:
        201: Where it is
        422: No such parcel can be sent
    """
    try:
        wanted = NewParcel.model_validate_json(event["body"] or "{}")
    except ValidationError as exc:
        return json_response(422, exc.errors(include_url=False, include_input=False))
    code = uuid.uuid4().hex[:8].upper()
    PARCELS[code] = Parcel(code, event["carrier"], wanted.grams, wanted.to)
    logger.info("%s was handed in", code)
    answer = json_response(201, {"code": code, "at": datetime.now(timezone.utc).isoformat()})
    answer["headers"]["Location"] = f"/parcels/{code}"
    return answer


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
