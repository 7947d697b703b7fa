"""The panel with the costs of every layer."""
