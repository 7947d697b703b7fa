"""Where each number comes from, in words and figures: for a cell, module, operation, edge or total.

The figures are the formulas that the numbers were made with, so an explanation cannot drift from its number.
"""
