"""A network as a PyTorch module to paste into a repository: it needs PyTorch and nothing else."""
