"""A placed diagram onto any QPainter, and as SVG, PDF and PNG. No widgets, no torch, no display needed."""
