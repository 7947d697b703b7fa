"""The classes of the Fire modules that a table has: torchvision's, and those with a bypass around it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from squeezeviz.files.networks.source.python_text import Call, wrapped
from squeezeviz.model.layers import Bypass, Fire

NAMES = {Bypass.NONE: "Fire", Bypass.SIMPLE: "SimpleBypassFire", Bypass.COMPLEX: "ComplexBypassFire"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the modules of a table have in common; None where some have it and some have not.

    The classes fix what is common, and take the rest as arguments.
    """

    relu: bool | None
    bias: bool | None
    bypass_relu: bool | None

    def call(self, fire: Fire, in_channels: int) -> Call:
        """The module of a row."""
        numbers = (str(number) for number in (in_channels, fire.s1x1, fire.e1x1, fire.e3x3))
        said = [f"{name}=False" for name in self.arguments(fire.bypass) if not getattr(fire, name)]
        return Call(NAMES[fire.bypass], (*numbers, *said))

    def arguments(self, bypass: Bypass) -> list[str]:
        """What a class takes beside its numbers."""
        names = ["relu", "bias", *(["bypass_relu"] if bypass is Bypass.COMPLEX else [])]
        return [name for name in names if getattr(self, name) is None]


def settings(fires: Collection[Fire]) -> Settings:
    return Settings(
        _common({fire.relu for fire in fires}),
        _common({fire.bias for fire in fires}),
        _common({fire.bypass_relu for fire in fires if fire.bypass is Bypass.COMPLEX}),
    )


def _common(values: set[bool]) -> bool | None:
    return None if len(values) > 1 else values != {False}


def fire_classes(fires: Collection[Fire]) -> list[str]:
    """The lines of the classes that `fires` need, each after two empty ones; none where there are no fires."""
    if not fires:
        return []
    common = settings(fires)
    bypasses = {fire.bypass for fire in fires}
    lines = _fire(common)
    if Bypass.SIMPLE in bypasses:
        lines += _SIMPLE
    if Bypass.COMPLEX in bypasses:
        lines += _complex(common)
    return lines


def _fire(common: Settings) -> list[str]:
    made = ["", "", "class Fire(nn.Module):"]
    made += ['    """Squeezes with 1x1 filters, then expands with 1x1 and 3x3 filters side by side."""', ""]
    made += _init_line(common.arguments(Bypass.NONE))
    made += ["        super().__init__()"]
    if common.relu is None:
        made += ["        activation = nn.ReLU if relu else nn.Identity"]
    for part, taken, filters, kernel in _PARTS:
        made += [f"        self.{part} = {_convolution(taken, filters, kernel, common)}"]
        if common.relu is not False:
            activation = "nn.ReLU" if common.relu else "activation"
            made += [f"        self.{part}_activation = {activation}(inplace=True)"]
    made += ["", "    def forward(self, x: Tensor) -> Tensor:"]
    for result, part, taken in _STEPS:
        step = f"self.{part}({taken})"
        made += [f"        {result} = {step if common.relu is False else f'self.{part}_activation({step})'}"]
    return [*made, "        return torch.cat((expanded1x1, expanded3x3), dim=1)"]


_PARTS = (
    ("squeeze", "in_channels", "s1x1", 1),
    ("expand1x1", "s1x1", "e1x1", 1),
    ("expand3x3", "s1x1", "e3x3", 3),
)
_STEPS = (
    ("squeezed", "squeeze", "x"),
    ("expanded1x1", "expand1x1", "squeezed"),
    ("expanded3x3", "expand3x3", "squeezed"),
)

_SIMPLE = [
    "",
    "",
    "class SimpleBypassFire(Fire):",
    '    """A Fire module whose input is added to its output."""',
    "",
    "    def forward(self, x: Tensor) -> Tensor:",
    "        return super().forward(x) + x",
]


def _complex(common: Settings) -> list[str]:
    made = ["", "", "class ComplexBypassFire(Fire):"]
    made += ['    """A Fire module whose input is added to its output through a 1x1 convolution."""', ""]
    taken = common.arguments(Bypass.COMPLEX)
    made += _init_line(taken)
    handed = [f"{name}={name}" for name in taken if name != "bypass_relu"]
    made += wrapped("        super().__init__(", ["in_channels", "s1x1", "e1x1", "e3x3", *handed], ")")
    made += [f"        self.bypass = {_convolution('in_channels', 'e1x1 + e3x3', 1, common)}"]
    if common.bypass_relu is None:
        made += ["        activation = nn.ReLU if bypass_relu else nn.Identity"]
        made += ["        self.bypass_activation = activation(inplace=True)"]
    elif common.bypass_relu:
        made += ["        self.bypass_activation = nn.ReLU(inplace=True)"]
    made += ["", "    def forward(self, x: Tensor) -> Tensor:"]
    around = "self.bypass(x)"
    around = around if common.bypass_relu is False else f"self.bypass_activation({around})"
    return [*made, f"        around: Tensor = {around}", "        return super().forward(x) + around"]


def _init_line(taken: list[str]) -> list[str]:
    numbers = [f"{name}: int" for name in ("in_channels", "s1x1", "e1x1", "e3x3")]
    flags = ["*", *(f"{name}: bool = True" for name in taken)] if taken else []
    if not taken:
        return [f"    def __init__(self, {', '.join(numbers)}) -> None:"]
    within = [f"        {each}," for each in ("self", *numbers, *flags)]
    return ["    def __init__(", *within, "    ) -> None:"]


def _convolution(taken: str, filters: str, kernel: int, common: Settings) -> Call:
    padding = ["padding=1"] if kernel == 3 else []
    bias = {None: ["bias=bias"], False: ["bias=False"], True: []}[common.bias]
    return Call("nn.Conv2d", (taken, filters, f"kernel_size={kernel}", *padding, *bias))
