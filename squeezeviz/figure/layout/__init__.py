"""From a resolved network to placed boxes and lines."""
