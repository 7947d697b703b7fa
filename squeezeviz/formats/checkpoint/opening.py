"""Opening a file of weights: a sentence for whatever is no such file, or stops being one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from squeezeviz.core.errors import Place, SqueezevizError
from squeezeviz.formats.reading import open_regular, read_head, refuse_other_texts


@contextmanager
def weights_file(path: Path) -> Iterator[tuple[BinaryIO, bytes]]:
    """The opened file and its first bytes. SqueezevizError, with the file as its place, for all that goes wrong."""
    head = read_head(path)
    place = Place(file=str(path))
    try:
        refuse_other_texts(head)
        with open_regular(path) as file:
            yield file, head
    except OSError as error:
        raise SqueezevizError(f"it could not be read: {error.strerror or error}", place) from None
    except SqueezevizError as error:
        raise error.at(file=str(path)) from None
