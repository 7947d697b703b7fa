"""Files in the window: open, save, watch, and what weights cannot tell."""
