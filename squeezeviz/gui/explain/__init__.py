"""The explanation of what is selected, and what stands with it: the Fire editor and the receptive field."""
