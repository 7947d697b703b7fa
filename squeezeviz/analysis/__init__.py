"""What follows from a table: sizes, counts, costs, comparisons, and the results of a live pass."""
