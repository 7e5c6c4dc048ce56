"""A picture as a page shows it: its addresses, its words and its markup."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from .sizes import KINDS, height_at

#: The widest file that browsers get which know neither srcset nor newer kinds.
_PLAIN_WIDTH: Final = 800
#: How wide a figure in a text is.
IN_TEXT: Final = "(min-width: 46rem) 44rem, calc(100vw - 2rem)"
#: The steps in which style sheets know the focal point, in hundredths.
_FOCUS_STEP: Final = 10


@dataclass(frozen=True)
class Shown:
    """What of a picture may be shown: its address, its sizes and its words.

    `key` opens the files of a picture that is not public; `site` makes addresses
    whole, for feeds.
    """

    slug: str
    file_name: str
    width: int  # pixels, of the file from which the sizes are made
    height: int
    widths: tuple[int, ...]  # pixels, those that are ready
    alternative_text: str
    caption: str
    credit: str
    licence: str
    language: str
    focus: tuple[int, int]  # hundredths of width and height
    key: str = ""
    site: str = ""

    def with_key(self, key: str) -> "Shown":
        return replace(self, key=key)

    def at_site(self, site: str) -> "Shown":
        return replace(self, site=site)

    def address(self, width: int, kind: str) -> str:
        """Return the address of the file in a width and of a kind."""
        query = f"?key={self.key}" if self.key else ""
        file = f"{self.file_name}-{width}.{kind}"
        return f"{self.site}/pictures/{self.slug}/{file}{query}"

    @property
    def smallest(self) -> str:
        """The address of the smallest file, for lists."""
        return self.address(self.widths[0], "jpg")

    def srcset(self, kind: str) -> str:
        return ", ".join(f"{self.address(w, kind)} {w}w" for w in self.widths)

    @property
    def focus_class(self) -> str:
        """The classes that hold the focal point, since no page has inline styles."""
        x, y = (round(each / _FOCUS_STEP) * _FOCUS_STEP for each in self.focus)
        return f"focus-x-{x} focus-y-{y}"


def picture_markup(
    shown: Shown,
    alternative_text: str | None = None,
    sizes: str = IN_TEXT,
    is_first: bool = False,
) -> Markup:
    """Return the `<picture>` in all its sizes, with the words for who cannot see it.

    One that is shown first on its page is not loaded lazily.
    """
    words = shown.alternative_text if alternative_text is None else alternative_text
    return Markup("<picture>{}{}</picture>").format(
        Markup("").join(_sources(shown, sizes)), _image(shown, words, sizes, is_first)
    )


def _sources(shown: Shown, sizes: str) -> Iterator[Markup]:
    for kind in ("avif", "webp"):
        yield Markup('<source type="{}" srcset="{}" sizes="{}">').format(
            KINDS[kind], shown.srcset(kind), sizes
        )


def _image(shown: Shown, words: str, sizes: str, is_first: bool) -> Markup:
    widest = shown.widths[-1]
    plain = max((w for w in shown.widths if w <= _PLAIN_WIDTH), default=widest)
    return Markup(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" '
        'loading="{}" decoding="async" class="{}">'
    ).format(
        shown.address(plain, "jpg"),
        shown.srcset("jpg"),
        sizes,
        widest,
        height_at(widest, (shown.width, shown.height)),
        words,
        "eager" if is_first else "lazy",
        shown.focus_class,
    )
