"""A network with its weights as ONNX."""

from squeezeviz.formats.onnx_out.write import write

__all__ = ["write"]
