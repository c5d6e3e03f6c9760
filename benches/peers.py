#!/usr/bin/env python3
"""Feeds 10 MB of lines to this program and to other terminals, as fast as each reads them, and prints a table.

    cargo build --release
    xvfb-run -s '-screen 0 1280x800x24' benches/peers.py target/release/xpress-center

Needs, from Debian: xvfb xdotool picocom tio minicom putty. Each program gets a pseudo-terminal of its own. `read`
is when the last byte has left that terminal. `shown` is when the last line has come out of a program for the console; of
one with a window, when its processor time has come to rest afterwards. Programs for the console are drained, and draw nothing.
"""
import array
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import threading
import time
import tty

MEGABYTES = 10
LONGEST = 60
LINE = b'+UUPING:1,32,"device%07d.example.com",10.0.0.1,64,21\r\n'
END = b"END-OF-RUN"
TICK = os.sysconf("SC_CLK_TCK")


def family(process):
    """A process and its children."""
    found = [process]
    try:
        for task in os.listdir(f"/proc/{process}/task"):
            children = pathlib.Path(f"/proc/{process}/task/{task}/children").read_text().split()
            for child in children:
                found += family(int(child))
    except FileNotFoundError:
        pass
    return found


def processor_time(process):
    """Seconds of a processor that it and its children have used."""
    ticks = 0
    for one in family(process):
        try:
            fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except FileNotFoundError:
            pass
    return ticks / TICK


def memory(process, key):
    """Megabytes, by a key of /proc/PID/status."""
    total = 0
    for one in family(process):
        try:
            total += int(re.search(key + r":\s+(\d+)", pathlib.Path(f"/proc/{one}/status").read_text())[1])
        except (FileNotFoundError, TypeError):
            pass
    return total / 1024


class Module:
    """One end of a pseudo-terminal, which says yes to every command until the flood begins."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.name = os.ttyname(self.slave)
        self.flooding = False
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        while not self.flooding:
            try:
                got = os.read(self.master, 4096)
            except OSError:
                return
            if not self.flooding:
                os.write(self.master, b"\r\nOK\r\n" * got.count(b"\r"))

    def flood(self, begun):
        self.flooding = True
        count = MEGABYTES * 1_000_000 // len(LINE % 0)
        data = b"".join(LINE % number for number in range(count)) + END + b"\r\n"
        os.set_blocking(self.master, False)
        sent = 0
        while sent < len(data) and time.time() - begun < LONGEST:
            try:
                sent += os.write(self.master, data[sent : sent + 4096])
            except BlockingIOError:
                time.sleep(0.0005)
        waiting = array.array("i", [1])
        while waiting[0] and time.time() - begun < LONGEST:
            fcntl.ioctl(self.slave, termios.FIONREAD, waiting)
            time.sleep(0.001)
        return count


def key_to_window(name, *arguments):
    """Waits for a window of this name and does something to it."""
    subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", name, *arguments],
                   check=False, timeout=30, stdout=subprocess.DEVNULL)


def measure(name, kind, command, module, prepare, environment):
    seen, shown = bytearray(), [None]
    if kind == "console":
        outer, inner = os.openpty()
        process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=environment, start_new_session=True)
        os.close(inner)

        def drain():
            while True:
                try:
                    got = os.read(outer, 65536)
                except OSError:
                    return
                seen.extend(got)
                if END in seen[-len(got) - 20 :]:
                    shown[0] = time.time()

        threading.Thread(target=drain, daemon=True).start()
    else:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=environment, start_new_session=True)
    try:
        time.sleep(2)
        prepare()
        time.sleep(4)
        used = processor_time(process.pid)
        time.sleep(2)
        idle = (processor_time(process.pid) - used) / 2
        seen.clear()
        resident, used, begun = memory(process.pid, "VmRSS"), processor_time(process.pid), time.time()
        count = module.flood(begun)
        read = time.time() - begun
        if kind == "console":
            while shown[0] is None and time.time() - begun < LONGEST:
                time.sleep(0.01)
            at_rest = (shown[0] or time.time()) - begun
        else:
            at_rest, last = read, processor_time(process.pid)
            while time.time() - begun < LONGEST:
                time.sleep(0.25)
                now = processor_time(process.pid)
                if now - last < max(0.04, idle * 0.4):
                    break
                last, at_rest = now, time.time() - begun
        lines = len(set(re.findall(rb"device(\d{7})", seen))) if kind == "console" else None
        return {
            "tool": name, "read_s": round(read, 2), "shown_s": round(at_rest, 2), "idle_percent": round(idle * 100, 1),
            "cpu_s": round(processor_time(process.pid) - used, 2),
            "memory_mb": round(memory(process.pid, "VmHWM") - resident), "missing": "–" if lines is None else count - lines,
        }
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main():
    ours = os.path.abspath(sys.argv[1])
    print(f"{MEGABYTES} MB, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print("| program | last byte read | shown | processor time | memory more | missing lines |\n|---|---|---|---|---|---|")
    tools = [
        ("Xpress Center", "window", lambda tty: [ours, "--port", tty],
         lambda: key_to_window("Xpress Center", "windowfocus", "--sync", "key", "F5")),
        ("picocom", "console", lambda tty: ["picocom", "-b", "115200", tty], lambda: None),
        ("tio", "console", lambda tty: ["tio", tty], lambda: None),
        ("minicom", "console", lambda tty: ["minicom", "-D", tty, "-o"], lambda: None),
        ("PuTTY", "window", lambda tty: ["putty", "-serial", tty, "-sercfg", "115200,8,n,1,N"], lambda: None),
    ]
    for name, kind, command, prepare in tools:
        if name != "Xpress Center" and shutil.which(command("")[0]) is None:
            print(f"| {name} | not installed | | | | |")
            continue
        module, home = Module(), pathlib.Path(tempfile.mkdtemp())
        environment = {**os.environ, "HOME": str(home), "TERM": "xterm", "XDG_CONFIG_HOME": str(home / ".config")}
        found = measure(name, kind, command(module.name), module, prepare, environment)
        print("| {tool} | {read_s} s | {shown_s} s | {cpu_s} s | {memory_mb} MB | {missing} |".format(**found), flush=True)
        print(json.dumps(found), file=sys.stderr)
        shutil.rmtree(home, ignore_errors=True)


main()
