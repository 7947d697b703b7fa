"""squeezeviz makes a SqueezeNet visible: its layer table, its graph, and a measured forward pass."""

__version__ = "0.2.0"
