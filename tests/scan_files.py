"""Scans that tests share: small ones, as nested dictionaries and as TOML."""

import copy

import numpy as np

POINT = {
    "vevs": {"tan_beta": 50, "tan_beta_u": 50, "tan_beta_d": {"from": 2, "to": 12}},
    "higgsino": {
        "mu": {"from": 500, "to": 5000, "scale": "log"},
        "mu_tilde": "1.2 * mu",
        "theta_u": 0.7853981633974483,
        "theta_d": 0.7853981633974483,
    },
    "gaugino": {"m1": {"from": 200, "to": 3000}, "m2": 2500},
    "slepton": {"m_l": {"from": 500, "to": 3000}, "m_e": "m_l"},
}


def scan_tree(**options):
    """A random scan of 100 points by numpy in part files of 16, changed by options of [scan]."""
    own = {"sampling": "random", "points": 100, "seed": 5, "chunk": 16, "backend": "numpy"}
    return {"scan": own | {"format": "npz"} | options, **copy.deepcopy(POINT)}


def changed(section, name, value, source=None, **options):
    """The same, or a copy of ``source``, with one entry changed or added."""
    tree = scan_tree(**options) if source is None else copy.deepcopy(source)
    tree.setdefault(section, {})[name] = value
    return tree


def grid_tree(count=3, **options):
    """The same as a grid of ``count`` values on each of its four axes."""
    tree = scan_tree(sampling="grid", points=None, **options)
    for section, name in (
        ("vevs", "tan_beta_d"), ("higgsino", "mu"), ("gaugino", "m1"), ("slepton", "m_l")
    ):  # fmt: skip
        tree[section][name]["points"] = count
    return tree


def toml_of(tree):
    """The tree as TOML text without what is None; numbers, text, lists and inline tables."""
    lines = []
    for section, entries in tree.items():
        lines.append(f"[{section}]")
        given = {name: value for name, value in entries.items() if value is not None}
        lines += [f"{name} = {_value(value)}" for name, value in given.items()]
    return "\n".join(lines) + "\n"


def _value(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else repr(value)


def bytes_of(folder):
    """Every file of a folder by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def same_rows(first, second):
    """Whether two structured arrays agree to the bit."""
    return first.dtype == second.dtype and np.array_equal(first.view("V1"), second.view("V1"))


def part_files(folder):
    """The part files of a scan in order."""
    return sorted(folder.glob("part-*"))
