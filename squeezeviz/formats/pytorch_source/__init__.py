"""A network as a PyTorch module to paste into a repository: it needs PyTorch and nothing else."""

from squeezeviz.formats.pytorch_source.write import write

__all__ = ["write"]
