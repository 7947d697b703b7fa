"""SqueezeNets in small, as people write them in PyTorch."""

import torch
from torch import Tensor, nn

import squeezeviz.trace  # noqa: F401, before torch: it tells OpenMP how to wait
from squeezeviz.model.layers import Bypass


class TorchFire(nn.Module):
    def __init__(self, channels: int, s1x1: int, each: int, bypass: Bypass) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, s1x1, 1)
        self.expand1x1 = nn.Conv2d(s1x1, each, 1)
        self.expand3x3 = nn.Conv2d(s1x1, each, 3, padding=1)
        self.around = nn.Conv2d(channels, 2 * each, 1) if bypass is Bypass.COMPLEX else nn.Identity()
        self.bypass = bypass

    def forward(self, x: Tensor) -> Tensor:
        squeezed = self.squeeze(x).relu()
        stacked = torch.cat([self.expand1x1(squeezed).relu(), self.expand3x3(squeezed).relu()], 1)
        return stacked if self.bypass is Bypass.NONE else stacked + self.around(x)


class TorchNet(nn.Module):
    """torchvision's SqueezeNet in small; `end` is how its last map becomes a vector."""

    def __init__(self, bypass: Bypass, end: str) -> None:
        super().__init__()
        simple = Bypass.NONE if bypass is Bypass.NONE else Bypass.SIMPLE
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, ceil_mode=True),
            TorchFire(8, 2, 4, bypass), TorchFire(8, 2, 4, simple), nn.MaxPool2d(3, 2, ceil_mode=True),
        )  # fmt: skip
        self.classifier = nn.Sequential(nn.Dropout(), nn.Conv2d(8, 5, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.end = end

    def forward(self, x: Tensor) -> Tensor:
        x = self.classifier(self.features(x))
        match self.end:
            case "flatten":
                return x.flatten(1)
            case "view":
                return x.view(x.size(0), -1)
            case "squeeze":
                return x.squeeze(3).squeeze(2)
            case _:
                return x.softmax(1)
