"""squeezeviz from Python: networks as values, with their numbers, edits, passes and figures.

`import squeezeviz` gives its names at the first use of each, so that it loads neither Qt nor torch.
"""
