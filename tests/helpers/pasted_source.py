"""The source of a network, as somebody pastes and runs it."""

from types import ModuleType

import torch


def network_class(source: str) -> type[torch.nn.Module]:
    """The last class of the source, which is the network's."""
    module = ModuleType("pasted")
    exec(compile(source, "pasted.py", "exec"), module.__dict__)
    *_, last = (each for each in vars(module).values() if isinstance(each, type) and each.__module__ == "pasted")
    assert issubclass(last, torch.nn.Module)
    return last
