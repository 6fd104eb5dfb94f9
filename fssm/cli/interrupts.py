"""Ctrl-C and the end of a batch job: a first signal ends a command in order, a second at once."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from multiprocessing import active_children
from typing import TYPE_CHECKING, NoReturn

from fssm.atomic_files import drop_drafts
from fssm.cli.common import EXIT_INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Iterator

# Batch systems end a job by SIGTERM.
_NUMBERS = (signal.SIGINT, signal.SIGTERM)
# Seconds from the first signal on for an end in order.
_PATIENCE = 10.0
# Seconds for the message to be taken by whatever standard error is.
_SPEECH = 1.0


class Interrupts:
    """The signals so far; ``message`` is printed once, whichever way the command ends."""

    def __init__(self, message: str) -> None:
        self._line = f"fssm: {message}\n".encode(errors="backslashreplace")
        self._saying = threading.Lock()
        self._said = False
        self.interrupted = False

    def leave(self) -> NoReturn:
        """Print the message and end the process, without what Python does at its end.

        That may wait for threads of a library, and a signal during it would be the last word.
        """
        # A terminal that takes nothing must not keep the process either.
        speaker = threading.Thread(target=self._say, daemon=True)
        speaker.start()
        speaker.join(_SPEECH)
        drop_drafts()
        # Workers end with this process, but one that is starting would say that it is gone.
        for child in active_children():
            child.kill()
        os._exit(EXIT_INTERRUPTED)

    def _say(self) -> None:
        with self._saying:
            if not self._said:
                # Not sys.stderr, whose lock the main thread may hold.
                with suppress(OSError):
                    os.write(2, self._line)
                self._said = True

    def watch(self, pipe: int) -> None:
        """End the process at the second byte in a pipe, or some time after the first.

        In a thread of its own: the main thread may wait for a file system or a library and see
        no signal at all.
        """
        if not os.read(pipe, 1):
            return
        timer = threading.Timer(_PATIENCE, self._break_off)
        timer.daemon = True
        timer.start()
        if os.read(pipe, 1):
            self._break_off()
        timer.cancel()

    def _break_off(self) -> None:
        if os.isatty(2):
            # A progress bar hides the cursor.
            self._line = b"\x1b[?25h\n" + self._line
        self.leave()


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
