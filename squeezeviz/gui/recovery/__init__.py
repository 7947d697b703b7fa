"""Unsaved work survives the end of its process: kept while it changes, and open again at the next start.

A window has a folder in the state folder (`folders`) for as long as it lives. While its network has unsaved changes,
a `snapshot` of it lies there, written by the `recorder` at most two seconds after a change. A snapshot whose window is
gone is what the next start opens (`starting`) or offers (`control`).
"""
