"""Explanations of every number, in words and figures: for a cell, a module, an operation, an edge or a total.

The figures are the formulas from which the numbers were computed, so an explanation always fits its number.
"""
