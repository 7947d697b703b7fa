"""The coverage-guided search for files that break a reader."""
