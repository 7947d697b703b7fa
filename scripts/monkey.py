"""Do random things in the real window until one of them breaks it; sets up what that needs first.

python3 scripts/monkey.py [--seed N] [--events N] [--first N] [--worker]

Keys, clicks, drags, wheel, commands, resizes, zooms, edits, files, pictures, and all that shows what a network sees,
over random tables, in a window that nobody sees, whose worker is killed now and then.
An exception, a warning of Qt's, a crash, or an event that takes more than 500 ms of the window's processor time ends
it: the last lines then say what happened, and the command that repeats it in the fewest of the last events; the exit
code is 1. `--first` leaves out the events before that number. `--worker` runs the real live pass, whose answers come
when they come, so that a seed need not repeat itself. It writes nothing but into a temporary folder of its own.
"""

import sys

import _setup
from _children import run_script


def main() -> None:
    _setup.become_tool("monkeys", "test", __doc__, sys.argv[1:])


if __name__ == "__main__":
    run_script(main)
