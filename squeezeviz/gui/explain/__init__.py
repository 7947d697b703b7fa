"""The explanation of the selection, with the editor and the receptive field."""
