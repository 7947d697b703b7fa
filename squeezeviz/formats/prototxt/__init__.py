"""Caffe's prototxt: parsed by protobuf, its Fire modules recognised by their structure."""

from squeezeviz.formats.prototxt.read import read

__all__ = ["read"]
