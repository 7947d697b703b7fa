"""From a network to placed boxes and lines, and to the texts that describe them. No Qt here."""
