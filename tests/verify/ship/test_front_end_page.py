"""docs/front-end.md with Node and the tools of the registries: its module logs in, a typed client is made."""

import os
import subprocess
from pathlib import Path

from tests.support import postgres
from tests.support.front_end import commands_of_the_api
from tests.support.postgres import ROOT
from tests.support.server import running_server
from tests.support.walkthrough import follow, steps

_PAGE = ROOT / "docs" / "front-end.md"
_TOOLS = ("openapi-fetch", "typescript", "@types/node")
_STRICT = ("--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler")


def test_the_page_holds_with_node_and_the_registries(
    postgres_server: str, seeded_template: str, tmp_path: Path
) -> None:
    # Blocks that need Node or a registry are marked `bash`; the quick suite leaves them out.
    page = _PAGE.read_text(encoding="utf-8").replace("```bash\n", "```console\n")
    folder = tmp_path / "app"
    folder.mkdir()
    environment = commands_of_the_api(tmp_path / "bin") | _of_the_machine()
    with postgres.clone(postgres_server, seeded_template) as url, running_server(url, ENVIRONMENT="development") as one:
        done = follow(page, folder, environment, int(one.url.rpartition(":")[2]))
    assert done == sum(step.file is None for step in steps(page))
    (folder / "package.json").write_text('{"type": "module"}')
    for command in (
        ("npm", "install", "--silent", *_TOOLS),
        ("npx", "tsc", *_STRICT, "--types", "node", "--skipLibCheck", "client.ts"),
    ):
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    print(f"docs/front-end.md: {done} commands, with Node and a typed client")


def _of_the_machine() -> dict[str, str]:
    """How this machine reaches its registries; requests to itself use no proxy."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in ("path", "home", "no_proxy")}
    return kept | {"HOME": os.environ["HOME"], "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
