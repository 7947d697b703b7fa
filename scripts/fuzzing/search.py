"""Runs libFuzzer, by way of Atheris, on one of our readers: `python -m fuzzing.search FORMAT FOLDER OPTION …`.

The folder has `seeds`, which it adds to; the options are libFuzzer's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["squeezeviz.files", "squeezeviz.model"]):
    from squeezeviz.analysis.resolve import resolve
    from squeezeviz.files import registry, sandbox
    from squeezeviz.model.errors import SqueezevizError


def main() -> None:
    format_id, folder, *options = sys.argv[1:]
    info = next(each for each in registry.FORMATS if each.id == format_id)
    path = Path(folder) / f"input{info.suffixes[0]}"
    if info.binary:
        sandbox.limit_memory(sandbox.MEMORY_LIMIT)
    atheris.Setup([sys.argv[0], *options, str(Path(folder) / "seeds")], lambda content: read(path, content))
    atheris.Fuzz()


def read(path: Path, content: bytes) -> None:
    """A network or a sentence; anything else that is raised ends the search.

    What is binary may ask for more memory than there is: the sandbox has a sentence for that.
    """
    path.write_bytes(content)
    try:
        resolve(registry.read_file(path).table)
    except SqueezevizError as error:
        if "\n" in str(error) or not error.message or error.place.file != str(path):
            raise AssertionError(f"no sentence: {error}") from error
    except MemoryError:
        if not registry.is_binary(str(path)):
            raise


if __name__ == "__main__":
    main()
