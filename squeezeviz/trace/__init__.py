"""The live pass: a table as a PyTorch module, and what its forward pass measures.

This is the only package that imports torch. Importing the package, or `protocol` in it, does not load torch.
"""

import os

# OpenMP reads this once, as torch loads, and by default its threads wait for each other by spinning. On a machine
# that does anything else meanwhile, drawing the window for one, a pass then takes four times as long, and the window
# stalls. What the person has set stands.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
