import asyncio
import json

DEPOTS = {"LDZ": "Łódź", "GRU": "Guarulhos"}


async def main(event, context):
    """Handle GET /depots for the depots.

    Request:
        Auth: public

    Responses:
        200: Names by code
    """
    return {"statusCode": 200, "body": json.dumps(DEPOTS)}


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
