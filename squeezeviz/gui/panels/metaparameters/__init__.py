"""The paper's metaparameters as sliders."""
