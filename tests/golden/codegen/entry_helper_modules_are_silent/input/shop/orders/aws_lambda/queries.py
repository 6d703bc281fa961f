"""Handle GET /nothing: no handler here."""


async def run(bus, query):
    return await bus.handle(query)
