"""squeezeviz makes a SqueezeNet visible: its layer table, its graph, and a measured forward pass.

>>> import squeezeviz as sv
>>> net = sv.open("table1")
>>> net.depth, net.parameters, net["fire2"].depth
(18, 1248424, 2)
>>> wide = net.edit("fire3", s1x1=24)
>>> wide.parameters - net.parameters
6152
>>> wide.trace("meta").disagreements
()
"""

__version__ = "0.2.0"

_NAMES = {
    "Comparison": "api.comparison.Comparison",
    "Network": "api.network.Network",
    "SqueezevizError": "model.errors.SqueezevizError",
    "Trace": "api.trace.Trace",
    "compare": "api.comparison.compare",
    "from_module": "api.network.from_module",
    "open": "api.network.open_network",
}
"""Where each name is, which is loaded when it is first used; `__init__.pyi` says so to type checkers."""
__all__ = [*_NAMES, "__version__"]


def __getattr__(name: str) -> object:
    if name not in _NAMES:
        raise AttributeError(f"module 'squeezeviz' has no attribute {name!r}")
    from importlib import import_module

    module, _, attribute = _NAMES[name].rpartition(".")
    found: object = getattr(import_module(f"squeezeviz.{module}"), attribute)
    return found


def __dir__() -> list[str]:
    return __all__
