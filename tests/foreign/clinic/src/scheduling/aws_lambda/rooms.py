import json

import anyio

ROOMS = {'north': ['R1', 'R3'], 'south': ['R2']}


async def handle(event, context):
    """Handle GET /rooms/{clinic} for the rooms of a clinic.

    Request:
        Path: clinic (string)
        Auth: public

    Responses:
        200: The rooms
    """
    return {'statusCode': 200, 'body': json.dumps(ROOMS[event['pathParameters']['clinic']])}


lambda_handler = lambda event, context: anyio.run(handle, event, context)
