"""``python -m fssm`` is the command ``fssm``."""

from fssm.cli import run

if __name__ == "__main__":
    run()
