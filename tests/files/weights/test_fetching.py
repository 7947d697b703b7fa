"""Fetching torchvision's weights from a server of our own, which is taken for one that is reached by https."""

from __future__ import annotations

import hashlib
import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import AbstractHTTPHandler, HTTPSHandler, Request

import pytest

from squeezeviz.files.weights import fetching, trained
from squeezeviz.files.weights.fetching import fetch
from squeezeviz.files.weights.trained import MOST_BYTES, TRAINED, State, TrainedWeights
from squeezeviz.model.errors import SqueezevizError

CONTENT = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()[:8]
PUBLISHED = TRAINED[1]
WEIGHTS = PUBLISHED._replace(digest=DIGEST)


class OverPlainHttp(AbstractHTTPHandler):
    """Opens https URLs without the encryption, for which a certificate would be needed."""

    def https_open(self, request: Request) -> Any:
        return self.do_open(http.client.HTTPConnection, request)

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__()
        self.context = context

    https_request = AbstractHTTPHandler.do_request_


Serve = Callable[[BaseHTTPRequestHandler], object]


class Server:
    """A server that does with every request what a test says; `asked` are the paths of the requests."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.serve: Serve = whole
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                server.serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"https://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


def answer(request: BaseHTTPRequestHandler, content: bytes, length: int | None) -> None:
    request.send_response(200)
    if length is not None:
        request.send_header("Content-Length", str(length))
    request.end_headers()
    request.wfile.write(content)


def whole(request: BaseHTTPRequestHandler) -> None:
    answer(request, CONTENT, len(CONTENT))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of checkpoints, not made yet."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "torch" / "hub" / "checkpoints"


@pytest.fixture
def server(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(fetching, "HTTPSHandler", OverPlainHttp)
    server = Server()
    monkeypatch.setattr(trained, "MODELS", server.url)
    yield server
    server.close()


def refusal(weights: TrainedWeights = WEIGHTS, **more: Any) -> str:
    """The sentence with which fetching ends; nothing may be left behind."""
    with pytest.raises(SqueezevizError) as raised:
        fetch(weights, **more)
    folder = weights.path.parent
    assert not folder.exists() or not list(folder.iterdir())
    return str(raised.value)


@pytest.mark.parametrize("length", [len(CONTENT), None], ids=["with its length", "without its length"])
def test_what_was_published_comes_into_the_cache(server: Server, cache: Path, length: int | None) -> None:
    server.serve = lambda request: answer(request, CONTENT, length)
    shown: list[tuple[int, int]] = []
    assert not WEIGHTS.here
    path = fetch(WEIGHTS, lambda done, size: shown.append((done, size)))
    assert path == cache / "squeezenet1_0-b66bff10.pth"
    assert path.read_bytes() == CONTENT
    assert [each.name for each in cache.iterdir()] == [path.name]
    assert server.asked == [f"/{path.name}"]
    assert [done for done, _ in shown] == sorted(done for done, _ in shown) and shown[-1][0] == len(CONTENT)
    assert {size for _, size in shown} == {length or WEIGHTS.bytes}
    assert WEIGHTS.state is State.HERE


def test_what_is_here_is_not_fetched_again_unless_it_is_damaged(server: Server, cache: Path) -> None:
    path = fetch(WEIGHTS)
    assert fetch(WEIGHTS) == path and len(server.asked) == 1
    path.write_bytes(CONTENT[:-1])
    assert WEIGHTS.state is State.DAMAGED
    assert fetch(WEIGHTS).read_bytes() == CONTENT and len(server.asked) == 2


def test_what_is_built_in_needs_no_server(server: Server) -> None:
    assert fetch(TRAINED[0]).is_file()
    assert not server.asked


def test_what_is_not_what_was_published_is_not_kept(server: Server, cache: Path) -> None:
    said = refusal(PUBLISHED)
    assert f"(its SHA-256 begins with {DIGEST}, not b66bff10)" in said
    assert said.endswith(f"try again, or put {PUBLISHED.url} into {cache} yourself; squeezenet1_1-imagenet is built in")


@pytest.mark.parametrize("told", [True, False])
def test_a_server_that_sends_too_much_is_left(server: Server, told: bool) -> None:
    sent = 0

    def endless(request: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        answer(request, b"", 2 * MOST_BYTES if told else None)
        try:
            while sent < 20 * MOST_BYTES:
                sent += request.wfile.write(b"x" * 2**20)
        except ConnectionError:
            pass

    server.serve = endless
    assert "127.0.0.1 sends more than 16.0 MiB, which are not these weights" in refusal()
    assert sent < 20 * MOST_BYTES


def test_a_server_that_sends_too_little_is_told_from_a_whole_answer(server: Server) -> None:
    server.serve = lambda request: answer(request, CONTENT[:1000], len(CONTENT))
    assert "it was cut off after 1,000 of 256,000 bytes; see that this machine is online and try again" in refusal()


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("http://127.0.0.1:1/other.pth", "it leads to http://127.0.0.1:1/other.pth, which is not https"),
        ("ftp://127.0.0.1/other.pth", "it leads to ftp://127.0.0.1/other.pth, which is not https"),
        ("file:///etc/hostname", "127.0.0.1 answered: 302"),
    ],
)
def test_a_redirection_that_leaves_https_is_not_followed(server: Server, place: str, reason: str) -> None:
    def redirect(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", place)
        request.end_headers()

    server.serve = redirect
    assert reason in refusal()
    assert len(server.asked) == 1


def test_a_redirection_within_https_is_followed_but_not_for_ever(server: Server) -> None:
    def redirect(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/there.pth":
            whole(request)
        else:
            request.send_response(301)
            request.send_header("Location", f"{server.url}{'there' if once else request.path[1:]}.pth")
            request.end_headers()

    server.serve = redirect
    once = True
    assert fetch(WEIGHTS).read_bytes() == CONTENT
    WEIGHTS.path.unlink()
    once = False
    assert "127.0.0.1 answered: 301" in refusal()
    assert len(server.asked) < 12


def test_an_answer_that_is_an_error_is_told(server: Server) -> None:
    server.serve = lambda request: request.send_error(503, "Service Unavailable")
    assert refusal().startswith("squeezenet1_0-torchvision: 127.0.0.1 answered: 503 Service Unavailable; see")


def test_what_is_no_http_at_all_is_told(server: Server) -> None:
    server.serve = lambda request: request.wfile.write(b"SSH-2.0\r\n\r\n")
    assert "fetching from 127.0.0.1 failed: SSH-2.0" in refusal()


def test_a_server_that_falls_silent_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = threading.Event()

    def stop(request: BaseHTTPRequestHandler) -> None:
        answer(request, CONTENT[:10], len(CONTENT))
        request.wfile.flush()
        silent.wait()

    server.serve = stop
    monkeypatch.setattr(fetching, "SILENT_S", 0.2)
    try:
        assert "127.0.0.1 does not answer, or takes too long" in refusal()
    finally:
        silent.set()


def test_one_that_only_drips_is_given_up_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10**9, 600))  # each look at it is ten minutes later
    monkeypatch.setattr("squeezeviz.files.weights.fetching.time.monotonic", lambda: next(clock))
    assert "127.0.0.1 does not answer, or takes too long" in refusal()


def test_a_server_that_is_not_there_is_told_with_the_ways_out(server: Server) -> None:
    server.close()
    said = refusal()
    assert said.startswith("squeezenet1_0-torchvision: fetching from 127.0.0.1 failed: Connection refused; see that")
    assert said.endswith("squeezenet1_1-imagenet is built in")


def test_it_can_be_cancelled_while_it_comes_and_right_before_it_is_kept(server: Server) -> None:
    come: list[int] = []
    said = refusal(progress=lambda done, size: come.append(done), cancelled=lambda: bool(come))
    assert said == "squeezenet1_0-torchvision: it was cancelled"
    assert len(come) == 1
    looks: list[int] = []

    def when_all_has_come() -> bool:
        looks.extend(come[-1:] if come[-1] == len(CONTENT) else ())
        return len(looks) == 2

    refusal(progress=lambda done, size: come.append(done), cancelled=when_all_has_come)
    assert len(looks) == 2


def test_a_folder_that_cannot_be_made_is_named(server: Server, cache: Path) -> None:
    cache.parent.parent.write_text("a file where the folder should be")
    with pytest.raises(SqueezevizError, match=r"cannot be made: .*; TORCH_HOME chooses another"):
        fetch(WEIGHTS)


def test_certificates_are_checked() -> None:
    handlers = vars(fetching.opener())["handlers"]
    context = next(vars(each)["_context"] for each in handlers if isinstance(each, HTTPSHandler))
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "file:///etc/hostname", "ftp://127.0.0.1/", "data:,x"])
def test_nothing_but_https_is_opened(url: str) -> None:
    with pytest.raises(URLError, match="unknown url type"):
        fetching.opener().open(url)
