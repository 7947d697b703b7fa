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
    common = settings(fires)
    bypasses = {fire.bypass for fire in fires}
    lines = _fire(common) if fires else []
    if Bypass.SIMPLE in bypasses:
        says = "A Fire module whose input is added to its output."
        lines += _class("SimpleBypassFire(Fire)", says, [], ["return super().forward(x) + x"])
    if Bypass.COMPLEX in bypasses:
        lines += _complex(common)
    return lines


_PARTS = {
    "squeeze": ("in_channels", "s1x1", 1, "squeezed", "x"),
    "expand1x1": ("s1x1", "e1x1", 1, "expanded1x1", "squeezed"),
    "expand3x3": ("s1x1", "e3x3", 3, "expanded3x3", "squeezed"),
}
"""What each convolution takes, its filters and its kernel; what its result is called, and what it works on."""


def _fire(common: Settings) -> list[str]:
    init = ["super().__init__()"]
    forward = []
    if common.relu is None:
        init.append("activation = nn.ReLU if relu else nn.Identity")
    for part, (taken, filters, kernel, result, source) in _PARTS.items():
        init.append(f"self.{part} = {_convolution(taken, filters, kernel, common)}")
        step = f"self.{part}({source})"
        if common.relu is not False:
            init.append(f"self.{part}_activation = {'nn.ReLU' if common.relu else 'activation'}(inplace=True)")
            step = f"self.{part}_activation({step})"
        forward.append(f"{result} = {step}")
    says = "Squeezes with 1x1 filters, then expands with 1x1 and 3x3 filters side by side."
    init = [*_init_line(common.arguments(Bypass.NONE)), *_indented(init)]
    return _class("Fire(nn.Module)", says, init, [*forward, "return torch.cat((expanded1x1, expanded3x3), dim=1)"])


def _complex(common: Settings) -> list[str]:
    taken = common.arguments(Bypass.COMPLEX)
    handed = [f"{name}={name}" for name in taken if name != "bypass_relu"]
    init = [f"self.bypass = {_convolution('in_channels', 'e1x1 + e3x3', 1, common)}"]
    around = "self.bypass(x)"
    if common.bypass_relu is None:
        init += ["activation = nn.ReLU if bypass_relu else nn.Identity"]
    if common.bypass_relu is not False:
        init += [f"self.bypass_activation = {'nn.ReLU' if common.bypass_relu else 'activation'}(inplace=True)"]
        around = f"self.bypass_activation({around})"
    handed_on = wrapped("        super().__init__(", ["in_channels", "s1x1", "e1x1", "e3x3", *handed], ")")
    says = "A Fire module whose input is added to its output through a 1x1 convolution."
    forward = [f"around: Tensor = {around}", "return super().forward(x) + around"]
    return _class("ComplexBypassFire(Fire)", says, [*_init_line(taken), *handed_on, *_indented(init)], forward)


def _class(name: str, says: str, init: list[str], forward: list[str]) -> list[str]:
    begins = ["", "", f"class {name}:", f'    """{says}"""', *(["", *init] if init else [])]
    return [*begins, "", "    def forward(self, x: Tensor) -> Tensor:", *_indented(forward)]


def _indented(lines: list[str]) -> list[str]:
    return [f"        {line}" for line in lines]


def _init_line(taken: list[str]) -> list[str]:
    numbers = [f"{name}: int" for name in ("in_channels", "s1x1", "e1x1", "e3x3")]
    if not taken:
        return [f"    def __init__(self, {', '.join(numbers)}) -> None:"]
    within = ["self", *numbers, "*", *(f"{name}: bool = True" for name in taken)]
    return ["    def __init__(", *(f"        {each}," for each in within), "    ) -> None:"]


def _convolution(taken: str, filters: str, kernel: int, common: Settings) -> Call:
    padding = ["padding=1"] if kernel == 3 else []
    bias = {None: ["bias=bias"], False: ["bias=False"], True: []}[common.bias]
    return Call("nn.Conv2d", (taken, filters, f"kernel_size={kernel}", *padding, *bias))
