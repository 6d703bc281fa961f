"""Which routers the development server serves, and what it watches."""

from pathlib import Path

import pytest

from src.lambdatwin.devtools.routers import find_routers, is_watched


@pytest.mark.parametrize(
    ("path", "watched"),
    [
        ("app.py", True),
        ("src/shop/get_order.py", True),
        ("templates/page.j2", True),
        (".local/routers/lambdatwin_routes/registry.py", False),
        (".venv/lib/python3.12/site-packages/a.py", False),
        ("env/lib/site-packages/a.py", False),
        ("web/node_modules/a/b.py", False),
        ("src/__pycache__/a.py", False),
        ("generated/shop/orders.py", False),
        ("generated_reports/a.py", True),
    ],
)
def test_only_sources_of_the_backend_are_watched(path: str, watched: bool) -> None:
    assert is_watched(path) is watched


def test_routers_are_committed_where_the_generator_has_written_them(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.codegen]\noutput = "app/routes"\n')
    routes = tmp_path / "app/routes"
    routes.mkdir(parents=True)
    (routes / "registry.py").touch()
    assert not find_routers(tmp_path).committed
    (routes / "manifest.json").write_text('{"routes": {"docstrings": 3, "sam": 2}, "handlers": 4, "files": {}}')
    found = find_routers(tmp_path)
    assert (found.committed, found.folder) == (True, Path("app/routes"))
    assert found.found == "5 routes (3 of docstrings, 2 of sam), 4 handlers, in app/routes"


def test_a_repository_without_settings_has_routers_of_its_own_only_when_asked(tmp_path: Path) -> None:
    found = find_routers(tmp_path)
    assert (found.committed, found.folder) == (False, Path(".local/routers/lambdatwin_routes"))
    assert list(tmp_path.iterdir()) == []
