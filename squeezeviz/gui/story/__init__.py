"""What is depth?: the guided story, and the Fire module that is run chained."""
