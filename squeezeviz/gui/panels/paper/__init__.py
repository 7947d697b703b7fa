"""The panel that compares the open network with the paper."""
