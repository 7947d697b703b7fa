"""Modules as people write them: SqueezeNets in every manner of speaking, and what a layer table cannot say."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional


class Fire(nn.Module):
    """torchvision's."""

    def __init__(self, channels: int, squeeze: int, expand1: int, expand3: int, *, bias: bool = True) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeeze, 1, bias=bias)
        self.squeeze_activation = nn.ReLU(inplace=True)
        self.expand1x1 = nn.Conv2d(squeeze, expand1, 1, bias=bias)
        self.expand1x1_activation = nn.ReLU(inplace=True)
        self.expand3x3 = nn.Conv2d(squeeze, expand3, 3, padding=1, bias=bias)
        self.expand3x3_activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.squeeze_activation(self.squeeze(x))
        expands = [self.expand1x1_activation(self.expand1x1(x)), self.expand3x3_activation(self.expand3x3(x))]
        return torch.cat(expands, 1)


class Torchvision(nn.Module):
    """Both of torchvision's SqueezeNets, by hand."""

    def __init__(self, version: str, classes: int = 10) -> None:
        super().__init__()

        def pool() -> nn.Module:
            return nn.MaxPool2d(3, 2, ceil_mode=True)

        if version == "1_0":
            self.features = nn.Sequential(
                nn.Conv2d(3, 96, 7, stride=2), nn.ReLU(inplace=True), pool(),
                Fire(96, 16, 64, 64), Fire(128, 16, 64, 64), Fire(128, 32, 128, 128), pool(),
                Fire(256, 32, 128, 128), Fire(256, 48, 192, 192), Fire(384, 48, 192, 192), Fire(384, 64, 256, 256),
                pool(), Fire(512, 64, 256, 256),
            )  # fmt: skip
        else:
            self.features = nn.Sequential(
                nn.Conv2d(3, 64, 3, stride=2), nn.ReLU(inplace=True), pool(),
                Fire(64, 16, 64, 64), Fire(128, 16, 64, 64), pool(),
                Fire(128, 32, 128, 128), Fire(256, 32, 128, 128), pool(),
                Fire(256, 48, 192, 192), Fire(384, 48, 192, 192), Fire(384, 64, 256, 256), Fire(512, 64, 256, 256),
            )  # fmt: skip
        last = nn.Conv2d(512, classes, 1)
        self.classifier = nn.Sequential(nn.Dropout(), last, nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1)))

    def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(self.classifier(self.features(x)), 1)


class Functional(nn.Module):
    """One ReLU behind the concat, functions for all that has no weights."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2)
        self.s = nn.Conv2d(8, 4, 1)
        self.a = nn.Conv2d(4, 8, 1)
        self.b = nn.Conv2d(4, 8, 3, padding=1)
        self.out = nn.Conv2d(16, 5, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(functional.relu(self.stem(x)), 3, 2)
        y = functional.relu(self.s(x))
        x = functional.relu(torch.cat((self.a(y), self.b(y)), dim=1))
        x = functional.dropout(x, 0.5, self.training)
        out: Tensor = self.out(x).mean((2, 3)).softmax(1)
        return out


class Flipped(nn.Module):
    """The 3×3 expand stacked first."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.squeeze = nn.Conv2d(8, 4, 1)
        self.small = nn.Conv2d(4, 6, 1)
        self.large = nn.Conv2d(4, 8, 3, padding=1)
        self.head = nn.Conv2d(14, 5, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.squeeze(torch.relu(self.conv(x))))
        x = torch.cat([torch.relu(self.large(y)), torch.relu(self.small(y))], 1)
        return functional.adaptive_avg_pool2d(torch.relu(self.head(x)), 1).flatten(1)


class Bypasses(nn.Module):
    """`+`, `+=` and torch.add, with a projection in the last; a pool as large as its map."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.fire1, self.fire2, self.fire3 = Fire(8, 4, 4, 4), Fire(8, 4, 4, 4), Fire(8, 4, 8, 8)
        self.around = nn.Conv2d(8, 16, 1)
        self.head, self.pool = nn.Conv2d(16, 5, 1), nn.AvgPool2d(14)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.stem(x))
        x = self.fire1(x) + x
        x += self.fire2(x)
        x = torch.add(self.fire3(x), self.around(x))
        out: Tensor = self.pool(functional.relu(self.head(x)))
        return out.squeeze(-1).squeeze(-1)


class Add(nn.Module):
    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        return one + other


class BypassModule(nn.Module):
    """A bypass by a module of its own, and a Fire that holds its bypass."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
        self.fire = Fire(8, 4, 4, 4)
        self.add = Add()

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        out: Tensor = self.add(x, self.fire(x))
        return out


class Stages(nn.Module):
    """A loop over lists of modules."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 8, 3, 2, 1), act=nn.ReLU()))
        first = nn.ModuleList([Fire(8, 4, 8, 8), Fire(16, 4, 8, 8)])
        self.stages = nn.ModuleList([first, nn.ModuleList([Fire(16, 4, 8, 8)])])
        self.head = nn.Conv2d(16, 7, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for stage in self.stages:
            assert isinstance(stage, nn.ModuleList)
            for fire in stage:
                x = fire(x)
            x = functional.max_pool2d(x, 3, 2, ceil_mode=True)
        out: Tensor = self.head(x)
        return out.mean((2, 3))


class BySize(nn.Module):
    """A branch on the size of the image, which is known."""

    def __init__(self) -> None:
        super().__init__()
        self.net = Stages()

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] > 32:
            x = functional.avg_pool2d(x, 2)
        out: Tensor = self.net(x)
        return out


class Larger(nn.Module):
    """A SqueezeNet within a larger model."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = Torchvision("1_1")
        self.fc = nn.Linear(10, 2)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fc(self.backbone(x))
        return out


class Stem(nn.Module):
    """A first layer of any kind, and a Fire module without biases where `bias` is false."""

    def __init__(self, *first: nn.Module, channels: int = 8, bias: bool = True) -> None:
        super().__init__()
        self.first = nn.Sequential(*first)
        self.fire = Fire(channels, 4, 4, 4, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fire(self.first(x))
        return out


class Clamped(nn.Module):
    """A ReLU by another name, and padding by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding="same", bias=False)
        self.fire = Fire(8, 4, 4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return torch.mean(self.fire(self.conv(x).clamp(min=0)), dim=[-1, -2], keepdim=True)


class Twice(nn.Module):
    """One Fire module that runs twice, with the same weights."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.fire = nn.Conv2d(3, 8, 3), Fire(8, 4, 4, 4)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fire(self.fire(torch.relu(self.conv(x))))
        return out


class ByParameters(nn.Module):
    """Convolutions by functions with parameters of its own, one of them used twice, and a dropout that always drops."""

    def __init__(self) -> None:
        super().__init__()
        self.w1, self.w2 = nn.Parameter(torch.randn(8, 3, 3, 3)), nn.Parameter(torch.randn(8, 8, 1, 1))
        self.fire = Fire(8, 4, 4, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(functional.conv2d(x, self.w1, stride=2))
        for _ in range(2):
            x = functional.relu(functional.conv2d(x, self.w2))
        out: Tensor = self.fire(functional.dropout(x, 0.25))
        return out


class Chained(nn.Module):
    """As many believe: the 3×3 expand after the 1×1."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.squeeze = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 1)
        self.expand1, self.expand3 = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.squeeze(torch.relu(self.conv(x))))
        one = torch.relu(self.expand1(x))
        return torch.cat([one, torch.relu(self.expand3(one))], 1)


class ByValue(nn.Module):
    """A branch on the values of the image."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        if x.sum() > 0:
            x = -x
        out: Tensor = self.conv(x)
        return out


class TwoOutputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.conv(x)
        return x, x.relu()


class TwoInputs(nn.Module):
    def forward(self, x: Tensor, other: Tensor) -> Tensor:
        return x + other


class WrongChannels(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.other = nn.Conv2d(3, 8, 3), nn.Conv2d(9, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return torch.relu(self.other(x))  # this line is at fault


class Centred(nn.Module):
    """Prepares its images itself."""

    def __init__(self) -> None:
        super().__init__()
        self.mean: Tensor
        self.register_buffer("mean", torch.zeros(1, 3, 1, 1))
        self.conv, self.fire = nn.Conv2d(3, 8, 3), Fire(8, 4, 4, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = x - self.mean
        out: Tensor = self.fire(torch.relu(self.conv(x)))
        return out
