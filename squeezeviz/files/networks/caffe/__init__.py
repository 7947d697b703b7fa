"""Caffe's prototxt: read with the line of every field, its Fire modules recognised by their structure, and written."""
