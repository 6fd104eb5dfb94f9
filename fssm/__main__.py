"""``python -m fssm`` is the command ``fssm``."""

import signal


def run() -> None:
    """Run the command; until it is there, Ctrl-C ends the process without a traceback."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from fssm.cli import run as run_command

    run_command()


if __name__ == "__main__":
    run()
