"""The live pass: a table as a PyTorch module, and what its forward pass measures.

The only floor that knows torch. Importing the package, or `protocol` in it, does not load torch.
"""

import os

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.memory import require_room

# OpenMP reads this once, as torch loads, and by default its threads wait for each other by spinning. On a machine
# that does anything else meanwhile, drawing the window for one, a pass then takes four times as long, and the window
# stalls. What the person has set stands.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

ROOM = 640 * 1024**2
"""Bytes of address space that PyTorch takes as it is loaded and begins to compute, with NumPy's threads."""
_LONGEST_FOLDER = 4095
"""Bytes of a path, for the libraries in it."""


def require_surroundings() -> None:
    """Check what PyTorch needs to start, for where it is missing it ends the process: call this before it is loaded.

    Raises:
        MemoryError: there is no room for it.
        SqueezevizError: the working folder is gone, or its path is too long.
    """
    require_room(ROOM)
    try:
        folder = os.fsencode(os.getcwd())  # noqa: PTH109
    except OSError:
        raise SqueezevizError("the folder that this was started in is gone; PyTorch needs one, go to another") from None
    if len(folder) > _LONGEST_FOLDER:
        raise SqueezevizError(
            f"the path of this folder has more than {_LONGEST_FOLDER:,} bytes, with which PyTorch does not start; "
            "go to another folder"
        )
