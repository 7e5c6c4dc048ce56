"""How two texts differ, and that nothing is lost in saying so."""

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.writing.differences import Change, compare

WORDS = st.lists(
    st.sampled_from(["one", "two", "ثلاثة", "four.", "*", "\n"]), max_size=8
)
TEXTS = st.lists(WORDS.map(" ".join), max_size=8).map("\n\n".join)


def side(paragraphs, gone):
    """The words of one of the two texts, as the comparison tells it."""
    return [
        "".join(piece.text for piece in each.pieces if piece.change is not gone)
        for each in paragraphs
        if each.pieces and each.change is not gone
    ]


def test_a_word_that_changed_is_told_and_the_rest_of_its_paragraph_stays():
    (paragraph,) = compare("The walls are old.", "The walls are very old.")
    assert paragraph.change is Change.CHANGED
    told = [(piece.change, piece.text.strip()) for piece in paragraph.pieces]
    assert (Change.ADDED, "very") in told
    assert all(change is not Change.REMOVED for change, _text in told)


def test_paragraphs_that_came_went_and_stayed():
    old = "\n\n".join(["a b c", *(f"same {n}" for n in range(9)), "goes away", "end"])
    new = "\n\n".join(["a b d", *(f"same {n}" for n in range(9)), "end", "is new"])
    told = [(each.change, each.count) for each in compare(old, new)]
    assert told == [
        (Change.CHANGED, 0),
        (Change.SAME, 0),
        (Change.SKIPPED, 7),
        (Change.SAME, 0),
        (Change.REMOVED, 0),
        (Change.SAME, 0),
        (Change.ADDED, 0),
    ]


def test_a_paragraph_that_was_changed_is_found_below_a_new_one():
    told = compare("Go there once at the same hour.", "New.\n\nGo there twice.")
    assert [each.change for each in told] == [Change.ADDED, Change.CHANGED]


def test_what_has_nothing_in_common_is_no_confetti():
    told = compare("alpha beta gamma delta", "something wholly other stands here")
    assert [each.change for each in told] == [Change.REMOVED, Change.ADDED]


def test_long_texts_are_compared_without_end_of_patience():
    old, new = "word " * 20_000, "other " * 20_000
    assert [each.change for each in compare(old, new)] == [Change.REMOVED, Change.ADDED]
    lines = "\n\n".join(f"{n % 7}" for n in range(5000))
    assert compare(lines, lines + "\n\nmore")[-1].change is Change.ADDED


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_a_comparison(old, new):
    told = compare(old, new)
    assert bool(told) or old.split() == new.split()
    skipped = sum(each.count for each in told)
    for text, gone in ((old, Change.ADDED), (new, Change.REMOVED)):
        paragraphs = [each for each in text.split("\n\n") if each.strip()]
        shown = side(told, gone)
        if not skipped and told:
            assert "".join("".join(shown).split()) == "".join(text.split())
        elif told:
            assert len("".join(shown)) <= len("".join(paragraphs)) + len(text)
