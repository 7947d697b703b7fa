"""Files in the window: open, save, watch, and ask for the geometry that weights do not contain."""
