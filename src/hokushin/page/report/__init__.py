"""The report: one file that holds an answer, its figures, its tables and its sources.

`report` draws a `Why` document. It computes nothing about history: positions on an axis, words for
numbers and the packing of the table are all that is worked out here.
"""

from hokushin.page.report.render import report

__all__ = ["report"]
