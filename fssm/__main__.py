"""``python -m fssm`` is the command ``fssm``."""

from fssm.cli import run

run()
