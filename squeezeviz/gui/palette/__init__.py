"""The command palette: one list of everything that the window can do, open or go to."""
