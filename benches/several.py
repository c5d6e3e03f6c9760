#!/usr/bin/env python3
"""Eight simulated modules open in one window, all with traffic: what that costs, whether each log is complete, and how soon
an unplugged one is noticed and taken up again. On a virtual screen with software rendering.

    cargo build --release
    benches/several.py target/release/xpress-center [SECONDS]

Needs, from Debian: xvfb xdotool. The modules are `xpress-center simulate`, in extended data mode with a TCP peer that sends
numbered messages at the speed of their line. What was stored is read from the program's own log, which are files that it
holds open. The modules are processes of their own and are not counted.
"""
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tty

import rig

MODULES = 8
# A message, and how many a second fill a line of 115 200 bits per second.
MESSAGE = '{{"module":{module},"number":{number:07d},"text":"the quick brown fox jumps over the lazy dog"}}\n'
RATE = 110
# Tabs have their places from the left, the same width each, and a sign of their state.
FIRST, WIDTH, TOP, BOTTOM = 8, 153, 4, 34
FILE = "/xpress-center/"


class Plug:
    """A simulated module behind a name that stays the same, whatever its pseudo-terminal is called."""

    def __init__(self, number, folder):
        self.number, self.name, self.process = number, f"{folder}/module{number}", None

    def plug_in(self):
        self.process = subprocess.Popen([OURS, "simulate", "--ap", "lab", "--seed", str(self.number + 1)],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = self.process.stdout.readline().removeprefix("port: ").strip()
        os.symlink(port, self.name + ".new")
        os.replace(self.name + ".new", self.name)

    def unplug(self):
        self.process.kill()
        self.process.wait()

    def extend(self, peer):
        """On the network, with a peer, in extended data mode."""
        port = os.open(self.name, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(port)
        for command, answer in [('AT+UWSC=0,2,"lab"', b"OK"), ("AT+UWSC=0,5,1", b"OK"), ("AT+UWSCA=0,3", b"+UUNU:0\r\n\r\n+UUNU:0"),
                                (f"AT+UDCP=tcp://127.0.0.1:{peer}/", b"+UUDPC"), ("ATO2", b"OK")]:
            os.write(port, command.encode() + b"\r")
            self.wait_for(port, answer, command)
        time.sleep(0.2)
        os.close(port)

    def wait_for(self, port, answer, command):
        heard, end = b"", time.monotonic() + 20
        while answer not in heard:
            if not select.select([port], [], [], max(0.0, end - time.monotonic()))[0]:
                sys.exit(f"module {self.number} does not answer {command}: {heard!r}")
            heard += os.read(port, 4096)


class Peer:
    """What a module is connected to."""

    def __init__(self, number):
        self.number, self.sent = number, 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]

    def pour(self):
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        connection, _ = self.server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun = time.monotonic()
        while True:
            if self.sent < RATE * (time.monotonic() - begun):
                text = MESSAGE.format(module=self.number, number=self.sent)
                try:
                    connection.sendall(text.encode())
                except OSError:
                    return
                self.sent += 1
            else:
                time.sleep(0.002)


class Window:
    """The program with every module open."""

    def __init__(self, plugs):
        self.plugs = plugs

    def __enter__(self):
        self.screen = rig.Screen().__enter__()
        ports = [part for plug in self.plugs for part in ("--port", plug.name)]
        self.program = rig.Program([OURS, *ports], self.screen.environment).__enter__()
        self.screen.focus("Xpress Center")
        self.screen.wait_for_rest()
        for number in range(len(self.plugs)):
            self.screen.do("key", f"ctrl+{number + 1}")
            time.sleep(0.5)
            self.screen.do("key", "F5")
            self.wait_until(number, lambda port: port in self.program.open_files(), 5)
        # They are found.
        time.sleep(15)
        return self

    def __exit__(self, *_):
        self.program.__exit__()
        self.screen.__exit__()

    def wait_until(self, number, seen, limit):
        """Seconds until it is so with this module's port; None if it is never."""
        begun = time.monotonic()
        while not seen(os.path.realpath(self.plugs[number].name)):
            if time.monotonic() - begun > limit:
                return None
            time.sleep(0.005)
        return time.monotonic() - begun

    def tab(self, number):
        return (FIRST + WIDTH * number, TOP, FIRST + WIDTH * (number + 1) - 30, BOTTOM)

    def numbers(self):
        """The messages in each log, in their order, by the module that they name."""
        logs = []
        for name, path in self.program.open_files().items():
            if FILE in name:
                found = re.findall(rb'"module":(\d),"number":(\d{7})', path.read_bytes())
                if found:
                    logs.append([(int(module), int(number)) for module, number in found])
        return logs


def complete(logs, sent):
    """How many of the messages are not in the right log in their order, and how many are in another."""
    missing = strange = 0
    for module, count in enumerate(sent):
        own = [log for log in logs if log[0][0] == module]
        found = [number for log in own for name, number in log if name == module]
        strange += sum(name != module for log in own for name, _ in log) + abs(len(own) - 1)
        missing += max(0, count - len(found)) if found == list(range(len(found))) else count
    return missing, strange


def main(seconds):
    with tempfile.TemporaryDirectory() as folder:
        plugs, peers = [Plug(n, folder) for n in range(MODULES)], [Peer(n) for n in range(MODULES)]
        try:
            for plug, peer in zip(plugs, peers):
                plug.plug_in()
                plug.extend(peer.port)
            with Window(plugs) as window:
                measure(window, plugs, peers, seconds)
        finally:
            for plug in plugs:
                if plug.process:
                    plug.unplug()


def measure(window, plugs, peers, seconds):
    for peer in peers:
        peer.pour()
    time.sleep(3)
    share = window.program.processor_share(seconds)
    print(f"processor, {MODULES} modules at {RATE} messages a second each: {share:.0f} % of a core")
    # One after the other is unplugged in the midst of it and plugged in again; the last one is in sight then.
    noticed, back = [], []
    # Whatever was sent some seconds before has to be in the log's file: its last 64 kB are in memory, and what is on the
    # line is lost with the cable.
    sent = []
    for number in range(MODULES):
        sent.append(peers[number].sent)
        time.sleep(10)
        before = window.screen.rows(*window.tab(number))
        plugs[number].unplug()
        noticed.append(window.screen.wait_for_change(before, *window.tab(number), limit=10, rows=6))
        plugs[number].plug_in()
        back.append(window.wait_until(number, lambda port: port in window.program.open_files(), 10))
    for words, times in [("noticed", noticed), ("taken up again", back)]:
        if None in times:
            sys.exit(f"not each one was {words}: {times}")
        print(f"unplugged and {words} after {min(times):.2f} to {max(times):.2f} s")
    missing, strange = complete(window.numbers(), sent)
    print(f"{sum(sent)} messages, {missing} missing or out of order, {strange} in another log")


if __name__ == "__main__":
    OURS = os.path.abspath(sys.argv[1])
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    main(float(sys.argv[2]) if len(sys.argv) > 2 else 30.0)
