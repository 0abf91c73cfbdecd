"""A headless Chromium, driven over a pipe by the Chrome DevTools Protocol (https://chromedevtools.github.io)."""

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections import deque
from contextlib import contextmanager

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60  # seconds for any one answer
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # continuous integration runs as root; every page is the project's own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)


def program():
    """Return where a Chromium is, None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running(profile_folder):
    """Yield a Chromium, ended afterwards."""
    commands_out, commands_in = os.pipe()
    answers_out, answers_in = os.pipe()
    # The protocol's pipe is on descriptors 3 (in) and 4 (out) of the browser.
    shell = f'exec "$0" "$@" 3<&{commands_out} 4>&{answers_in}'
    arguments = [program(), *FLAGS, f"--user-data-dir={profile_folder}", "about:blank"]
    process = subprocess.Popen(
        ["bash", "-c", shell, *arguments],
        pass_fds=(commands_out, answers_in),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(commands_out)
    os.close(answers_in)
    try:
        yield Chromium(commands_in, answers_out)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        os.close(commands_in)
        os.close(answers_out)


class Chromium:
    """Sends commands, and keeps what is reported between them."""

    def __init__(self, commands, answers):
        self._commands, self._answers = commands, answers
        self._unread, self._number = b"", 0
        self._reports = deque()

    def command(self, method, session=None, **parameters):
        """Return the result of one command."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next(PATIENCE)).get("id") != self._number:
            self._reports.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def reports(self, session, quiet=0.3):
        """Return what a page has reported, once nothing has come for *quiet* seconds."""
        while answer := self._next(quiet, required=False):
            self._reports.append(answer)
        mine = [report for report in self._reports if report.get("sessionId") == session]
        self._reports.clear()
        return mine

    def open(self, path, *, width=1280, height=900, dark=False):
        """Return a page that shows a file."""
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.command(f"{domain}.enable")
        page.show(width=width, height=height, dark=dark)
        page.command("Page.navigate", url=path.resolve().as_uri())
        page.wait("document.readyState === 'complete'")
        return page

    def _next(self, seconds, *, required=True):
        until = time.monotonic() + seconds
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], max(0, until - time.monotonic()))
            if not ready:
                assert not required, f"Chromium has not answered for {seconds} s"
                return None
            self._unread += os.read(self._answers, 1 << 20)
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)


class Page:
    """One tab."""

    def __init__(self, browser, target, session):
        self._browser, self._target, self._session = browser, target, session

    def command(self, method, **parameters):
        return self._browser.command(method, self._session, **parameters)

    def reports(self):
        """Return what the page has reported since it was asked last."""
        return self._browser.reports(self._session)

    def show(self, *, width, height, dark=False, media="screen"):
        """Set the size of the window, the colour scheme and the medium."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def evaluate(self, script):
        """Return what a script comes to, also of a promise."""
        result = self.command("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait(self, condition):
        until = time.monotonic() + PATIENCE
        while not self.evaluate(condition):
            assert time.monotonic() < until, f"never: {condition}"
            time.sleep(0.05)

    def press(self, key, code=0):
        """Press a key as a person does."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.command(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text
            )

    def screenshot(self, path, *, whole=True, height=6000):
        """Write what the page shows as PNG, the whole of it down to *height* or what the window shows."""
        clip = {}
        if whole:
            size = self.command("Page.getLayoutMetrics")["cssContentSize"]
            tall = min(size["height"], height)
            clip = {"clip": {"x": 0, "y": 0, "width": size["width"], "height": tall, "scale": 1}}
        data = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole, **clip)
        path.write_bytes(base64.b64decode(data["data"]))

    def pdf(self, path):
        """Print to a file."""
        self.command("Emulation.setEmulatedMedia", media="print", features=[])
        path.write_bytes(base64.b64decode(self.command("Page.printToPDF", preferCSSPageSize=True)["data"]))

    def close(self):
        self._browser.command("Target.closeTarget", targetId=self._target)
