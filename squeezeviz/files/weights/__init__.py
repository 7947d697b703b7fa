"""PyTorch checkpoints and safetensors: weights by name, and the layer table that their shapes tell."""
