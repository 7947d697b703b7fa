"""What a figure looks like: colours, spacing, and how wide its texts are."""
