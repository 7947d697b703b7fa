"""Small tables for the tests of the live pass."""

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import Layer
from squeezeviz.model.table import InputShape, LayerTable


def table_of(*rows: Layer, channels: int = 3, size: int = 12) -> ResolvedNetwork:
    """Those rows on a square image."""
    return resolve(LayerTable("t", InputShape(channels, size, size), rows))
