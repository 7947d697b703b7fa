"""The baseline, and how the open network differs from it."""
