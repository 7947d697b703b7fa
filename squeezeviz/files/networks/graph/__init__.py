"""A network file's graph, whatever the format: its structure decides what is a row, a Fire module, a bypass."""
