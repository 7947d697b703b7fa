"""A placed diagram and the shapes that it is painted with, as plain data."""
