"""What a table prints of the numbers that follow from its rows, compared with what they come to."""

from squeezeviz.formats.printed.notes import notes_on_printed

__all__ = ["notes_on_printed"]
