"""The network as data. Standard library only: no Qt, no torch, no files."""
