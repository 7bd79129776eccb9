"""Names of pages as parts of addresses."""

import re
import unicodedata
from collections.abc import Iterable

_OTHER = re.compile(r"[^a-z0-9]+")


class Taken(ValueError):
    """A page of this name is there already."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"`{slug}` is taken")
        self.slug = slug


def slug(title: str, *, separator: str = "-") -> str:
    """The title in lower case without accents, its words joined."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    ascii_only = plain.encode("ascii", "ignore").decode()
    return _OTHER.sub(separator, ascii_only).strip(separator)


class Slugs:
    """Slugs that have been given out."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, title: str) -> str:
        """A slug of its own for a title; raises `Taken` where there is none left."""
        found = slug(title)
        if found in self._taken:
            raise Taken(found)
        self._taken.add(found)
        return found
