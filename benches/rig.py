"""What the measurements of whole programs share: a screen that can be looked at, a module at the other end of a
pseudo-terminal, and what the system knows of a process. It measures nothing itself.

Needs, from Debian: xvfb xdotool.
"""
import array
import fcntl
import mmap
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time
import tty

LINE = b'+UUPING:1,32,"device%07d.example.com",10.0.0.1,64,21\r\n'
END = b"END-OF-RUN"
TICK = os.sysconf("SC_CLK_TCK")
WIDTH, HEIGHT = 1280, 800
# More rows of the screen than a text cursor is high.
SEEN = 24


class Screen:
    """A virtual screen with software rendering, whose picture is read from its memory, without a word to its server."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp()
        reading, writing = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp",
             "-fbdir", self.folder], pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as said:
            name = ":" + said.readline().strip()
        self.environment = {**os.environ, "DISPLAY": name, "LIBGL_ALWAYS_SOFTWARE": "1", "TERM": "xterm"}
        self.environment.pop("WAYLAND_DISPLAY", None)
        with open(os.path.join(self.folder, "Xvfb_screen0"), "rb") as file:
            self.memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # Of the XWD header: its size, the bytes of a row, and how many colours stand behind it.
        header = struct.unpack(">25I", self.memory[:100])
        self.row, self.start = header[12], header[0] + 12 * header[19]
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def rows(self, left=0, top=0, right=WIDTH, bottom=HEIGHT):
        """What is seen there, row by row."""
        starts = (self.start + self.row * number for number in range(top, bottom))
        return [self.memory[start + 4 * left : start + 4 * right] for start in starts]

    def differs(self, before, *place, rows=SEEN):
        """Whether more rows than a text cursor has are not what they were."""
        return sum(new != old for new, old in zip(self.rows(*place), before)) >= rows

    def wait_for_change(self, before, *place, limit=30.0, rows=SEEN):
        """Seconds until a place looks different; None if it does not."""
        begun = time.monotonic()
        while not self.differs(before, *place, rows=rows):
            if time.monotonic() - begun > limit:
                return None
            time.sleep(0.001)
        return time.monotonic() - begun

    def wait_for_rest(self, *place, rest=1.0, limit=60.0):
        """When a place changed for the last time before it stayed the same, on the monotonic clock."""
        changed, before = time.monotonic(), self.rows(*place)
        begun = changed
        while time.monotonic() - changed < rest and time.monotonic() - begun < limit:
            time.sleep(0.005)
            now = time.monotonic()
            if self.differs(before, *place):
                changed, before = now, self.rows(*place)
        return changed

    def save(self, path):
        """The whole screen as a picture."""
        data = b"".join(self.rows())
        with open(path, "wb") as file:
            file.write(b"P6 %d %d 255\n" % (WIDTH, HEIGHT))
            colours = bytearray(3 * WIDTH * HEIGHT)
            for place, byte in ((0, 2), (1, 1), (2, 0)):
                colours[place::3] = data[byte::4]
            file.write(colours)

    def do(self, *arguments):
        """What a person does, in the words of xdotool."""
        subprocess.run(["xdotool", *arguments], check=False, timeout=60, env=self.environment,
                       stdout=subprocess.DEVNULL)

    def focus(self, name):
        """Waits for a window of this name and gives it the keyboard."""
        self.do("search", "--sync", "--onlyvisible", "--name", name, "windowfocus", "--sync")


class Program:
    """A program under measurement, in a home of its own."""

    def __init__(self, command, environment, terminal=None):
        self.home = pathlib.Path(tempfile.mkdtemp())
        self.environment = {**environment, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / ".config")}
        self.command, self.terminal, self.process = command, terminal, None

    def __enter__(self):
        ends = subprocess.DEVNULL if self.terminal is None else self.terminal
        self.process = subprocess.Popen(self.command, stdin=ends, stdout=ends, stderr=ends, env=self.environment,
                                        process_group=0)
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def family(self):
        """It and its children."""
        waiting, found = [self.process.pid], []
        while waiting:
            one = waiting.pop()
            found.append(one)
            for children in pathlib.Path(f"/proc/{one}/task").glob("*/children"):
                try:
                    waiting += [int(child) for child in children.read_text().split()]
                except OSError:
                    pass
        return found

    def processor_time(self):
        """Seconds of a processor that were used."""
        ticks = 0
        for one in self.family():
            try:
                fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
            except OSError:
                pass
        return ticks / TICK

    def processor_share(self, seconds):
        """Percent of a processor in the time to come."""
        used, begun = self.processor_time(), time.monotonic()
        time.sleep(seconds)
        return 100 * (self.processor_time() - used) / (time.monotonic() - begun)

    def memory(self, key="VmRSS"):
        """Megabytes, by a key of /proc/PID/status."""
        total = 0
        for one in self.family():
            try:
                total += int(re.search(key + r":\s+(\d+)", pathlib.Path(f"/proc/{one}/status").read_text())[1])
            except (OSError, TypeError):
                pass
        return total / 1024

    def open_files(self):
        """The files that it has open, by what they are called: their paths in /proc."""
        found = {}
        for link in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                found[os.readlink(link)] = link
            except OSError:
                pass
        return found


class Module:
    """One end of a pseudo-terminal, which says yes to every command until it pours."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.name = os.ttyname(self.slave)
        self.pouring = False
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        while True:
            try:
                got = os.read(self.master, 4096)
                if not self.pouring:
                    os.write(self.master, b"\r\nOK\r\n" * got.count(b"\r"))
            except OSError:
                return

    def pour(self, data, rate=None, limit=300.0):
        """Writes all of it, as fast as it is read or at so many bytes a second, and waits until it is read.
        Says how long that took, or None if it took too long."""
        self.pouring = True
        begun = time.monotonic()
        writer = threading.Thread(target=self.write, args=(data, rate), daemon=True)
        writer.start()
        writer.join(limit)
        waiting = array.array("i", [1])
        while (writer.is_alive() or waiting[0]) and time.monotonic() - begun < limit:
            fcntl.ioctl(self.slave, termios.FIONREAD, waiting)
            time.sleep(0.001)
        return None if writer.is_alive() or waiting[0] else time.monotonic() - begun

    def write(self, data, rate):
        view, begun, sent = memoryview(data), time.monotonic(), 0
        while sent < len(data):
            if rate:
                due = min(len(data), int(rate * (time.monotonic() - begun)))
                if due == sent:
                    time.sleep(0.002)
                    continue
            else:
                due = len(data)
            sent += os.write(self.master, view[sent : min(due, sent + 65536)])


def lines(megabytes):
    """Numbered lines and a last one; how many there are."""
    count = int(megabytes * 1e6) // len(LINE % 0)
    return b"".join(LINE % number for number in range(count)) + END + b"\r\n", count
