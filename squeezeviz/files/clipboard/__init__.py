"""The layer table as a spreadsheet: what the clipboard's text means for it, and its cells as such text."""
