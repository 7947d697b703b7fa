"""The presentation: the open network in large type, one layer after the other."""
