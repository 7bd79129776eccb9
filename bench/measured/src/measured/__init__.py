"""What the calls table calls: nothing here takes time, so only the call and its check are seen."""

SIZE = 1_000_000
_INTS = list(range(SIZE))
_COUNTS = {str(n): n for n in range(SIZE)}
_NESTED = [[n, n + 1] for n in range(0, SIZE, 2)]


class Handle:
    """A class with a method and a property."""

    def method(self, n: int) -> int:
        """Gives its argument back."""
        return n

    @property
    def value(self) -> int:
        """A number."""
        return 1


def same(n: int) -> int:
    """Gives its argument back."""
    return n


def ints() -> list[int]:
    """A million integers in a list."""
    return _INTS


def counts() -> dict[str, int]:
    """A million integers under names."""
    return _COUNTS


def nested() -> list[list[int]]:
    """A million integers in lists of two."""
    return _NESTED
