"""The explanation of the selection, with the Fire editor and the receptive field."""
