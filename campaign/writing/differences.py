"""How two texts differ: paragraph by paragraph, and inside of them word by word."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

#: Comparing takes about so many steps as the one text has parts times the other:
#: beyond this the old one is shown as a whole, and then the new one.
_MOST_STEPS: Final = 4_000_000
#: Paragraphs that have less than this in common are two, not one that was changed.
_LEAST_ALIKE: Final = 0.3
#: So many paragraphs that stayed are shown around one that did not.
_AROUND: Final = 1
#: So many of the new ones are looked through for the one that an old one became.
_LOOKED_THROUGH: Final = 20
_PART: Final = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What became of a paragraph, or of a piece of one."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    #: Paragraphs that stayed and are not shown.
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Piece:
    """Some words in a row with one fate."""

    change: Change
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the comparison; `count` is of those that are skipped."""

    change: Change
    pieces: tuple[Piece, ...] = ()
    count: int = 0


def compare(old: str, new: str) -> list[Paragraph]:
    """Return how `old` became `new`; nothing where they are the same."""
    if old == new:
        return []
    before, after = _paragraphs(old), _paragraphs(new)
    found: list[Paragraph] = []
    for tag, a, b, c, d in _steps(before, after):
        if tag == "equal":
            found.extend(_whole(Change.SAME, text) for text in before[a:b])
        else:
            found.extend(_replaced(before[a:b], after[c:d]))
    return list(_shortened(found))


def _paragraphs(text: str) -> list[str]:
    return [each for each in re.split(r"\n(?:[ \t]*\n)+", text) if each.strip()]


def _steps(
    before: Sequence[str], after: Sequence[str]
) -> list[tuple[str, int, int, int, int]]:
    if len(before) * len(after) > _MOST_STEPS:
        return [("replace", 0, len(before), 0, len(after))]
    return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())


def _whole(change: Change, text: str) -> Paragraph:
    return Paragraph(change, (Piece(change, text),))


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    # What comes next of the new ones; those before it have been told.
    following = 0
    for old in before:
        twin = _twin(old, after[following : following + _LOOKED_THROUGH])
        if twin is None:
            yield _whole(Change.REMOVED, old)
            continue
        for new in after[following : following + twin]:
            yield _whole(Change.ADDED, new)
        yield from _rewritten(old, after[following + twin])
        following += twin + 1
    for new in after[following:]:
        yield _whole(Change.ADDED, new)


def _twin(old: str, candidates: Sequence[str]) -> int | None:
    """Which of the new paragraphs was made of an old one: the one most like it."""
    words = Counter(old.split())
    shares = [_share(words, Counter(new.split())) for new in candidates]
    best = max(shares, default=0.0)
    return shares.index(best) if best >= _LEAST_ALIKE else None


def _share(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _rewritten(old: str, new: str) -> Iterator[Paragraph]:
    before, after = _PART.findall(old), _PART.findall(new)
    if len(before) * len(after) <= _MOST_STEPS:
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        if _alikeness(matcher, before, after) >= _LEAST_ALIKE:
            yield Paragraph(Change.CHANGED, tuple(_pieces(matcher, before, after)))
            return
    yield _whole(Change.REMOVED, old)
    yield _whole(Change.ADDED, new)


def _alikeness(
    matcher: "SequenceMatcher[str]", before: Sequence[str], after: Sequence[str]
) -> float:
    """How much of two paragraphs is the same, from 0 to 1; blanks always are."""
    total = sum(not part.isspace() for part in (*before, *after))
    same = sum(
        not part.isspace()
        for at, _other, size in matcher.get_matching_blocks()
        for part in before[at : at + size]
    )
    return 2 * same / total if total else 1


def _pieces(
    matcher: "SequenceMatcher[str]", before: Sequence[str], after: Sequence[str]
) -> Iterator[Piece]:
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Change.SAME, "".join(before[a:b]))
            continue
        if b > a:
            yield Piece(Change.REMOVED, "".join(before[a:b]))
        if d > c:
            yield Piece(Change.ADDED, "".join(after[c:d]))


def _shortened(found: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Leave out what stayed, but for what stands next to a change."""
    changed = [i for i, each in enumerate(found) if each.change is not Change.SAME]
    near = {
        i for at in changed for i in range(at - _AROUND, at + _AROUND + 1)
    }  # fmt: skip
    skipped = 0
    for at, each in enumerate(found):
        if at not in near:
            skipped += 1
            continue
        if skipped:
            yield Paragraph(Change.SKIPPED, count=skipped)
        skipped = 0
        yield each
    if skipped:
        yield Paragraph(Change.SKIPPED, count=skipped)
