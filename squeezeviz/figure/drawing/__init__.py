"""A placed diagram as the primitives that the screen and every file share."""
