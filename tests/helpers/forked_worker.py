"""Workers of the live pass that need not load PyTorch, which takes seconds: one process has, and each is a fork of it.

As a program, with the name of that process's socket, it hands its own stdin, stdout and stderr to a fork, which works
as `python -m squeezeviz.trace.worker` does, and ends as the fork ends. Where it is killed, so is the fork.
"""

import json
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

MOST_BYTES = 100_000
"""Of a folder and an environment."""


def serve(name: str) -> None:
    """Fork a worker for each that connects to the socket of that name, until stdin ends."""
    from selectors import EVENT_READ, DefaultSelector

    _load()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, DefaultSelector() as waiting:
        listener.bind(f"\0{name}")
        listener.listen()
        waiting.register(listener, EVENT_READ)
        waiting.register(sys.stdin, EVENT_READ)
        print("listening", flush=True)
        forks: dict[int, tuple[socket.socket, int]] = {}
        while ready := [key.fileobj for key, _ in waiting.select()]:
            if sys.stdin in ready:
                return
            if listener in ready:
                asking = listener.accept()[0]
                process = _fork(asking)
                forks[process] = asking, os.pidfd_open(process)
                for each in forks[process]:
                    waiting.register(each, EVENT_READ)
            for process, (asking, ended) in list(forks.items()):
                if asking in ready and ended not in ready:
                    os.kill(process, signal.SIGKILL)
                if asking in ready or ended in ready:
                    _, status = os.waitpid(process, 0)
                    _tell(asking, max(os.waitstatus_to_exitcode(status), 0))
                    for each in forks.pop(process):
                        waiting.unregister(each)
                    asking.close()
                    os.close(ended)


def _load() -> None:
    """Load all that a worker loads."""
    from squeezeviz.trace import brought_maps, class_maps, devices, following, passes, picture_input, worker  # noqa: F401
    from squeezeviz.trace.failures import load_torch

    load_torch()


def _fork(asking: socket.socket) -> int:
    """The fork's process id, where it returns, which is in the process that forks."""
    said, files, *_ = socket.recv_fds(asking, MOST_BYTES, 3)
    if process := os.fork():
        for file in files:
            os.close(file)
        return process
    from squeezeviz.trace import worker

    for file, handed in enumerate(files):
        os.dup2(handed, file)
    os.closerange(3, 256)
    folder, environment = json.loads(said)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    worker.main()
    raise AssertionError("the worker ends its process")


def _tell(asking: socket.socket, code: int) -> None:
    with suppress(BrokenPipeError):  # it was killed
        asking.send(bytes([code]))


def hand_over(name: str) -> int:
    """Have a fork work with this process's files; the exit code that it ends with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as serving:
        serving.connect(f"\0{name}")
        said = json.dumps([str(Path.cwd()), dict(os.environ)]).encode()
        socket.send_fds(serving, [said], [0, 1, 2])
        return serving.recv(1)[0]


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        sys.exit(hand_over(sys.argv[1]))
