"""Files in and out: one module a format, all listed in one registry."""
