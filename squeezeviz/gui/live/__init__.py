"""The live pass in the window: its worker, its results, and its settings."""
