"""The wheel in the hands of a user: the command in a repository that knows nothing of this one."""

import re
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.installed import Installation, build_wheel, changes, unpacked, without_extras, write_shop
from tests.support.postgres import ROOT
from tests.support.server import clean_environment

COMMANDS = ("serve", "routes", "generate", "check", "watch", "explain", "parity", "openapi", "migrate", "token")


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return unpacked(build_wheel(folder), folder / "packages")


@pytest.fixture
def installed(packages: Path, tmp_path: Path) -> Installation:
    (tmp_path / "elsewhere").mkdir()
    return Installation(Path(sys.executable), (packages,), tmp_path / "elsewhere")


@pytest.fixture
def bare(installed: Installation, tmp_path: Path) -> Installation:
    """Without any extra."""
    return Installation(installed.python, (without_extras(tmp_path / "hidden"), *installed.path), installed.elsewhere)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """One of its folders is called like a module that the server needs."""
    (tmp_path / "shop/email").mkdir(parents=True)
    (tmp_path / "shop/email/__init__.py").touch()
    return write_shop(tmp_path / "shop")


def test_the_wheel_holds_the_library_the_generator_and_its_templates(packages: Path) -> None:
    assert sorted(path.name for path in packages.iterdir() if path.suffix != ".dist-info") == ["lambdatwin"]
    templates = {path.name for path in (ROOT / "templates").glob("*.j2")}
    assert {path.name for path in (packages / "lambdatwin/templates").iterdir()} == templates
    assert (packages / "lambdatwin/codegen/cli.py").is_file()
    assert (packages / "lambdatwin/py.typed").is_file()
    names = {name for path in packages.rglob("*.py") for name in re.findall(r"\bsrc\.lambdatwin\b", path.read_text())}
    assert names == set()


@pytest.mark.parametrize("module", ["tomllib", "click"])
def test_ctrl_c_during_the_imports_prints_no_traceback(module: str, tmp_path: Path) -> None:
    """The first module of the library, and one of its libraries, stand for all others."""
    (tmp_path / f"{module}.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n", encoding="utf-8")
    environment = {**clean_environment(), "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "src.lambdatwin", "--help"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")


def test_help_loads_no_library_that_takes_time(bare: Installation) -> None:
    command = bare.command("--help")
    asked = subprocess.run(
        [command[0], "-X", "importtime", *command[1:]],
        cwd=bare.elsewhere,
        env=bare.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in asked.stderr.splitlines()}
    assert "click" in loaded
    assert loaded.isdisjoint(("fastapi", "libcst", "pydantic", "sqlalchemy", "starlette", "uvicorn"))
    assert all(re.search(rf"^  {name} ", asked.stdout, re.MULTILINE) for name in COMMANDS)


def test_the_version_stands_in_one_place(installed: Installation) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for python in (installed.run("--version"), _checkout("--version")):
        assert python.stdout == f"lambdatwin {project['version']}\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["lambdatwin", "che"], ["check"]),
        (["lambdatwin", "serve", "--no"], ["--no-reload"]),
        (["lambdatwin", "generate", "--te"], ["--templates"]),
        (["lambdatwin", "migrate", "--r"], ["--root"]),
        (["lambdatwin", "psql", "--r"], ["--root"]),
    ],
)
def test_commands_and_options_are_completed(installed: Installation, words: list[str], offered: list[str]) -> None:
    settings = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1), "COLUMNS": "200"}
    said = installed.run(_LAMBDATWIN_COMPLETE="bash_complete", **settings)
    assert [line.partition(",")[2] for line in said.stdout.split()] == offered


def test_the_script_of_a_shell_is_printed(installed: Installation) -> None:
    assert "_LAMBDATWIN_COMPLETE=zsh_complete" in installed.run("completion", "zsh").stdout


@pytest.mark.parametrize("argument", ["--help", "--nonsense", "extra"])
def test_help_and_wrong_usage_change_no_database(installed: Installation, argument: str) -> None:
    said = installed.run("migrate", argument, DATABASE_URL="postgresql://me@127.0.0.1:1/none")
    assert (said.returncode, said.stdout[:6] or said.stderr[:6]) == (0 if argument == "--help" else 2, "usage:")


def test_routers_that_no_server_can_import_are_told(installed: Installation, shop: Path) -> None:
    (shop / "pyproject.toml").write_text('[tool.codegen]\noutput = "v1.2/routers"\n', encoding="utf-8")
    said = installed.run("openapi", "--root", shop)
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (1, "", 1)
    assert "output = 'v1.2/routers'" in said.stderr


@pytest.mark.long
def test_the_generator_names_the_command_that_its_user_has(installed: Installation, shop: Path) -> None:
    assert "GET     /orders/{id}  public" in installed.run("routes", "--root", shop).stdout
    shutil.rmtree(shop / "generated")
    stale = installed.run("check", "--root", shop)
    assert (stale.returncode, "run `lambdatwin generate`" in stale.stdout) == (1, True)
    for command in ("generate", "check"):
        said = installed.run(command, "--root", shop)
        assert said.returncode == 0, said.stdout + said.stderr
    assert "2 routes, unchanged" in installed.run("generate", "--root", shop).stdout
    written = "".join(path.read_text() for path in (shop / "generated").rglob("*.py"))
    assert "from lambdatwin import ports" in written
    assert "make generate" not in written
    assert (shop / ".local/cache/codegen/run").is_file()
    assert {line.split()[-1].partition("/")[0] for line in changes(shop)} == {"generated"}
    assert "codegen:" not in installed.run("check", "--root", "/nowhere").stderr


@pytest.mark.long
def test_a_repository_is_served_as_it_is(installed: Installation, shop: Path) -> None:
    with installed.serving("--root", shop) as server:
        order = server.get("/orders/7")
        assert (order.status_code, order.headers["x-shop"]) == (200, "the shop stubs samples")
        assert server.get("/me").status_code == 401
        port = server.url.rpartition(":")[2]
        token = installed.run("token", "--root", shop, "--user", "u7", PORT=port).stdout.strip()
        assert server.get("/me", Authorization=f"Bearer {token}").json() == {"me": "u7"}

        handler = shop / "src/shop/aws_lambda/get_order.py"
        handler.write_text(handler.read_text().replace("red", "blue").replace("/orders/{id}", "/orders/{id}/colour"))
        server.await_text("/orders/7/colour", "blue")
        server.await_text("/orders/7", "Missing Authentication Token")  # the old server may answer a last request
        printed = server.printed
    assert "Found    2 routes (2 of docstrings), 2 handlers" in printed
    assert "2 routes, 2 handlers, 0 share the engine" in printed
    assert "Log in   any user id, password " in printed
    assert changes(shop) == [" M src/shop/aws_lambda/get_order.py"]


@pytest.mark.long
def test_committed_routers_are_served_without_the_generator(
    installed: Installation, bare: Installation, shop: Path
) -> None:
    settings = ("--set", 'output = "src/shop/routers"')
    assert installed.run("generate", "--root", shop, *settings).returncode == 0
    (shop / "pyproject.toml").write_text('[tool.codegen]\noutput = "src/shop/routers"\n')
    before = changes(shop)
    with bare.serving("--root", shop) as server:
        assert server.get("/orders/7").json() == {"id": "7", "colour": "red"}
        printed = server.printed
    assert "The routers in src/shop/routers are served as they are" in printed
    assert "pip install 'lambdatwin[codegen]'" in printed
    assert changes(shop) == before


@pytest.mark.parametrize("command", ["serve", "generate"])
def test_what_is_missing_is_told_in_a_sentence(bare: Installation, shop: Path, command: str) -> None:
    said = bare.run(command, "--root", shop)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.count("\n") == 1
    assert "pip install 'lambdatwin[codegen]'" in said.stderr


def test_production_serves_committed_routers_only(installed: Installation, shop: Path) -> None:
    said = installed.run("serve", "--root", shop, LAMBDATWIN_ENVIRONMENT="test")
    assert said.returncode == 1
    assert said.stderr == "generated: there is no generated.registry, which `lambdatwin generate` writes\n"


@pytest.mark.long
def test_modules_below_src_are_found_as_the_handlers_import_them(installed: Installation, tmp_path: Path) -> None:
    shop = write_shop(tmp_path / "shop")
    (shop / "src/__init__.py").unlink()
    for file in (shop / "src").rglob("*.py"):
        file.write_text(file.read_text().replace("from src.shop", "from shop"))
    with open(shop / "pyproject.toml", "a", encoding="utf-8") as settings:
        settings.write('output = "routers"\n')
    for command in ("generate", "openapi"):
        said = installed.run(command, "--root", shop)
        assert said.returncode == 0, said.stderr
    assert '"/orders/{id}"' in (shop / "routers/openapi.json").read_text()


@pytest.mark.long
def test_a_checkout_serves_another_repository_under_the_librarys_own_name(shop: Path, tmp_path: Path) -> None:
    checkout = Installation(Path(sys.executable), (ROOT,), tmp_path)
    with _as_checkout(checkout).serving("--root", shop, "--no-reload") as server:
        assert server.get("/orders/7").headers["x-shop"] == "the shop stubs samples"
    assert changes(shop) == []


class _Checkout(Installation):
    """Where nothing is installed: `python -m src.lambdatwin`."""

    def command(self, *arguments: str | Path) -> list[str]:
        return [str(self.python), "-m", "src.lambdatwin", *map(str, arguments)]


def _as_checkout(found: Installation) -> _Checkout:
    return _Checkout(found.python, found.path, found.elsewhere)


def _checkout(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "src.lambdatwin", *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
