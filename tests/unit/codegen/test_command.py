"""The command as a user runs it: exit codes, formats, and what happens to files."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from codegen.cli import app
from tests.golden.codegen.cases import code_base

ROUTE_KEYS = (
    "kind method path context auth authorizer scopes api payload permissions module code_root file function"
    " status statuses path_parameters query request response timeout source"
)


def run(root: Path, command: str, *options: str) -> Result:
    return CliRunner().invoke(app, [command, "--root", str(root), "--no-cache", *options])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    code_base(tmp_path)
    return tmp_path


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_generate_then_check_agree(root: Path) -> None:
    assert run(root, "check").exit_code == 1
    assert run(root, "generate").exit_code == 0
    written = tree(root / "generated")
    assert run(root, "check").exit_code == 0
    assert run(root, "generate").exit_code == 0
    assert tree(root / "generated") == written


def test_a_trigger_is_no_route(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    both = tmp_path_factory.mktemp("both")
    code_base(both, "entry_event_trigger")
    counted = [re.findall(r"(\d+) routes", run(place, "generate").stdout) for place in (root, both)]
    listed = [len(json.loads(run(place, "routes", "--format", "json").stdout)) for place in (root, both)]
    events = sum(row["kind"] == "event" for row in json.loads(run(both, "routes", "--format", "json").stdout))
    assert events == 1
    assert counted == [[str(listed[0])], [str(listed[1] - events)]]


def test_check_writes_nothing_and_shows_a_diff(root: Path) -> None:
    run(root, "generate")
    handler = root / "shop/orders/aws_lambda/fetch_order.py"
    handler.write_text(handler.read_text().replace('"statusCode": 200', '"statusCode": 202'))
    before = tree(root / "generated")
    result = run(root, "check")
    assert result.exit_code == 1
    assert "orders/orders.py: changed" in result.stdout
    assert "+    status_code=202," in result.stdout
    assert tree(root / "generated") == before


def test_a_missing_file_is_drift(root: Path) -> None:
    run(root, "generate")
    (root / "generated/orders/orders.py").unlink()
    assert "orders/orders.py: missing" in run(root, "check").stdout
    assert run(root, "generate").exit_code == 0
    assert (root / "generated/orders/orders.py").exists()


def test_a_stale_file_is_removed_and_others_stay(root: Path) -> None:
    run(root, "generate")
    (root / "generated/openapi.json").write_text("{}")
    handler = root / "shop/orders/aws_lambda/fetch_order.py"
    handler.write_text(handler.read_text().replace("GET /orders", "GET /parcels"))
    assert "orders/orders.py: stale" in run(root, "check").stdout
    assert run(root, "generate").exit_code == 0
    assert not (root / "generated/orders/orders.py").exists()
    assert (root / "generated/orders/parcels.py").exists()
    assert (root / "generated/openapi.json").read_text() == "{}"


@pytest.mark.parametrize("cache", [(), ("--no-cache",)])
def test_a_file_that_a_merge_brought_back_is_stale(root: Path, cache: tuple[str, ...]) -> None:
    """The manifest does not list it. What another run wrote below the folder, and what is written by hand, stays."""
    run(root, "generate")
    orders = (root / "generated/orders/orders.py").read_text()
    (root / "generated/other").mkdir()
    handler = root / "shop/orders/aws_lambda/fetch_order.py"
    handler.write_text(handler.read_text().replace("GET /orders", "GET /parcels"))
    assert run(root, "generate").exit_code == 0
    (root / "generated/orders/orders.py").write_text(orders)
    (root / "generated/other/orders.py").write_text(orders)
    (root / "generated/other/manifest.json").write_text('{"files": {}}')
    (root / "generated/orders/mine.py").write_text("MINE = 1\n")
    found = run(root, "check", *cache)
    assert found.exit_code == 1
    assert "generated/orders/orders.py: stale" in found.stdout
    assert "1 files differ" in found.stdout
    assert run(root, "generate", *cache).exit_code == 0
    assert not (root / "generated/orders/orders.py").exists()
    assert (root / "generated/other/orders.py").exists()
    assert (root / "generated/orders/mine.py").exists()
    assert run(root, "check", *cache).exit_code == 0


def test_a_hand_edited_file_needs_force(root: Path) -> None:
    run(root, "generate")
    edited = root / "generated/orders/orders.py"
    edited.write_text(edited.read_text().replace("status_code=200", "status_code=299"))
    assert "orders/orders.py: hand-edited" in run(root, "check").stdout
    refused = run(root, "generate")
    assert refused.exit_code == 1
    assert "--force" in refused.stdout
    assert "status_code=299" in edited.read_text()
    assert run(root, "generate", "--force").exit_code == 0
    assert "status_code=200" in edited.read_text()


def test_a_package_of_the_repositorys_own_is_not_overwritten(root: Path) -> None:
    """Its name may be that of the output."""
    (root / "generated").mkdir()
    (root / "generated/__init__.py").write_text("")
    (root / "generated/registry.py").write_text("MODELS = []\n")
    refused = run(root, "generate")
    assert refused.exit_code == 1
    assert "generated/registry.py: not generated" in refused.stdout
    assert "name another folder as `output`" in refused.stdout
    assert tree(root / "generated") == {"__init__.py": b"", "registry.py": b"MODELS = []\n"}
    assert run(root, "generate", "--set", 'output = "twin"').exit_code == 0


@pytest.mark.parametrize(
    ("text", "code"), [('{"name": "theirs"}', 1), ("[]", 1), ("<<<<<<< HEAD\n{}", 0), ('{"files": 3}', 0)]
)
def test_a_manifest_of_the_repositorys_own_is_not_overwritten(root: Path, text: str, code: int) -> None:
    """One that a merge has left broken is the generator's."""
    (root / "generated").mkdir()
    manifest = root / "generated/manifest.json"
    manifest.write_text(text)
    assert run(root, "generate").exit_code == code
    assert (manifest.read_text() == text) == (code == 1)


@pytest.mark.parametrize("sources", ["", 'sources = ["aws_lambda"]'])
def test_handlers_may_lie_in_the_root_whatever_a_clone_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: str
) -> None:
    root = tmp_path / "a clone (2)"
    (root / "aws_lambda").mkdir(parents=True)
    (root / "pyproject.toml").write_text(f"[tool.codegen]\n{sources}\n")
    (root / "aws_lambda/greet.py").write_text(
        "import asyncio\n\n\nasync def handler(event, context):\n"
        '    """Handle GET /greeting to greet.\n\n    Request:\n        Auth: public\n    """\n'
        '    return {"statusCode": 200, "body": "Hello"}\n\n\n'
        "def lambda_handler(event, context):\n    return asyncio.run(handler(event, context))\n"
    )
    named = run(root, "routes", "--format", "json")
    monkeypatch.chdir(root)
    for result in (named, run(Path(), "routes", "--format", "json")):
        assert result.exit_code == 0, result.output
        assert [row["context"] for row in json.loads(result.stdout)] == ["aws_lambda"]


def test_a_manifest_cannot_name_files_elsewhere(root: Path) -> None:
    run(root, "generate")
    precious = root / "precious.txt"
    precious.write_text("mine")
    manifest = root / "generated/manifest.json"
    table = json.loads(manifest.read_text())
    table["files"] |= {"../precious.txt": "0", str(precious): "0"}
    manifest.write_text(json.dumps(table))
    run(root, "generate", "--force")
    assert precious.read_text() == "mine"


def test_a_link_does_not_lead_the_writer_away(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / "generated").mkdir()
    (root / "generated/orders").symlink_to(elsewhere)
    result = run(root, "generate")
    assert result.exit_code == 2
    assert "orders/__init__.py does not lie in" in result.stderr
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_usage_error(root: Path) -> None:
    (root / "generated").write_text("a file")
    result = run(root, "generate")
    assert result.exit_code == 2
    assert "generated cannot be written: " in result.stderr
    assert run(root, "check").exit_code == 1


def test_errors_stop_the_writing(root: Path) -> None:
    (root / "shop/orders/aws_lambda/broken.py").write_text("def f(:\n")
    result = run(root, "generate")
    assert result.exit_code == 1
    assert "broken.py:1:7: error CG101" in result.stdout
    assert not (root / "generated").exists()


def test_warnings_stop_only_when_strict(tmp_path: Path) -> None:
    code_base(tmp_path, "rule_cg205_silent_public_route")
    assert run(tmp_path, "generate", "--strict").exit_code == 1
    assert not (tmp_path / "generated").exists()
    assert run(tmp_path, "generate").exit_code == 0


def test_routes_as_json_has_every_key(root: Path) -> None:
    result = run(root, "routes", "--format", "json")
    (route,) = json.loads(result.stdout)
    assert list(route) == ROUTE_KEYS.split()
    assert route["response"] == {"kind": "model", "schema": "ApiOrder", "keys": None}
    assert (route["authorizer"], route["scopes"], route["api"], route["payload"]) == (
        {"kind": "cognito"},
        [],
        None,
        "1.0",
    )
    file = "shop/orders/aws_lambda/fetch_order.py"
    place = (root / file).read_text().partition('"""Handle')[0].splitlines()
    assert route["source"] == {"kind": "docstrings", "path": file, "line": len(place), "column": len(place[-1]) + 1}


def test_types_of_path_parameters_are_those_of_json(tmp_path: Path) -> None:
    code_base(tmp_path, "path_int_same_name")
    rows = json.loads(run(tmp_path, "routes", "--format", "json", "--set", 'payload="2.0"').stdout)
    assert {parameter["type"] for route in rows for parameter in route["path_parameters"]} == {"integer", "number"}
    assert {route["payload"] for route in rows} == {"2.0"}


@pytest.mark.parametrize(("payload", "times"), [("1.0", 0), ("2.0", 1)])
def test_the_format_of_events_reaches_the_routes(root: Path, payload: str, times: int) -> None:
    assert run(root, "generate", "--set", f'payload="{payload}"').exit_code == 0
    (router,) = (path for path in (root / "generated/orders").glob("*.py") if path.name != "__init__.py")
    assert router.read_text().count('payload="2.0"') == times


def test_findings_as_json_and_as_annotations(root: Path) -> None:
    (root / "shop/orders/aws_lambda/broken.py").write_text("def f(:\n")
    (finding,) = json.loads(run(root, "check", "--format", "json").stdout)["findings"]
    assert (finding["code"], finding["line"], finding["column"]) == ("CG101", 1, 7)
    annotation = run(root, "check", "--format", "github").stdout.splitlines()[0]
    assert re.match(r"::error file=shop/orders/aws_lambda/broken\.py,line=1,col=7,title=CG101::", annotation)


@pytest.mark.parametrize(
    "table", ["sources = 1", "nonsense = 1", "[tool.codegen.helpers]\nnothing = []", "ports = 'a b'", "sources = ["]
)
def test_unusable_settings_are_a_usage_error(root: Path, table: str) -> None:
    (root / "pyproject.toml").write_text(f"[tool.codegen]\n{table}\n")
    assert run(root, "routes").exit_code == 2


def test_a_root_that_is_none_is_a_usage_error(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere", "routes").exit_code == 2


def with_notes(root: Path) -> Path:
    """A code base with a note and nothing worse."""
    code_base(root, "entry_event_trigger")
    return root


@pytest.mark.parametrize("command", ["generate", "check", "routes"])
def test_notes_are_counted_and_shown_when_asked_for(tmp_path: Path, command: str) -> None:
    root = with_notes(tmp_path)
    run(root, "generate")
    quiet, told = run(root, command), run(root, command, "--notes")
    assert quiet.exit_code == told.exit_code == 0
    assert "CG302" not in quiet.output
    assert "(1 note, shown with --notes)" in quiet.output
    assert "note CG302 an event trigger" in told.output
    assert "shown with --notes" not in told.output


def test_programs_get_the_notes_and_a_pull_request_does_not(tmp_path: Path) -> None:
    root = with_notes(tmp_path)
    run(root, "generate")
    (finding,) = json.loads(run(root, "check", "--format", "json").stdout)["findings"]
    assert (finding["code"], finding["severity"]) == ("CG302", "note")
    assert run(root, "check", "--format", "github").output == ""
    assert run(root, "check", "--format", "github", "--notes").stdout.startswith("::notice file=shop/")
    assert run(root, "routes", "--format", "json").stderr == ""


@pytest.mark.parametrize("out", [None, "app/routes"])
def test_drift_names_files_from_the_root(root: Path, out: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = root / "shop"
    monkeypatch.chdir(elsewhere)
    options = ["--out", f"../{out}"] if out else []
    run(Path(".."), "generate", *options)
    file = f"{out or 'generated'}/orders/orders.py"
    (root / file).write_text((root / file).read_text().replace("status_code=200", "status_code=299"))
    text = run(Path(".."), "check", *options).stdout
    assert f"{file}: hand-edited\n--- a/{file}\n+++ b/{file}\n" in text
    (root / file).unlink()
    assert f"{file}: missing\n--- /dev/null\n+++ b/{file}\n" in run(Path(".."), "check", *options).stdout
    (drift,) = json.loads(run(Path(".."), "check", "--format", "json", *options).stdout)["drift"]
    assert (drift["path"], drift["drift"]) == (file, "missing")
    assert drift["diff"].startswith(f"--- /dev/null\n+++ b/{file}\n")
    annotation = run(Path(".."), "check", "--format", "github", *options).stdout
    assert annotation.startswith(f"::error file={file},line=1,col=1,title=missing::")
