"""What a benchmark ran on, and where its results are kept."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from pathlib import Path

from rich.console import Console

RESULTS = Path(__file__).parent / "results"


def description() -> str:
    """Processor, cores and versions in one line."""
    versions = [f"Python {platform.python_version()}"]
    for name in ("numpy", "numba", "llvmlite"):
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"no {name}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {cores} cores, {platform.system()}; {', '.join(versions)}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    entry = dict(line.split(":", 1) for line in lines if ":" in line)
    entry = {key.strip(): value.strip() for key, value in entry.items()}
    model = entry.get("model name", platform.machine())
    widest = "AVX-512" if "avx512f" in entry.get("flags", "") else "AVX2"
    return f"{model} (family {entry.get('cpu family')} model {entry.get('model')}, {widest})"


def console(*, record: bool = False) -> Console:
    """A console for tables; wide enough for them where it is no terminal."""
    return Console(width=None if sys.stdout.isatty() else 110, record=record, highlight=False)


def save(recorded: Console, name: str) -> Path:
    """Keep what the console printed as benchmarks/results/NAME.txt."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.txt"
    text = "\n".join(line.rstrip() for line in recorded.export_text().splitlines())
    path.write_text(text + "\n", encoding="utf-8")
    return path
