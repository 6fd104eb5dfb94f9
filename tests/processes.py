"""The processes that tests start, found by a mark in their environment (on Linux)."""

import time
from pathlib import Path

# It serves all pools of a process and ends with it.
SERVANTS = ("multiprocessing.resource_tracker",)


def marked(mark):
    """Command lines by number of the living processes with this mark in their environment."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if command and not any(name in command for name in SERVANTS):
                    found[int(entry.name)] = command
        except OSError:  # It has ended, or belongs to someone else.
            continue
    return found


def wait_until_gone(mark, seconds):
    """Those that are still there after so many seconds."""
    deadline = time.monotonic() + seconds
    while left := marked(mark):
        if time.monotonic() > deadline:
            return left
        time.sleep(0.02)
    return {}
