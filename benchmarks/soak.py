"""Scans that are disturbed in every way, again and again, and end with the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
from rich import box
from rich.markup import escape
from rich.table import Table

from benchmarks.machine import console, description, save
from benchmarks.soak_faults import FAULTS, possible, verify
from benchmarks.soak_processes import Cluster, Disk, can_mount, places
from benchmarks.soak_trial import DAMAGE, ITSELF, KINDS, Trial, pick, random_case

if TYPE_CHECKING:
    from rich.console import Console

    from benchmarks.soak_trial import Case

# Failures of a kind that are printed in full; more say nothing new.
MOST_DETAILS = 5


class Means(NamedTuple):
    """What this machine and this version have."""

    places: list[str]
    mounts: bool
    verifies: bool


class Outcome(NamedTuple):
    """A scan that has been through it: its faults in order, and what went wrong."""

    seed: int
    case: Case
    faults: list[str]
    failures: list[tuple[str, str]]
    seconds: float


def means() -> Means:
    """Find out what can be done here."""
    command = [sys.executable, "-m", "fssm", "scan", "--help"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        return Means(places(), can_mount(Path(folder)), "--verify" in text)


def disturbed(seed: int, have: Means) -> Outcome:
    """One random scan with some random faults; the seed decides all but the exact moments."""
    begin, rng = time.monotonic(), np.random.default_rng(seed)
    case, faults, failures = random_case(rng, have.places), [], []
    try:
        with ExitStack() as stack:
            trial = _prepared(case, rng, have, stack)
            failures = trial.failures
            _through_it(trial, faults)
    except (OSError, RuntimeError, subprocess.SubprocessError):
        # The scans after this one can still be judged.
        failures.append((ITSELF, traceback.format_exc()[-1500:]))
    return Outcome(seed, case, faults, failures, time.monotonic() - begin)


def _prepared(case: Case, rng: np.random.Generator, have: Means, stack: ExitStack) -> Trial:
    folder = tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True)
    root = Path(stack.enter_context(folder))
    disk = cluster = None
    if rng.random() < 0.4 and have.mounts:
        disk = stack.enter_context(Disk.mounted(root / "disk"))
    if case.place == "dask":
        cluster = Cluster(root)
        stack.callback(cluster.close)
    trial = Trial(case, rng, root, disk=disk, cluster=cluster, can_verify=have.verifies)
    stack.callback(trial.close)
    return trial


def _through_it(trial: Trial, done: list[str]) -> None:
    """Faults one after the other, each noted before it happens, and what becomes of the scan."""
    planted = int(trial.rng.integers(2))
    for number in range(int(trial.rng.integers(3, 7))):
        if number == planted:
            trial.plant()
        if not trial.missing():
            trial.thin_out()
        name = pick(trial.rng, possible(trial))
        trial.history.append(name)
        done.append(name)
        FAULTS[name](trial)
    trial.finish()
    verify(trial, [])


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="Begin no scan after these.")
@click.option("--scans", default=10**9, help="Begin no more scans than these.")
@click.option("--seed", default=1, show_default=True, help="Of the first scan; the next adds 1.")
@click.option("--keep", is_flag=True, help="Write benchmarks/results/soak.txt.")
def soak(minutes: float, scans: int, seed: int, keep: bool) -> None:
    """Interrupt random scans in random ways, and compare with undisturbed ones.

    Exit code 1 if a promise is broken; ``--scans 1 --seed S`` repeats one scan.
    """
    # So that whoever ends this test by a signal finds nothing left of it either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begin, outcomes, have = time.monotonic(), [], means()
    for number in range(scans):
        if time.monotonic() > begin + 60 * minutes:
            break
        outcomes.append(disturbed(seed + number, have))
        _tell(outcomes[-1])
    screen = console(record=keep)
    took = (time.monotonic() - begin) / 60
    screen.print(f"{len(outcomes)} scans from seed {seed} on, {took:.1f} minutes")
    screen.print(description())
    _report(screen, outcomes, have)
    if keep:
        save(screen, "soak")
    if any(outcome.failures for outcome in outcomes):
        raise SystemExit(1)


def _tell(outcome: Outcome) -> None:
    """One line for each scan, for whoever waits."""
    kinds = Counter(kind for kind, _ in outcome.failures)
    listed = ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "as undisturbed"
    what = f"{outcome.case.label}, {len(outcome.faults)} faults, {outcome.seconds:.1f} s"
    click.echo(f"seed {outcome.seed}: {what}: {listed}", err=True)


def _report(screen: Console, outcomes: list[Outcome], have: Means) -> None:
    faults = Counter(name for outcome in outcomes for name in outcome.faults)
    table = Table("fault", "times", box=box.SIMPLE_HEAD, show_edge=False)
    for name in FAULTS:
        table.add_row(name, f"{faults[name]}")
    table.add_row("all", f"{faults.total()}")
    screen.print(table)
    broken = Counter(kind for outcome in outcomes for kind, _ in outcome.failures)
    places = Counter(outcome.case.place for outcome in outcomes)
    table = Table("outcome", "number", box=box.SIMPLE_HEAD, show_edge=False)
    for place in have.places:
        table.add_row(f"scans on {place}", f"{places[place]}")
    table.add_row("parts", f"{sum(outcome.case.parts for outcome in outcomes)}")
    table.add_row("scans with a broken promise", f"{sum(bool(o.failures) for o in outcomes)}")
    for kind in KINDS:
        number = f"{broken[kind]}" if kind != DAMAGE or have.verifies else "no --verify"
        table.add_row(kind, number)
    screen.print(table)
    shown: Counter[str] = Counter()
    for outcome in outcomes:
        for kind, what in outcome.failures:
            shown[kind] += 1
            if shown[kind] <= MOST_DETAILS:
                where = f"seed {outcome.seed} ({outcome.case.label})"
                screen.print(escape(f"{where}: {kind}: {what}"), soft_wrap=True)
