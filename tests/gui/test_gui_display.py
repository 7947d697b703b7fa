"""What is said where no window can open. The whole of it, process and exit code, is tested with the command line."""

from squeezeviz.cli.display import why_no_window

LIBRARY_HINT = "From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin."
NOT_LOADED = 'Could not load the Qt platform plugin "xcb" in "" even though it was found.'


def test_no_display_at_all_is_said_by_the_variables_that_would_name_one() -> None:
    said = why_no_window({}, ["could not connect to display ", LIBRARY_HINT, NOT_LOADED])
    assert said.startswith("there is none to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set")


def test_a_display_that_refuses_is_named() -> None:
    said = why_no_window({"DISPLAY": ":9"}, [NOT_LOADED, "could not connect to display :9", LIBRARY_HINT, NOT_LOADED])
    assert said.startswith("could not connect to display :9; the other commands need no display")


def test_a_plugin_that_lacks_libraries_leads_to_the_set_up() -> None:
    said = why_no_window({"DISPLAY": ":0"}, [NOT_LOADED])
    assert said.endswith("python3 scripts/run.py installs the libraries that Qt needs, or names them")


def test_a_platform_that_qt_does_not_have_is_no_matter_of_libraries() -> None:
    said = why_no_window({"QT_QPA_PLATFORM": "bogus"}, ['Could not find the Qt platform plugin "bogus" in ""'])
    assert said.startswith('Could not find the Qt platform plugin "bogus"')
    assert "libraries" not in said
