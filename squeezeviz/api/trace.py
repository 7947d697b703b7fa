"""A measured forward pass, with what was predicted beside it."""

from __future__ import annotations

from typing import Any

from squeezeviz.analysis.live import Disagreement, LivePass, disagreements
from squeezeviz.analysis.report import measured_report
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.weights import Weights
from squeezeviz.model.records import NamedTuple


class Trace(NamedTuple):
    """What a forward pass measured of a network."""

    network: ResolvedNetwork
    measured: LivePass
    """Shapes, depths, counts and times of the pass, of each layer, and of each operation in it."""

    @classmethod
    def of(cls, network: ResolvedNetwork, weights: Weights | None, device: str, batch: int, repeats: int) -> Trace:
        from squeezeviz.trace.failures import load_torch

        load_torch()
        from squeezeviz.trace.passes import live_pass
        from squeezeviz.trace.weights import as_tensors

        given = as_tensors(weights.arrays) if weights else None
        return cls(network, live_pass(network, device=device, batch=batch, repeats=repeats, weights=given))

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Every number that was measured otherwise than predicted: none, unless something is wrong with squeezeviz."""
        return tuple(disagreements(self.network, self.measured))

    def to_dict(self) -> dict[str, Any]:
        """The object that `squeezeviz trace --format json` prints, schema squeezeviz/trace-1."""
        return measured_report(self.network, self.measured)

    def __str__(self) -> str:
        """The table that `squeezeviz trace` prints."""
        from squeezeviz.files.tables.numbers_table import render

        return render(self.network, "table", self.measured)

    def _repr_markdown_(self) -> str:
        from squeezeviz.files.tables.numbers_table import render

        return render(self.network, "markdown", self.measured)
