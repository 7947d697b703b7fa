"""What a function is called with while a test runs."""

from typing import Any

import pytest


def calls_of(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[tuple[Any, ...]]:
    """What that function of a module or class is given from here on, call by call; it does what it did."""
    function, calls = getattr(owner, name), []

    def noted(*given: Any, **named: Any) -> Any:
        calls.append(given)
        return function(*given, **named)

    monkeypatch.setattr(owner, name, noted)
    return calls
