"""Scans: many points from one file, in parts on disk, resumed where they stopped.

:func:`scan` runs one and :func:`read_scan` reads it back; both also live in ``fssm`` itself.
"""

from fssm.scans.config import ScanConfig
from fssm.scans.reading import ScanTable, Status, read_scan
from fssm.scans.run import Step, Unfinished, scan

__all__ = ["ScanConfig", "ScanTable", "Status", "Step", "Unfinished", "read_scan", "scan"]
