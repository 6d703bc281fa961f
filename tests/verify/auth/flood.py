"""Clients without any credential, in a process of their own: `python flood.py HOST PORT NUMBER`.

Each posts one random refresh token after the other on one connection, over bare sockets: what the clients cost is not
what the server costs. A line on stdin ends them; the statuses and how often each came are then printed as JSON.
"""

import asyncio
import json
import secrets
import sys
from collections import Counter


async def stranger(host: str, port: int, seen: Counter[int]) -> None:
    """Ask without end."""
    while True:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            while True:
                body = json.dumps({"refresh_token": secrets.token_urlsafe(64)}).encode()
                head = f"POST /auth/refresh HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
                writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
                answer = await reader.readuntil(b"\r\n\r\n")
                lines = dict(line.lower().split(b": ", 1) for line in answer.split(b"\r\n")[1:] if line)
                await reader.readexactly(int(lines[b"content-length"]))
                seen[int(answer.split()[1])] += 1
        except (OSError, asyncio.IncompleteReadError):
            writer.close()


async def main(host: str, port: int, number: int) -> None:
    """All of them, until there is a line on stdin."""
    seen: Counter[int] = Counter()
    tasks = [asyncio.create_task(stranger(host, port, seen)) for _ in range(number)]
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
