"""A process that reads mutants one after the other; whoever started it sees how far it is.

``python tests/fuzz_child.py KIND FOLDER SEED FIRST LAST`` writes the number of the mutant it is at
to FOLDER/progress and prints one line of JSON for each that is not read as it must be.
"""

import json
import os
import random
import resource
import sys
import warnings
from pathlib import Path

import numpy as np
import slha_files
from mutants import mutant
from scan_files import scan_tree, toml_of

import fssm
from fssm import InvalidInput
from fssm.scans import ScanConfig

EXAMPLES = Path(__file__).parent.parent / "examples"
# More than any of these files needs, in bytes.
MEMORY = 2 << 30
SMALL = {"points": 12, "chunk": 4}


class Part:
    """A part of a scan among two others; all others of its kind are for splices."""

    def __init__(self, folder, kind):
        self.kind, self.folder = kind, folder / "scan"
        tree = scan_tree(format=kind, **SMALL)
        self.right = fssm.scan(tree, self.folder).arrays()
        fssm.scan(tree | {"scan": tree["scan"] | {"seed": 7}}, folder / "another")
        self.path, *rest = sorted(self.folder.glob("part-*"))
        self.data = self.path.read_bytes()
        # Those of another scan have the same form.
        more = sorted((folder / "another").glob("part-*"))
        self.others = [path.read_bytes() for path in (*rest, *more)]
        if self.judge(random.Random(0)):
            raise AssertionError("what is not damaged is not read")

    def base(self, rng):
        return self.data

    def judge(self, rng):
        table = fssm.read_scan(self.folder)
        names = list(self.right)
        some = names if rng.random() < 0.02 else rng.sample(names, 2)
        reads = [lambda: table.arrays(), *(lambda n=n: {n: table[n]} for n in some)]
        for read in reads:
            try:
                found = read()
            except InvalidInput as error:
                if self.path.name not in str(error):
                    return "does not name the file", str(error)
                continue
            wrong = different(found, self.right)
            if wrong:
                return "silent difference", wrong
        return None


class Manifest(Part):
    """The manifest of a scan whose parts are all right."""

    foreign = ()

    def __init__(self, folder):
        super().__init__(folder, "npz")
        self.kind, self.path = "text", self.folder / "scan.json"
        self.data = self.path.read_bytes()
        self.others = [(folder / "another" / "scan.json").read_bytes()]
        self.foreign = [json.loads(self.others[0])]

    def judge(self, rng):
        table = fssm.read_scan(self.folder)
        try:
            found = table.arrays()
        except InvalidInput as error:
            # That would have a part deleted with which nothing is wrong.
            blames = any(path.name in str(error) for path in self.folder.glob("part-*"))
            return ("blames a part", str(error)[:300]) if blames else None
        # That of another scan, with other blanks perhaps.
        if self.foreign and json.loads(self.path.read_bytes()) in self.foreign:
            return None if len(table) == 0 else ("silent difference", f"{len(table)} rows")
        if list(found) != list(self.right) or len(table) != len(self.right["point"]):
            return "silent difference", f"{len(found)} columns, {len(table)} rows"
        wrong = different(found, self.right)
        return ("silent difference", wrong) if wrong else None


class PointFile:
    """A point as TOML or SLHA; what is read is a point that can be evaluated."""

    kind = "text"

    def __init__(self, folder, suffix, texts):
        self.path = folder / f"file{suffix}"
        self.others = [text.encode() for text in texts]

    def base(self, rng):
        return rng.choice(self.others)

    def judge(self, rng):
        point = fssm.read_point(self.path)
        if not isinstance(point, fssm.Point):
            return "no point", repr(point)
        numbers = {name: value for name, value in vars(point).items() if not well_formed(value)}
        if numbers:
            return "not a number", str(numbers)
        if rng.random() < 0.1:
            fssm.evaluate(point)
        return None


class ScanFile(PointFile):
    """A scan file; what is read can be written out and read again."""

    def judge(self, rng):
        config = ScanConfig.from_toml(self.path)
        again = ScanConfig.from_mapping(json.loads(json.dumps(config.tree)))
        if again.digest("1") != config.digest("1") or config.parts < 1:
            return "not the same again", json.dumps(config.tree)
        return None


def well_formed(value):
    """Whether a field of a point is text, nothing, or numbers none of which is NaN."""
    if value is None or isinstance(value, str | bool):
        return True
    array = np.asarray(value)
    return array.dtype.kind in "biufc" and not np.isnan(array).any()


def different(found, right):
    """The first column that is not, to the bit, the right one."""
    for name, column in found.items():
        good = right[name]
        if column.dtype != good.dtype or column.shape != good.shape:
            return f"{name}: {column.dtype}{column.shape} for {good.dtype}{good.shape}"
        if column.tobytes() != good.tobytes():
            pairs = zip(column.tolist(), good.tolist(), strict=True)
            return f"{name}: {[pair for pair in pairs if pair[0] != pair[1]][:3]}"
    return ""


def toml_points():
    names = ("multi-tev", "mssm-like", "complex-phases", "flavour", "unphysical")
    return [(EXAMPLES / f"{name}.toml").read_text() for name in names]


def scan_files():
    more = scan_tree(sampling="grid", points=None)
    more["vevs"]["tan_beta_d"] = {"values": [3, 7]}
    more["higgsino"]["mu"] |= {"points": 3}
    more["gaugino"]["m1"] = {"from": 200, "to": 3000, "points": 5}
    more["slepton"]["m_l"] = "mu"
    more["columns"] = {"pull": "(a_muon - 251e-11) / 59e-11"}
    more["cuts"] = {"keep": ["abs(pull) < 2"]}
    return [toml_of(scan_tree()), toml_of(more), (EXAMPLES / "fit.toml").read_text()]


def slha_texts():
    from fssm.io import slha_write

    points = [fssm.Point.from_toml(EXAMPLES / f"{n}.toml") for n in ("multi-tev", "complex-phases")]
    written = [slha_write.text(fssm.evaluate(point)) for point in points]
    return [slha_files.spectrum(), slha_files.table_row(0), *written]


TARGETS = {
    "npz": lambda folder: Part(folder, "npz"),
    "parquet": lambda folder: Part(folder, "parquet"),
    "manifest": Manifest,
    "point": lambda folder: PointFile(folder, ".toml", toml_points()),
    "scan": lambda folder: ScanFile(folder, ".toml", scan_files()),
    "slha": lambda folder: PointFile(folder, ".slha", slha_texts()),
}


def limit_memory():
    """Whoever believes a damaged length gets a MemoryError and not the machine's memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def judged(target, rng):
    """What is wrong with how the file is read, in two words and at length, or None."""
    try:
        return target.judge(rng)
    except InvalidInput as error:
        if isinstance(target, Part) and target.path.name not in str(error):
            return "does not name the file", str(error)
        return None
    except Warning as error:
        return f"warning {type(error).__name__}", str(error)
    except BaseException as error:
        return type(error).__name__, str(error)[:300]


def main(kind, folder, seed, first, last):
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    target = TARGETS[kind](folder)
    limit_memory()
    warnings.simplefilter("error")
    unraisable = []
    # Warnings about what is not closed come where nobody can catch them.
    sys.unraisablehook = lambda hook: unraisable.append(repr(hook.exc_value))
    with (folder / "progress").open("wb", buffering=0) as progress:
        for number in range(int(first), int(last)):
            os.pwrite(progress.fileno(), number.to_bytes(8, "little"), 0)
            rng = random.Random(f"{kind} {seed} {number}")
            name, data = mutant(target.base(rng), target.others, rng, target.kind)
            target.path.write_bytes(data)
            wrong = judged(target, rng)
            if unraisable:
                wrong = wrong or ("in a destructor", unraisable[0])
                unraisable.clear()
            if wrong:
                print(json.dumps([number, name, *wrong]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
