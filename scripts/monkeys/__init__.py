"""Random events in the real window, repeated by seed."""
