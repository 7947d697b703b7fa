"""What a table prints of the numbers that follow from its rows, compared with what they come to."""
