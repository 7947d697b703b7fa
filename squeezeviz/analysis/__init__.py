"""What a table comes to: sizes, counts, costs, comparisons, and what a live pass brings back."""
