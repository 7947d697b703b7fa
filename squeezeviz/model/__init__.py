"""The network as data. This package uses only the standard library: no Qt, no torch, no files."""
