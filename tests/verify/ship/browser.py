"""A headless Chromium, driven over WebDriver, that can reach one address of this machine and nothing else."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.support.development import free_port

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_PATIENCE = 60.0
_WEB = frozenset({"http", "https"})
_MISSING = "Chromium and chromedriver are missing: on Debian or Ubuntu `apt-get install chromium chromium-driver`."


@dataclass(frozen=True, slots=True)
class Browser:
    """One session. Elements are found by CSS selectors; everything waits until it is there."""

    http: httpx.Client
    session: str

    def open(self, url: str) -> None:
        self._post("url", url=url)

    def find(self, selector: str, seconds: float = _PATIENCE) -> str:
        """The first visible element."""
        script = "return [...document.querySelectorAll(arguments[0])].find(e => e.getClientRects().length) ?? null"
        return str(self.wait(lambda: (self.run(script, selector) or {}).get(_ELEMENT), selector, seconds))

    def click(self, selector: str) -> None:
        element = self.find(selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", {_ELEMENT: element})
        self._post(f"element/{element}/click")

    def write(self, selector: str, text: str) -> None:
        self._post(f"element/{self.find(selector)}/value", text=text)

    def text(self, selector: str) -> str:
        element = self.find(selector)
        return str(self.run("return arguments[0].innerText", {_ELEMENT: element}))

    def run(self, script: str, *arguments: Any) -> Any:
        """JavaScript in the page."""
        return self._post("execute/sync", script=script, args=list(arguments))

    def windows(self) -> list[str]:
        return list(self._get("window/handles"))

    def switch_to(self, window: str) -> None:
        self._post("window", handle=window)

    def wait(self, ask: Callable[[], Any], what: str, seconds: float = _PATIENCE) -> Any:
        """Ask until there is something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = ask()
            if answer:
                return answer
        raise AssertionError(f"{what} did not come: {self.run('return document.body.innerText')[:1500]}")

    def screenshot(self, file: Path) -> None:
        """The whole page as a PNG."""
        height = self.run("return Math.min(document.documentElement.scrollHeight, 4000)")
        self._post("window/rect", width=1280, height=max(900, int(height) + 150))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(self._get("screenshot")))

    def console_errors(self) -> list[str]:
        """What the page's console has said of errors since the last call."""
        said = self._post("se/log", type="browser")
        return [entry["message"] for entry in said if entry["level"] == "SEVERE"]

    def close(self) -> None:
        self.http.delete(f"/session/{self.session}")

    def _post(self, command: str, **body: Any) -> Any:
        return _value(self.http.post(f"/session/{self.session}/{command}", json=body))

    def _get(self, command: str) -> Any:
        return _value(self.http.get(f"/session/{self.session}/{command}"))


def _value(answer: httpx.Response) -> Any:
    value = answer.json()["value"]
    assert answer.status_code == 200, value
    return value


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in `folder`; `requested_hosts(folder)` tells afterwards whom it has asked."""
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("google-chrome")
    assert driver is not None, _MISSING
    assert chromium is not None, _MISSING
    port = free_port()
    process = subprocess.Popen([driver, f"--port={port}", "--log-level=WARNING"], stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as http:
            _await_driver(http)
            running = Browser(http, _value(http.post("/session", json=_wanted(chromium, folder)))["sessionId"])
            try:
                yield running
            finally:
                running.close()
    finally:
        process.terminate()
        process.wait(10)


def _await_driver(http: httpx.Client) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            if http.get("/status").json()["value"]["ready"]:
                return
        except httpx.TransportError:
            continue
    raise AssertionError("chromedriver does not answer")


def _wanted(chromium: str, folder: Path) -> dict[str, Any]:
    switches = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-sync",
        "--window-size=1280,1400",
        # Every name but this machine's is unknown, so that nothing can leave it.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={folder / 'profile'}",
        f"--log-net-log={folder / 'net.json'}",
    ]
    options = {"binary": chromium, "args": switches}
    logged = {"goog:loggingPrefs": {"browser": "ALL"}}
    return {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options, **logged}}}


def requested_hosts(folder: Path) -> set[str]:
    """Host and port of every request that a page began, answered or not; the browser's own wishes are left out."""
    log = json.loads((folder / "net.json").read_text(encoding="utf-8"))
    begun = [event["params"] for event in log["events"] if "url" in event.get("params", {})]
    return {urlsplit(one["url"]).netloc for one in begun if urlsplit(one.get("initiator", "")).scheme in _WEB}
