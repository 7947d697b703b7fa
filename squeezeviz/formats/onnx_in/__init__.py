"""ONNX networks: the graph's structure decides what is a row; weights come along."""

from squeezeviz.formats.onnx_in.read import read

__all__ = ["read"]
