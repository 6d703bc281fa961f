"""Lambda: more statuses than most."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/many for many.

    Request:
        Auth: a user of orders
    """
    status = 200
    if event.get("1"):
        status = 201
    if event.get("2"):
        status = 202
    if event.get("3"):
        status = 203
    if event.get("4"):
        status = 204
    if event.get("5"):
        status = 205
    if event.get("6"):
        status = 206
    if event.get("7"):
        status = 207
    if event.get("8"):
        status = 208
    if event.get("9"):
        status = 209
    if event.get("10"):
        status = 210
    if event.get("11"):
        status = 211
    if event.get("12"):
        status = 212
    if event.get("13"):
        status = 213
    if event.get("14"):
        status = 214
    if event.get("15"):
        status = 215
    if event.get("16"):
        status = 216
    if event.get("17"):
        status = 217
    if event.get("18"):
        status = 218
    if event.get("19"):
        status = 219
    if event.get("20"):
        status = 220
    if event.get("21"):
        status = 221
    if event.get("22"):
        status = 222
    if event.get("23"):
        status = 223
    if event.get("24"):
        status = 224
    if event.get("25"):
        status = 225
    if event.get("26"):
        status = 226
    if event.get("27"):
        status = 227
    if event.get("28"):
        status = 228
    if event.get("29"):
        status = 229
    if event.get("30"):
        status = 230
    return {"statusCode": status, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
