"""Layer tables in files: TOML, CSV, JSON, and the tables of documents."""
