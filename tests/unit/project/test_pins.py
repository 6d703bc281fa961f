"""One set of versions, whichever way they are installed."""

import tomllib
from typing import Any

from tests.support.mirror_pins import mirrored, pins
from tests.support.postgres import ROOT


def test_uv_run_installs_what_the_lock_pins() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["uv"]["constraint-dependencies"] == pins()
    assert len(pins()) > 100


def test_mirroring_again_changes_nothing() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert mirrored(project, pins()) == project
    cleared = mirrored(project, [])
    assert cleared != project
    assert mirrored(cleared, pins()) == project


def test_production_has_the_same_versions_and_every_pin_has_hashes() -> None:
    development = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    production = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = {line.split()[0] for line in development.splitlines() if "==" in line}
    needed = {line.split()[0] for line in production.splitlines() if "==" in line}
    assert needed
    assert needed < pinned
    for text in (development, production):
        entries = [entry for entry in text.replace("\\\n", " ").splitlines() if "==" in entry]
        assert all("--hash=sha256:" in entry for entry in entries)
        assert "://" not in text


def test_what_extras_need_is_installed_for_developers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    installed = set(_requirements(project["dependency-groups"], "dev"))
    extras = project["project"]["optional-dependencies"]
    needed = {name: set(extras[name]) for name in ("codegen", "local", "parity", "postgres")}
    assert {name: wanted - installed for name, wanted in needed.items() if wanted - installed} == {}


def _requirements(groups: dict[str, list[Any]], name: str) -> list[str]:
    found: list[str] = []
    for entry in groups[name]:
        found += [entry] if isinstance(entry, str) else _requirements(groups, entry["include-group"])
    return found
