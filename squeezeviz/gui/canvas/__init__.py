"""The graph view: what it shows, how it is looked at, and what mouse and keyboard do there."""
