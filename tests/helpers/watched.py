"""Reads or writes files in a process that tells everything it asks of the system: `python watched.py DOING FILE …`.

Python says by audit events (PEP 578) which files are opened and modules imported, which processes, connections and
pieces of code there are. What a first time imports, compiles and finds out about the machine is not told: each file is
read or written twice, and the first time it is written to a folder of its own.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from squeezeviz.analysis.resolve import resolve
from squeezeviz.cli.commands import run
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import SqueezevizError


def read(path: str) -> None:
    try:
        resolve(read_file(path).table)
    except SqueezevizError as error:
        assert error.message


def convert(path: str) -> None:
    assert run(["convert", "table1", path]) == 0


def export(path: str) -> None:
    assert run(["export", "table1", path]) == 0


DOING: Mapping[str, Callable[[str], None]] = {"read": read, "convert": convert, "export": export}


def main() -> None:
    do, paths = DOING[sys.argv[1]], sys.argv[2:]
    with TemporaryDirectory() as elsewhere:
        for path in paths:
            do(path if do is read else str(Path(elsewhere, path)))
    told: list[list[str]] = []
    listening = True

    def listen(event: str, given: tuple[object, ...]) -> None:
        if listening:
            told.append([event, *(str(each) for each in given)])

    sys.addaudithook(listen)
    for path in paths:
        told.append(["file", path])
        do(path)
    listening = False
    print(json.dumps(told))


if __name__ == "__main__":
    main()
