#!/usr/bin/env python3
"""Holds the real window against its budgets, on a virtual screen with software rendering, and prints a table.

    cargo build --release
    benches/window.py target/release/xpress-center [ROW…]

Needs, from Debian: xvfb xdotool cutecom. A pseudo-terminal stands for the module; it has flow control, as the module
has: a slow program holds it back, and nothing is lost on the way. What was stored is read from the program's own log,
which is a file that it holds open.
"""
import os
import re
import shutil
import statistics
import sys
import threading
import time

import rig

# Where things are in the window, at 1280 × 800.
PAGE = (340, 60, 1120, 580)
# "Jump to end", which stands there while a list does not follow its end.
JUMP = (1195, 672, 1262, 742)
CONNECT = (350, 8, 470, 42)
SETTINGS, SET_UP = ("72", "247"), ("66", "77")
CLEAR, IN_CONSOLE = ("1185", "610"), ("600", "700")
FILE = "/xpress-center/"


class Window:
    """The program with an open port and nothing to do."""

    def __init__(self, connected=True):
        self.connected = connected

    def __enter__(self):
        self.screen, self.module = rig.Screen().__enter__(), rig.Module()
        self.program = rig.Program([OURS, "--port", self.module.name], self.screen.environment).__enter__()
        self.screen.focus("Xpress Center")
        self.screen.wait_for_rest()
        if self.connected:
            self.screen.do("key", "F5")
            time.sleep(3)
        return self

    def __exit__(self, *_):
        self.program.__exit__()
        self.screen.__exit__()

    def pour(self, data, rate=None):
        """Pours in the background; the list gets how long it took."""
        took = []
        thread = threading.Thread(target=lambda: took.append(self.module.pour(data, rate)), daemon=True)
        thread.start()
        return thread, took

    def click(self, place, seen):
        """Clicks there; milliseconds from letting go of the button until the other place looks different."""
        self.screen.do("mousemove", *place, "mousedown", "1")
        time.sleep(0.05)
        before = self.screen.rows(*seen)
        begun = time.monotonic()
        self.screen.do("mouseup", "1")
        if self.screen.wait_for_change(before, *seen, limit=5) is None:
            sys.exit(f"Nothing answered a click at {place}: has the window another layout?")
        return 1000 * (time.monotonic() - begun)

    def click_while(self, thread, pause):
        """Goes from page to page until the thread ends; milliseconds each."""
        took, places = [], [SETTINGS, SET_UP]
        while thread.is_alive():
            took.append(self.click(places[len(took) % 2], PAGE))
            time.sleep(pause)
        return took

    def log(self):
        """The file with the lines of the console."""
        return next(path for name, path in self.program.open_files().items() if FILE in name)

    def missing(self, count):
        """How many of the lines poured are not in the log, or not in their order. More lines push the last ones into it."""
        self.module.pour(b'+UUDPC:1,1,"filler"\r\n' * 20_000)
        self.screen.wait_for_rest()
        found = [int(number) for number in re.findall(rb"device(\d{7})", self.log().read_bytes())]
        return sum(new != old for new, old in zip(found, range(count))) + abs(count - len(found))


def visible():
    def once(command):
        with rig.Screen() as screen:
            before = screen.rows()
            with rig.Program(command, screen.environment):
                return screen.wait_for_change(before, rows=200)

    ours = statistics.median(once([OURS]) for _ in range(5))
    if shutil.which("cutecom") is None:
        return f"{ours:.2f} s; CuteCom is not installed"
    theirs = statistics.median(once(["cutecom"]) for _ in range(5))
    return f"{ours:.2f} s, CuteCom {theirs:.2f} s: {ours / theirs:.1f} ×"


def disconnected():
    with Window(connected=False) as window:
        return f"{window.program.processor_share(10):.1f} %, {window.program.memory():.0f} MB of memory"


def idle():
    with Window() as window:
        return f"{window.program.processor_share(20):.1f} %"


def steady(rate):
    with Window() as window:
        data, _ = rig.lines(rate * 25 / 1e6)
        window.pour(data, rate)
        time.sleep(2)
        return f"{window.program.processor_share(20):.0f} %"


def busy():
    with Window() as window:
        data, count = rig.lines(300_000 * 60 / 1e6)
        thread, took = window.pour(data, 300_000)
        clicks = window.click_while(thread, 0.2)
        return f"{window.missing(count)} of {count} lines, {took[0]:.1f} s; {answered(clicks)}"


def flood():
    with Window() as window:
        before = window.program.memory()
        data, count = rig.lines(100)
        thread, took = window.pour(data)
        clicks = window.click_while(thread, 0.02)
        window.screen.wait_for_rest()
        memory = window.program.memory("VmHWM") - before
        rate = len(data) / 1e6 / took[0]
        missing = window.missing(count)
        return f"{missing} of {count} lines, {rate:.0f} MB/s; {answered(clicks)}; {memory:.0f} MB more memory"


def control():
    with Window() as window:
        data, _ = rig.lines(400)
        window.pour(data)
        time.sleep(1)
        window.screen.do("mousemove", *IN_CONSOLE)
        before, begun = window.screen.rows(*JUMP), time.monotonic()
        window.screen.do("mousedown", "4")
        window.screen.wait_for_change(before, *JUMP, limit=5)
        stopped = 1000 * (time.monotonic() - begun)
        log = window.log()
        window.screen.do("mouseup", "4", "mousemove", *CLEAR, "mousedown", "1")
        time.sleep(0.05)
        before, begun = log.stat().st_size, time.monotonic()
        window.screen.do("mouseup", "1")
        while log.stat().st_size >= before and time.monotonic() - begun < 5:
            time.sleep(0.001)
        cleared = 1000 * (time.monotonic() - begun)
        before, begun = window.screen.rows(*CONNECT), time.monotonic()
        window.screen.do("keydown", "F5")
        window.screen.wait_for_change(before, *CONNECT, rows=8, limit=5)
        while window.module.name in window.program.open_files() and time.monotonic() - begun < 5:
            time.sleep(0.001)
        ended = 1000 * (time.monotonic() - begun)
        return f"{stopped:.0f}, {cleared:.0f}, {ended:.0f} ms"


def answered(clicks):
    """In milliseconds."""
    clicks = sorted(clicks)
    return f"{len(clicks)} clicks answered in {statistics.median(clicks):.0f} ms, the slowest in {clicks[-1]:.0f} ms"


def size():
    return f"{os.path.getsize(OURS) / 1e6:.1f} MB"


ROWS = {
    "visible": ("window visible", "≤ 3 × CuteCom", visible),
    "disconnected": ("processor, disconnected", "0", disconnected),
    "idle": ("processor, port open, nothing comes", "≤ 0.5 % of a core", idle),
    "slow": ("processor at 11.5 kB/s", "≤ 25 %", lambda: steady(11_520)),
    "fast": ("processor at 92 kB/s", "≤ 30 %", lambda: steady(92_160)),
    "busy": ("lost at 300 kB/s for a minute, from page to page meanwhile", "0", busy),
    "flood": ("lost of 100 MB as fast as it goes", "0, clicks ≤ 100 ms, memory ≤ 64 MB", flood),
    "control": ("stop following, clear, disconnect in such a flood", "≤ 100 ms", control),
    "size": ("size of the program", "≤ 25 MB", size),
}

if __name__ == "__main__":
    OURS = os.path.abspath(sys.argv[1])
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print("| what | budget | measured |\n|---|---|---|")
    for row in sys.argv[2:] or ROWS:
        what, budget, measure = ROWS[row]
        print(f"| {what} | {budget} | {measure()} |", flush=True)
