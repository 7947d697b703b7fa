"""The panel with the paper's metaparameters as sliders."""
