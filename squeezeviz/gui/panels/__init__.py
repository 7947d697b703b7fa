"""The panels below the table."""
