"""The layer table as a spreadsheet: its model, its look and its keys."""
