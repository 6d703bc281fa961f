import asyncio


async def main(event, context):
    """Handle the nightly schedule."""
    return None


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
