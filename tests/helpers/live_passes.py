"""Live passes made by hand, without torch."""

from typing import Any

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.report import predicted_report
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.json_data import from_json


def as_predicted(network: ResolvedNetwork, batch: int = 1, time_ms: float = 0.5) -> LivePass:
    """Return a pass that measures exactly what was predicted, in which every operation takes `time_ms`."""
    report: dict[str, Any] = predicted_report(network, batch=batch)
    for layer in report["layers"]:
        layer["time_ms"] = time_ms * len(layer["operations"])
        for step in layer["operations"]:
            step["time_ms"] = time_ms
    whole = {"time_ms": sum(layer["time_ms"] for layer in report["layers"]), "memory_bytes": 1000, "given": ["conv1"]}
    return from_json(LivePass, report | whole | {"device": {"id": "cpu", "name": "CPU"}}, "a pass")
