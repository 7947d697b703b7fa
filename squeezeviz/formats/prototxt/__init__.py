"""Caffe's prototxt: read with the line of every field, its Fire modules recognised by their structure, and written."""

from squeezeviz.formats.prototxt.read import read

__all__ = ["read"]
