"""The readable report of one point."""

from fssm.report.point import precision_table, report

__all__ = ["precision_table", "report"]
