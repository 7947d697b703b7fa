"""Figures and tables out of the window."""
