"""Unsaved work survives the end of its process. It is written while it changes, and opened at the next start.

Each window has a folder in the state folder (`files/window_folders.py`) as long as it runs. While its network has
unsaved changes, a `snapshot` of it is there, written by the `recorder` at most two seconds after a change. A snapshot
whose window is gone is opened by the next start (`starting`) or offered (`control`).
"""
