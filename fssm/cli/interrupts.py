"""Ctrl-C and the end of a batch job: a first signal ends a command in order, a second at once."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from multiprocessing import active_children
from typing import TYPE_CHECKING

from fssm.atomic_files import drop_drafts
from fssm.cli.common import EXIT_INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Iterator

# Batch systems end a job by SIGTERM.
_NUMBERS = (signal.SIGINT, signal.SIGTERM)
# Seconds from the first signal on for an end in order.
_PATIENCE = 10.0


class Interrupts:
    """The signals so far; ``message`` is printed once, whichever way the command ends."""

    def __init__(self, message: str) -> None:
        self._line = f"fssm: {message}\n".encode(errors="backslashreplace")
        self._said = threading.Lock()
        self.interrupted = False

    def say(self) -> None:
        """Print the message, unless it has been printed."""
        if self._said.acquire(blocking=False):
            # Not sys.stderr, whose lock the main thread may hold.
            with suppress(OSError):
                os.write(2, self._line)

    def watch(self, pipe: int) -> None:
        """End the process at the second byte in a pipe, or some time after the first.

        In a thread of its own: the main thread may wait for a file system or a library and see
        no signal at all.
        """
        if not os.read(pipe, 1):
            return
        timer = threading.Timer(_PATIENCE, self._end)
        timer.daemon = True
        timer.start()
        if os.read(pipe, 1):
            self._end()
        timer.cancel()

    def _end(self) -> None:
        if os.isatty(2):
            # A progress bar hides the cursor.
            self._line = b"\x1b[?25h\n" + self._line
        self.say()
        drop_drafts()
        # Workers end with this process, but one that is starting would say that it is gone.
        for child in active_children():
            child.kill()
        os._exit(EXIT_INTERRUPTED)


@contextmanager
def interruptible(message: str) -> Iterator[Interrupts]:
    """In the body the first SIGINT or SIGTERM is a KeyboardInterrupt, a second ends the process.

    So does the first, if the body has not ended ten seconds later.
    """
    guard = Interrupts(message)

    def stop(*_: object) -> None:
        if not guard.interrupted:
            guard.interrupted = True
            raise KeyboardInterrupt

    # What nohup and background jobs ignore stays ignored.
    before = {n: h for n in _NUMBERS if (h := signal.getsignal(n)) is not signal.SIG_IGN}
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    old = signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
    for number in before:
        signal.signal(number, stop)
    thread = threading.Thread(target=guard.watch, args=(ours,), daemon=True, name="interrupts")
    thread.start()
    try:
        yield guard
    finally:
        # Once interrupted, the guard stays until the process has ended.
        if not guard.interrupted:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(old)
            os.close(theirs)
            thread.join()
            os.close(ours)
