"""Torchvision's trained weights from where they are published into torch.hub's cache.

They come over https alone, are bounded in bytes and in time, and are checked before they have a file that anything
could read.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from squeezeviz import __version__
from squeezeviz.files.atomic import write_bytes
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.files.weights.trained import MOST_BYTES, TrainedWeights, is_whole, matches, sha256
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.wording import readable_bytes

Progress = Callable[[int, int], object]
"""Is called with the bytes that have come, and with how many there are, or about how many."""

SILENT_S = 30.0
"""Seconds without a byte after which the server is given up."""
LONGEST_S = 1800.0
"""Seconds that all of it may take."""
_AT_ONCE = 64 * 1024


def fetch(
    weights: TrainedWeights,
    progress: Progress = lambda done, size: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Fetch the weights unless they are here, and return where they lie. Any thread may call this.

    SqueezevizError where they cannot be reached, are not what was published or cannot be stored, and where it was
    cancelled; nothing is left behind then.
    """
    if weights.built_in or (weights.here and is_whole(weights)):
        return weights.path
    try:
        content = _downloaded(weights, progress, cancelled)
    except (OSError, HTTPException) as error:
        reason = f"{_why(error, weights)}; see that this machine is online and {_ways_out(weights)}"
        raise SqueezevizError(reason, Place(weights.id)) from None
    if not matches(content, weights.digest):
        raise SqueezevizError(
            f"what {_host(weights.url)} sent is not what was published (its SHA-256 begins with "
            f"{sha256(content)[: len(weights.digest)]}, not {weights.digest}), and was not kept; {_ways_out(weights)}",
            Place(weights.id),
        )
    return _stored(weights, content, cancelled)


def _downloaded(weights: TrainedWeights, progress: Progress, cancelled: Callable[[], bool]) -> bytes:
    begun, content = time.monotonic(), bytearray()
    request = Request(weights.url, headers={"User-Agent": f"squeezeviz/{__version__}"})
    with opener().open(request, timeout=SILENT_S) as answer:
        told = answer.headers.get("Content-Length", "")
        size = int(told) if told.isascii() and told.isdecimal() and len(told) < 16 else 0
        while len(content) <= MOST_BYTES and size <= MOST_BYTES:
            if cancelled():
                raise SqueezevizError("it was cancelled", Place(weights.id))
            if time.monotonic() - begun > LONGEST_S:
                raise TimeoutError
            if not (chunk := answer.read1(_AT_ONCE)):
                break
            content += chunk
            progress(len(content), size or weights.bytes)
    if max(len(content), size) > MOST_BYTES:
        raise SqueezevizError(
            f"{_host(weights.url)} sends more than {readable_bytes(MOST_BYTES)}, which are not these weights; "
            f"nothing was kept; {_ways_out(weights)}",
            Place(weights.id),
        )
    if len(content) < size:
        raise ConnectionError(f"it was cut off after {len(content):,} of {size:,} bytes")
    return bytes(content)


def _stored(weights: TrainedWeights, content: bytes, cancelled: Callable[[], bool]) -> Path:
    def check() -> None:
        if cancelled():
            raise SqueezevizError("it was cancelled", Place(weights.id))

    try:
        weights.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SqueezevizError(
            f"this folder of torch.hub's cannot be made: {error.strerror}; TORCH_HOME chooses another",
            Place(file=str(weights.path.parent)),
        ) from None
    write_bytes(weights.path, content, before_replace=check)
    return weights.path


class _ToHttpsAlone(HTTPRedirectHandler):
    """Follows a few redirections, but none that leaves https."""

    max_redirections = 5

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme != "https":
            raise URLError(f"it leads to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def opener() -> OpenerDirector:
    """What opens https URLs and no others: no file, no ftp and no http, also where it is sent there."""
    made = OpenerDirector()
    https = HTTPSHandler(context=ssl.create_default_context())
    errors = (HTTPDefaultErrorHandler(), HTTPErrorProcessor(), UnknownHandler())
    for handler in (ProxyHandler(), https, _ToHttpsAlone(), *errors):
        made.add_handler(handler)
    return made


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _why(error: OSError | HTTPException, weights: TrainedWeights) -> str:
    """Why fetching failed, as a sentence that begins with the server's name."""
    host = _host(weights.url)
    if isinstance(error, HTTPError):
        return f"{host} answered: {error.code} {error.reason}"
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return f"{host} does not answer, or takes too long"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not trusted here: {reason.verify_message}"
    said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return f"fetching from {host} failed: {said}"


def _ways_out(weights: TrainedWeights) -> str:
    return f"try again, or put {weights.url} into {weights.path.parent} yourself; {BUILT_IN} is built in"
