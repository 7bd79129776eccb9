"""The days on which the shop is closed."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter


@dataclass(frozen=True)
class Closing:
    """A day without opening hours, and why."""

    day: date
    reason: str


def closings(year: int, *, inventory: date | None = None) -> list[Closing]:
    """Every closing of a year, in the order of the calendar.

    `inventory` is the day on which the stock is counted, if there is one.
    """
    sunday = easter(year)
    days = [
        Closing(date(year, 1, 1), "New Year"),
        Closing(sunday - timedelta(days=2), "Good Friday"),
        Closing(sunday + timedelta(days=1), "Easter Monday"),
        Closing(date(year, 12, 25), "Christmas"),
    ]
    if inventory is not None:
        days.append(Closing(inventory, "inventory"))
    return sorted(days, key=lambda one: one.day)
