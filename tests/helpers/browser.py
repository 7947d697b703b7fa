"""A headless Chromium that a test drives: it opens a page, presses keys, clicks, and asks the page."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_PATIENCE_S = 120


class Browser:
    """Speaks DevTools' protocol through two pipes: https://chromedevtools.github.io/devtools-protocol/"""

    def __init__(self, folder: Path, width: int = 1440, height: int = 900) -> None:
        assert CHROMIUM is not None
        down, self._write = os.pipe()
        self._read, up = os.pipe()
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
            f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}", "about:blank",
        ]  # fmt: skip

        def arrange() -> None:
            os.dup2(down, 3)
            os.dup2(up, 4)

        for each in (down, up):
            os.set_inheritable(each, True)
        self._process = subprocess.Popen(
            command, preexec_fn=arrange, close_fds=False, start_new_session=True, stderr=subprocess.DEVNULL
        )
        for each in (down, up):
            os.close(each)
        self._numbers, self._rest, self._session = count(1), b"", ""
        self.said: list[dict[str, Any]] = []
        """What the browser told without being asked: requests, messages of the console, exceptions."""
        pages = self.ask("Target.getTargets")["targetInfos"]
        page = next(each["targetId"] for each in pages if each["type"] == "page")
        self._session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")
        self.resize(width, height)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        for answer in self._messages():
            if answer.get("id") == number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.said.append(answer)
        raise AssertionError("the browser has ended")

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            message, end, rest = self._rest.partition(b"\0")
            if end:
                self._rest = rest
                yield json.loads(message)
                continue
            assert select.select([self._read], [], [], _PATIENCE_S)[0], "the browser says nothing"
            more = os.read(self._read, 1 << 16)
            if not more:
                return
            self._rest += more

    def open(self, page: Path) -> None:
        """Open a page and wait until it is loaded."""
        self.said.clear()
        self.ask("Page.navigate", url=page.as_uri())
        while not any(each["method"] == "Page.loadEventFired" for each in self.said):
            self.said.append(next(self._messages()))

    def value(self, expression: str) -> Any:
        """Return what an expression of JavaScript is in the page, where no policy of the page's holds it back."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36}
        codes |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key])

    def point(self, selector: str, *, click: bool = False, at: float = 0.5) -> None:
        """Move the mouse to an element, `at` of its height from the top, in sight first; and click if wanted."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.value(f"{found}.scrollIntoView({{block: 'center'}})")
        x, y, width, height = self.value(f"(r => [r.x, r.y, r.width, r.height])({found}.getBoundingClientRect())")
        place = {"x": x + width / 2, "y": y + height * at}
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", **place)
        if click:
            for kind in ("mousePressed", "mouseReleased"):
                self.ask("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def prefer(self, scheme: str = "light", media: str = "") -> None:
        """Have the reader's system prefer a side, light or dark, or show the page as for `print`."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=media, features=features)

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)

    def screenshot(self) -> str:
        """Return a PNG of what is in sight, in base64."""
        data: str = self.ask("Page.captureScreenshot")["data"]
        return data


@contextmanager
def opened(page: Path, folder: Path, width: int = 1440, height: int = 900) -> Iterator[Browser]:
    with Browser(folder, width, height) as browser:
        browser.open(page)
        yield browser
