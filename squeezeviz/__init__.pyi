from squeezeviz.api.comparison import Comparison as Comparison
from squeezeviz.api.comparison import compare as compare
from squeezeviz.api.network import Network as Network
from squeezeviz.api.network import from_module as from_module
from squeezeviz.api.network import open_network as open  # noqa: A004 - always used as `sv.open`
from squeezeviz.api.trace import Trace as Trace
from squeezeviz.model.errors import SqueezevizError as SqueezevizError

__version__: str
__all__ = [
    "Comparison",
    "Network",
    "SqueezevizError",
    "Trace",
    "__version__",
    "compare",
    "from_module",
    "open",
]
