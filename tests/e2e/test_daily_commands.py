"""Commands of every day, each in a process of its own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from src.migrations import new
from src.migrations.run import head
from tests.support import preloaded
from tests.support.development import copy_of_the_repository
from tests.support.postgres import ROOT
from tests.support.server import clean_environment


def told_by(module: str, *arguments: str, **variables: str) -> str:
    """What a command of this checkout writes to its standard error."""
    environment = clean_environment(**variables)
    return preloaded.finished(module, *arguments, folder=ROOT, environment=environment).stderr


def run(*command: str, folder: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
def test_a_mistyped_variable_is_told_without_its_value() -> None:
    names = {
        "COGNITO_USERPOOL_ID": "COGNITO_USER_POOL_ID",
        "CORS_ORIGINS": "CORS_ALLOW_ORIGINS",
        "DATABASE_URI": "DATABASE_URL",
        "TYPEFORM_APIKEY": "TYPEFORM_API_KEY",
        "FORWARDED_ALLOWED_IPS": "FORWARDED_ALLOW_IPS",
    }
    told = told_by("src.runtimes.fastapi.app", ENVIRONMENT="production", **dict.fromkeys(names, "swordfish"))
    for name, meant in names.items():
        assert f"{name} is no setting and is not read: is {meant} meant?" in told
    assert "swordfish" not in told


def test_variables_of_others_are_not_taken_for_mistyped_ones() -> None:
    others = ("HOSTNAME", "DATABASE_PUBLIC_URL", "RAILWAY_ENVIRONMENT", "PGPORT", "AWS_REGION", "SHELL", "PGHOST")
    told = told_by("src.runtimes.fastapi.app", ENVIRONMENT="production", **dict.fromkeys(others, "x"))
    assert "is no setting" not in told


def test_a_mistyped_variable_of_the_env_file_or_with_a_prefix_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".env").write_text("LAMBDATWIN_GATEWAY_PAYLOD=rest\n")
    # A port that is none ends the start after the warnings.
    told = told_by(
        "src.lambdatwin",
        "serve",
        "--root",
        str(tmp_path),
        PORT="none",
        LAMBDATWIN_WHATEVER="1",
        GATEWAY_PAYLOAD_="the backend's own",
        LAMBDA_ENVIRONMENTS="0",
        ENVIRONMENT="the backend's own",
    )
    assert "LAMBDATWIN_GATEWAY_PAYLOD is no setting and is not read: is LAMBDATWIN_GATEWAY_PAYLOAD meant?" in told
    assert "LAMBDATWIN_WHATEVER is no setting and is not read." in told
    assert "GATEWAY_PAYLOAD_ " not in told
    assert "\nENVIRONMENT " not in f"\n{told}"
    assert "LAMBDA_ENVIRONMENTS is no setting and is not read: is LAMBDATWIN_LAMBDA_ENVIRONMENTS meant?" in told


def test_psql_opens_the_database_of_the_settings(seeded_database_url: str) -> None:
    query = ("src.lambdatwin", "psql", "-Atc", "SELECT count(*) > 20 FROM products_catalog.products")
    for url in (seeded_database_url, seeded_database_url.replace("://", "+asyncpg://", 1)):
        found = preloaded.finished(*query, folder=ROOT, environment=clean_environment(DATABASE_URL=url))
        assert (found.returncode, found.stdout) == (0, "t\n"), found.stderr


def test_a_new_migration_follows_the_newest_one(tmp_path: Path) -> None:
    folder = tmp_path
    shutil.copytree(ROOT / "src", folder / "src")
    first = int(head().partition("_")[0]) + 1
    made = run("src.migrations.new", "meal notes", folder=folder)
    assert made.stdout.strip() == f"src/migrations/versions/{first:04}_meal_notes.py", made.stderr
    program = "from src.migrations import new, run; new.main(['More-Notes']); print(run.head())"
    found = subprocess.check_output([sys.executable, "-c", program], cwd=folder, env=clean_environment(), text=True)
    second = f"{first + 1:04}_more_notes"
    assert found.split() == [f"src/migrations/versions/{second}.py", second]


@pytest.mark.parametrize("wrong", ["", "../x", "ä", "9lives", "x" * 40])
def test_a_migration_without_a_name_is_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = set(new.VERSIONS.iterdir())
    assert new.main([wrong]) == 2
    assert "make migration NAME=" in capsys.readouterr().err
    assert set(new.VERSIONS.iterdir()) == before


def test_reset_removes_the_embedded_database_unless_it_is_in_use(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    data = tmp_path / ".local" / "postgres"

    def reset() -> subprocess.CompletedProcess[str]:
        command = ["make", "reset"]
        return subprocess.run(
            command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False
        )

    assert reset().returncode == 0, "there is none"
    data.mkdir(parents=True)
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    refused = reset()
    assert refused.returncode != 0
    assert "stop make dev first" in refused.stderr
    assert data.exists()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    (data / "postmaster.pid").write_text(f"{ended.pid}\n{data}\n")
    assert reset().returncode == 0
    assert not data.exists()


@pytest.mark.long
def test_a_new_endpoint_is_generated_at_once_and_is_written_once(tmp_path: Path) -> None:
    folder = copy_of_the_repository(tmp_path)
    asked = {
        "archive_meal": "recipes_catalog",
        "A note-with a long name of it": "client_onboarding",
        "x": "iam",
    }
    written: list[str] = []
    for name, context in asked.items():
        made = run("src.new_endpoint", name, context, folder=folder)
        assert made.returncode == 0, made.stderr
        assert "Next: `make generate`" in made.stdout
        written += [line for line in made.stdout.splitlines() if line.endswith(".py")]
    assert len(written) == 3 * len(asked)
    for command in (("ruff", "check", *written), ("ruff", "format", "--check", *written), ("codegen", "generate")):
        done = run(*command, folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    routes = run("src.lambdatwin", "routes", folder=folder).stdout
    assert re.search(r"^POST +/archive-meal +recipes_catalog ", routes, re.MULTILINE), routes
    assert re.search(r"^POST +/a-note-with-a-long-name-of-it +client_onboarding ", routes, re.MULTILINE)
    before = {name: (folder / name).read_bytes() for name in written}
    assert run("src.new_endpoint", "archive-meal", "recipes_catalog", folder=folder).returncode == 2
    assert {name: (folder / name).read_bytes() for name in written} == before


@pytest.mark.parametrize(
    ("name", "context", "told"),
    [
        ("", "iam", "make endpoint NAME="),
        ("../x", "iam", "make endpoint NAME="),
        ("class", "iam", "make endpoint NAME="),
        ("x" * 41, "iam", "make endpoint NAME="),
        ("archive_meal", "nowhere", "client_onboarding, iam, products_catalog, recipes_catalog"),
        ("archive_meal", "shared_kernel", "CONTEXT=shared_kernel is none"),
        ("create_meal", "recipes_catalog", "create_meal.py is there already"),
        ("meal_filter", "recipes_catalog", "filters.py has"),
        ("products", "iam", "create_product.py has POST /products"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused_and_nothing_is_written(name: str, context: str, told: str) -> None:
    before = set((ROOT / "src").rglob("*.py"))
    refused = preloaded.finished("src.new_endpoint", name, context, folder=ROOT, environment=clean_environment())
    assert (refused.returncode, refused.stdout) == (2, "")
    assert told in refused.stderr
    assert set((ROOT / "src").rglob("*.py")) == before
