"""Sources that no parser should be trusted with: each is a finding or is read, and the other handlers are there."""

import errno
import os
import sys
from pathlib import Path

import pytest

from codegen.codebase import Target
from codegen.diagnostics import Severity
from codegen.pipeline import Pipeline
from codegen.settings import Settings
from tests.golden.codegen.cases import code_base

TAIL = """
import anyio, json
async def async_handler(event, _):
    '''Handle GET /x for x.'''
    return {"statusCode": 200, "body": json.dumps({"ok": True})}
def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
"""
REFUSED = {
    "nul": b"a = 1\x00\n",
    "not_utf_8": b"a = '\xe9'\n",
    "bad_cookie": b"# coding: nowhere\n",
    "mixed_tabs": b"if 1:\n\tx = 1\n        y = 1\n",
    "deep_brackets": b"x = " + b"(" * 20000 + b"1" + b")" * 20000 + b"\n",
    "open_brackets": b"x = " + b"[" * 5000,
    "long_chain": b"x = a" + b".b" * 20000 + b"\n",
    "long_sum": b"x = " + b"1+" * 20000 + b"1\n",
    "signs": b"x = " + b"-" * 20000 + b"1\n",
    "nots": b"x = " + b"not " * 20000 + b"1\n",
    "elifs": b"if a:\n  pass\n" + b"elif a:\n  pass\n" * 5000,
}
READ = {
    "empty": b"",
    "bom": b"\xef\xbb\xbf",
    "latin": b"# -*- coding: latin-1 -*-\nname = '\xe9'\n",
    "crlf": b"x = 1\r\ny = 2\r\n",
    "tabs": b"def f():\n\treturn 1\n",
    "nested_f_strings": b'x = f"{"a" + f"{1 + 1}"}"\n',
    "type_statement": b"type Ids[T] = list[T]\ndef first[T](items: Ids[T]) -> T: ...\n",
    "match": b"match 1:\n    case {'a': [1, *rest], **more}: pass\n    case int(real=x): pass\n    case _: pass\n",
    "digits": b"x = " + b"9" * 6000 + b"\n",
    "except_star": b"try:\n    pass\nexcept* ValueError as e:\n    pass\n",
}


def read(root: Path) -> tuple[int, list[str]]:
    endpoints, findings = Pipeline(Target(root, root / "generated", Settings(), cache=False)).read()
    return len(endpoints), [f.code for f in findings if f.severity is Severity.ERROR]


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_source_is_one_finding(name: str, tmp_path: Path) -> None:
    handler = code_base(tmp_path)
    handler.with_name("strange.py").write_bytes(REFUSED[name])
    assert read(tmp_path) == (1, ["CG101"])


@pytest.mark.parametrize("name", READ)
def test_an_unusual_source_is_read(name: str, tmp_path: Path) -> None:
    handler = code_base(tmp_path)
    newline = b"\r\n" if name == "crlf" else b"\n"
    handler.with_name("strange.py").write_bytes(READ[name] + TAIL.encode().replace(b"\n", newline))
    assert read(tmp_path) == (2, [])


def test_loops_of_links_end(tmp_path: Path) -> None:
    code_base(tmp_path)
    (tmp_path / "shop/orders/aws_lambda/loop").symlink_to(tmp_path / "shop")
    (tmp_path / "shop/orders/aws_lambda/self.py").symlink_to("self.py")
    assert read(tmp_path) == (1, [])


@pytest.mark.parametrize("link", ["shop/parcels", "shop/parcels/aws_lambda"])
def test_a_link_to_handlers_elsewhere_removes_no_route(link: str, tmp_path: Path) -> None:
    """Links are not followed; one to handlers that are read where they are is no fault."""
    root, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    code_base(root)
    code_base(elsewhere)
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(elsewhere / link.replace("parcels", "orders"))
    (root / "shop/again").symlink_to(root / "shop/orders")
    pipeline = Pipeline(Target(root, root / "generated", Settings(), cache=False))
    assert [(f.code, f.spot.path, f.message) for f in pipeline.run().findings] == [
        (
            "CG101",
            f"{link}/",
            "the folder cannot be read: it is a link out of `sources`; name it in `exclude` to leave it out",
        ),
    ]
    kept = Pipeline(Target(root, root / "generated", Settings(exclude=(link,)), cache=False)).run()
    assert (kept.findings, kept.files is None) == ((), False)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that fails to be read, also for the superuser")
def test_a_file_that_cannot_be_read_removes_no_route(tmp_path: Path) -> None:
    handler = code_base(tmp_path)
    handler.with_name("strange.py").symlink_to("/proc/self/mem")
    pipeline = Pipeline(Target(tmp_path, tmp_path / "generated", Settings(), cache=False))
    found = [(f.code, f.spot.path, f.message) for f in pipeline.run().findings if f.severity is Severity.ERROR]
    assert found == [
        ("CG101", "shop/orders/aws_lambda/strange.py", "the file cannot be read: Input/output error"),
    ]


def test_a_folder_that_cannot_be_read_removes_no_route(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = code_base(tmp_path).parent / "more"
    folder.mkdir()
    listed = os.scandir

    def scandir(path: str) -> object:  # the superuser may read every folder
        if str(path) == str(folder):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    pipeline = Pipeline(Target(tmp_path, tmp_path / "generated", Settings(), cache=False))
    outcome = pipeline.run()
    assert outcome.files is None
    assert [(f.code, f.spot.path, f.message) for f in outcome.findings if f.severity is Severity.ERROR] == [
        ("CG101", "shop/orders/aws_lambda/more/", "the folder cannot be read: Permission denied"),
    ]


def test_what_editors_leave_behind_is_passed_over(tmp_path: Path) -> None:
    handler = code_base(tmp_path)
    handler.with_name("._fetch_order.py").write_bytes(b"\x00\x05\x16\x07")
    handler.with_name(".#fetch_order.py").symlink_to("somebody@somewhere.1")
    handler.with_name(".fetch_order.py").write_bytes(TAIL.encode())
    assert read(tmp_path) == (1, [])


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    handler = code_base(tmp_path)
    os.mkfifo(handler.with_name("pipe.py"))
    os.mkfifo(tmp_path / "template.yaml")
    assert read(tmp_path) == (1, [])
