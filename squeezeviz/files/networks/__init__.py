"""Network files of other programs: Caffe's, ONNX, and PyTorch source."""
