"""``python -m fssm.cli`` is the command ``fssm``."""

from fssm.cli import run

run()
