"""The live pass: a table as a PyTorch module, and what its forward pass measures.

The only floor that knows torch. Importing the package, or `protocol` in it, does not load torch.
"""
