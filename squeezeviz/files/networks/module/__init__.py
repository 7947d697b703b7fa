"""A module of PyTorch's in memory, as the calls that its forward pass makes."""
