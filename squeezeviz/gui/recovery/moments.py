"""Times as a person says them."""

from __future__ import annotations

from datetime import datetime, timedelta


def moment(at: float, now: float) -> str:
    """A time of day, with the day where it is not today's; both in seconds since 1970."""
    then, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now)
    clock = f"{then:%H:%M}"
    if then.date() == today.date():
        return clock
    if then.date() == today.date() - timedelta(days=1):
        return f"yesterday, {clock}"
    year = "" if then.year == today.year else f" {then.year}"
    return f"{then.day} {then:%B}{year}, {clock}"


def age(at: float, now: float) -> str:
    """How long ago that was: `5 minutes ago`."""
    seconds = max(0.0, now - at)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(seconds // length)
        if count:
            return f"{count:,} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
