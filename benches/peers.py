#!/usr/bin/env python3
"""Feeds 10 MB of lines to this program and to other terminals, as fast as each reads them, and prints a table.

    cargo build --release
    benches/peers.py target/release/xpress-center [FOLDER FOR PICTURES [PROGRAM…]]

Needs, from Debian: xvfb xdotool picocom tio minicom cutecom putty. Each program gets a pseudo-terminal of its own. `read`
is when the last byte has left that terminal. `shown` is when the last line has come out of a program for the console; of
one with a window, when its picture changed for the last time. Programs for the console are drained, and draw nothing.
"""
import os
import re
import shutil
import sys
import threading
import time

import rig

MEGABYTES = 10
LONGEST = 60


def console(name, command, screen):
    module, (outer, inner) = rig.Module(), os.openpty()
    seen, shown = bytearray(), []

    def drain():
        while True:
            try:
                got = os.read(outer, 65536)
            except OSError:
                return
            seen.extend(got)
            if not shown and rig.END in seen[-len(got) - 20 :]:
                shown.append(time.monotonic())

    with rig.Program(command(module.name), screen.environment, inner) as program:
        os.close(inner)
        threading.Thread(target=drain, daemon=True).start()
        time.sleep(3)
        seen.clear()
        resident, used = program.memory(), program.processor_time()
        data, count = rig.lines(MEGABYTES)
        begun = time.monotonic()
        read = module.pour(data, limit=LONGEST)
        while not shown and time.monotonic() - begun < LONGEST:
            time.sleep(0.01)
        missing = count - len(set(re.findall(rb"device(\d{7})", seen)))
        return row(name, read, shown[0] - begun if shown else None, program, used, resident, missing)


def window(name, command, screen, start):
    module = rig.Module()
    program = rig.Program(command(module.name), screen.environment)
    if name == "CuteCom":
        choose_port(program.home, module.name)
    with program:
        start(screen)
        screen.wait_for_rest()
        resident, used = program.memory(), program.processor_time()
        data, _ = rig.lines(MEGABYTES)
        begun = time.monotonic()
        read = module.pour(data, limit=LONGEST)
        shown = screen.wait_for_rest() - begun
        if len(sys.argv) > 2:
            screen.save(os.path.join(sys.argv[2], f"{name}.ppm"))
        return row(name, read, shown, program, used, resident, "–")


def row(name, read, shown, program, used, resident, missing):
    times = ["never" if seconds is None else f"{seconds:.2f} s" for seconds in (read, shown)]
    memory = program.memory("VmHWM") - resident
    return [name, *times, f"{program.processor_time() - used:.2f} s", f"{memory:.0f} MB", str(missing)]


def start_ours(screen):
    screen.focus("Xpress Center")
    screen.wait_for_rest()
    screen.do("key", "F5")
    time.sleep(2)


def start_putty(screen):
    screen.focus("PuTTY")


def choose_port(home, port):
    """CuteCom takes no port as an argument. Without flow control it sets RTS and DTR, which no pseudo-terminal has, and
    closes the port again."""
    folder = home / ".config" / "CuteCom"
    folder.mkdir(parents=True)
    values = {"BaudRate": 115200, "DataBits": 8, "Device": port, "FlowControl": 1, "OpenMode": 3, "Parity": 0,
              "StopBits": 1, "autoReconnect": "false", "name": "Default", "showTimestamp": "false"}
    text = "[sessions]\n" + "".join(f"1\\{key}={value}\n" for key, value in values.items()) + "size=1\n"
    (folder / "CuteCom5.conf").write_text(text)


def start_cutecom(screen):
    """Presses Open."""
    screen.focus("CuteCom - ")
    screen.wait_for_rest()
    before = screen.rows()
    screen.do("mousemove", "50", "43", "click", "1")
    screen.wait_for_change(before)


def main():
    ours = os.path.abspath(sys.argv[1])
    only = set(sys.argv[3:])
    print(f"{MEGABYTES} MB, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print("| program | last byte read | shown | processor time | memory more | missing lines |\n|---|---|---|---|---|---|")
    tools = [
        ("Xpress Center", lambda tty: [ours, "--port", tty], start_ours),
        ("PuTTY", lambda tty: ["putty", "-serial", tty, "-sercfg", "115200,8,n,1,N"], start_putty),
        ("CuteCom", lambda _: ["cutecom"], start_cutecom),
        ("picocom", lambda tty: ["picocom", "-b", "115200", tty], None),
        ("minicom", lambda tty: ["minicom", "-D", tty, "-o"], None),
        ("tio", lambda tty: ["tio", tty], None),
    ]
    for name, command, start in tools:
        if only and name not in only:
            continue
        if shutil.which(command("")[0]) is None:
            print(f"| {name} | not installed | | | | |")
            continue
        with rig.Screen() as screen:
            cells = window(name, command, screen, start) if start else console(name, command, screen)
        print("| " + " | ".join(cells) + " |", flush=True)


main()
