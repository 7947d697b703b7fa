"""The baseline, and the differences of the open network from it."""
