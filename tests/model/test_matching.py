"""Which titles fit a few typed letters, and which of them fit best."""

import pytest

from squeezeviz.model.matching import LONGEST, Fit, Match, Typed, spaced_words


def fit(typed: str, title: str, beside: str = "") -> Fit | None:
    found = how(typed, title, beside)
    return None if found is None else found.fit


def how(typed: str, title: str, beside: str = "") -> Match | None:
    return Typed(typed).match(spaced_words(title), spaced_words(beside))


@pytest.mark.parametrize(
    ("typed", "title", "beside", "wanted"),
    [
        ("export table", "Export Table…", "File", Fit.WHOLE),
        ("EXPORT", "Export Table…", "File", Fit.BEGINNING),
        ("ex ta", "Export Table…", "File", Fit.WORDS),
        ("pa st", "Export Part of State", "", Fit.WORDS),
        ("port", "Export Table…", "File", Fit.WITHIN),
        ("theme dark", "Dark", "View › Theme", Fit.CONTEXT),
        ("view theme", "Dark", "View › Theme", Fit.CONTEXT),
        ("extb", "Export Table…", "File", Fit.LETTERS),
        ("f5", "fire5", "Layer", Fit.LETTERS),
        ("3x3", "share of 3×3 filters", "", Fit.WORDS),
        ("squeeze", "fire2/squeeze1x1", "", Fit.WORDS),
        ("x2", "Filters ×2", "", Fit.WORDS),
        ("×2", "Filters ×2", "", Fit.WORDS),
        ("*2", "Filters ×2", "", Fit.WORDS),
        ("½", "Filters ×½", "", Fit.WITHIN),
        ("x½", "Filters ×½", "", Fit.WORDS),
        ("1/2", "Filters ×½", "", Fit.WITHIN),
        ("x1/2", "Filters ×½", "", Fit.WORDS),
        ("+8", "Filters +8", "", Fit.WORDS),
        ("ta ex", "Export Table…", "File", Fit.CONTEXT),
        ("exporting", "Export Table…", "File", None),
        ("q", "Export Table…", "File", None),
    ],
)
def test_a_title_fits_in_the_best_way_that_it_can(typed: str, title: str, beside: str, wanted: Fit | None) -> None:
    assert fit(typed, title, beside) is wanted


def test_the_ways_to_fit_are_in_order_and_letters_that_begin_words_count_for_more() -> None:
    titles = ["Cd", "Cdrom", "x Cd", "abCd", "Clean Dishes", "Cold", "Xcxdx"]
    found = [how("cd", title) for title in titles]
    assert None not in found
    assert found == sorted(found, key=lambda each: each or (99,))
    assert len(set(found)) == len(titles)


def test_a_text_of_any_length_and_script_is_compared_in_few_steps() -> None:
    assert fit("ж", "Жук") is Fit.BEGINNING
    assert fit("a" * 300 + "b", "a" * 100_000) is Fit.WHOLE  # no more than LONGEST is looked at
    assert fit("a" * (LONGEST - 1) + "b", "a" * 100_000) is None
    assert not Typed("…")
    assert spaced_words("·›…") in ("", " ·")
