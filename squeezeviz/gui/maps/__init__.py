"""Feature maps in the window: those of what is selected as a grid, and one of them enlarged."""
