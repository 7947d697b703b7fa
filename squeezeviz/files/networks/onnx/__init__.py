"""ONNX networks, read and written with their weights. The graph's structure decides what is a row."""
