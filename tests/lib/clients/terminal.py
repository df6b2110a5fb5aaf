"""Runs a command on a terminal of its own and plays a person who types.

    terminal.py STEPS COMMAND…

STEPS is JSON: [["expect","text"],["send","keys"],["resize",100,40],["signal",15],["eof"]…]. Prints JSON:
{"output":…,"status":…,"restored":true when the terminal's modes are what they were,"failed":step or null}
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 30.0


def main():
    steps, command = json.loads(sys.argv[1]), sys.argv[2:]
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    before = termios.tcgetattr(slave)
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for descriptor in (0, 1, 2):
            os.dup2(slave, descriptor)
        os.closerange(3, 256)
        os.execvp(command[0], command)

    output, searched, failed, status = b"", 0, None, None
    deadline = time.monotonic() + LIMIT

    def read(wait):
        nonlocal output
        ready, _, _ = select.select([master], [], [], wait)
        if ready:
            try:
                output += os.read(master, 65536)
            except OSError:
                return False
        return True

    def exited():
        nonlocal status
        if status is None:
            pid, raw = os.waitpid(child, os.WNOHANG)
            if pid:
                status = os.waitstatus_to_exitcode(raw)
        return status is not None

    for step in steps:
        if step[0] == "expect":
            wanted = step[1].encode()
            while wanted not in output[searched:]:
                if time.monotonic() > deadline or (exited() and not select.select([master], [], [], 0)[0]):
                    failed = step
                    break
                read(0.1)
            if failed:
                break
            searched = output.index(wanted, searched) + len(wanted)
        elif step[0] == "send":
            os.write(master, step[1].encode())
        elif step[0] == "resize":
            fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", step[2], step[1], 0, 0))
        elif step[0] == "signal":
            os.kill(child, step[1])

    while not failed and not exited():
        if time.monotonic() > deadline:
            failed = ["exit"]
            break
        read(0.1)
    while select.select([master], [], [], 0)[0]:
        if not read(0):
            break
    restored = termios.tcgetattr(slave) == before
    if status is None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print(json.dumps({
        "output": output.decode(errors="replace"), "status": status, "restored": restored, "failed": failed}))


main()
