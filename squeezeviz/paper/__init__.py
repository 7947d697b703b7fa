"""The numbers that the paper prints (arXiv 1602.07360 v4) as plain data: Tables 1 to 3 and the points of Figure 3."""

from squeezeviz.paper.figure3 import FIGURE_POINTS, FigurePoint, printed_for
from squeezeviz.paper.likeness import Likeness, likeness
from squeezeviz.paper.reference import TABLE2, TABLE3, AccuracyRow, SizeRow
from squeezeviz.paper.table1 import PRINTED_INPUT, PRINTED_TOTAL, TABLE1, PrintedRow, table1_network

__all__ = [
    "FIGURE_POINTS",
    "PRINTED_INPUT",
    "PRINTED_TOTAL",
    "TABLE1",
    "TABLE2",
    "TABLE3",
    "AccuracyRow",
    "FigurePoint",
    "Likeness",
    "PrintedRow",
    "SizeRow",
    "likeness",
    "printed_for",
    "table1_network",
]
