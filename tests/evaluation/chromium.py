"""A real, headless Chromium, spoken to through a pipe in its own DevTools protocol."""

import json
import os
import shutil
import subprocess
import sys

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PLACE = """
import os, sys
places = [os.dup(int(number)) for number in sys.argv[1:3]]
for place, number in zip((3, 4), [os.dup(one) for one in places]):
    os.dup2(number, place)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Puts two pipes where Chromium looks for them, then becomes Chromium."""
PATIENCE_SECONDS = 60


def find_chromium():
    """Return its path; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


class Chromium:
    """One browser; pages are opened one after the other."""

    def __init__(self, path, profile):
        own, theirs = os.pipe(), os.pipe()  # to it on its 3, from it on its 4
        start = [sys.executable, "-c", PLACE, str(own[0]), str(theirs[1])]
        self.process = subprocess.Popen(
            [*start, path, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(own[0], theirs[1]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(own[0])
        os.close(theirs[1])
        self._to, self._from = os.fdopen(own[1], "wb", 0), os.fdopen(theirs[0], "rb")
        self._number, self._rest, self.events = 0, b"", []
        self._session = None

    def close(self):
        """End it."""
        self._to.close()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._from.close()

    def call(self, method, **parameters):
        """Send a command and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._to.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def open(self, address, *, width=1280, height=900, dark=False):
        """Open a page in a window, and wait until it is loaded."""
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session, self.events = attached["sessionId"], []
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Page.navigate", url=address)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._message()

    def run(self, script):
        """Return the value of a script, awaited."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def key(self, key, text=""):
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, text=text * (kind == "keyDown"))

    def click(self, selector):
        """Click into the middle of an element, once it is in view and lies still."""
        x, y = self.run(
            f"(async () => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center', behavior: 'instant'}); let b, y = NaN;"
            "const soon = () => new Promise((done) => setTimeout(done, 60));"
            "while ((b = e.getBoundingClientRect()).y !== y) { y = b.y; await soon(); }"
            "return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def requests(self):
        """Return the addresses that the page has asked for."""
        sent = [e["params"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return [each["request"]["url"] for each in sent]

    def failures(self):
        """Return what the page's scripts have thrown or complained about."""
        kinds = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        return [event["params"] for event in self.events if event["method"] in kinds]

    def _message(self):
        while b"\0" not in self._rest:
            more = os.read(self._from.fileno(), 1 << 16)
            assert more, "Chromium has gone away"
            self._rest += more
        first, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(first)
        if "method" in message:
            self.events.append(message)
        return message
