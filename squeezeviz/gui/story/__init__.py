""" "What is depth?": the guided story, and the comparison with a chained Fire module."""
