"""The live pass in the window: its worker, its answers, its conditions."""
