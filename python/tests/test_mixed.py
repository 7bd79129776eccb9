"""Maps and sets that keep bools apart from numbers."""

import json
import unittest
from typing import Any

from mochi_runtime.mixed import mixed_map, mixed_omap, mixed_set
from mochi_runtime.text import show


class Maps(unittest.TestCase):
    """A map behaves as a `dict` does, with one key more."""

    def test_keys_stay_apart(self) -> None:
        made: Any = mixed_map((1, "a"), (True, "b"), ((True, 0), "c"), ((1, 0), "d"))
        self.assertEqual(len(made), 4)
        self.assertEqual([made[1], made[True], made[1.0]], ["a", "b", "a"])
        self.assertEqual([made[(True, 0)], made[(1, 0)]], ["c", "d"])
        self.assertNotIn(False, made)
        self.assertNotIn(0, made)
        self.assertEqual(made.get(False, "-"), "-")

    def test_the_given_keys_come_back(self) -> None:
        made: Any = mixed_map((True, 1), ("x", 2))
        self.assertIs(next(iter(made)), True)
        self.assertEqual(list(made.items()), [(True, 1), ("x", 2)])
        self.assertEqual(list(made.keys()), [True, "x"])
        self.assertEqual(dict(made), {True: 1, "x": 2})
        self.assertEqual({**made}, {True: 1, "x": 2})
        self.assertEqual(json.dumps(made), '{"true": 1, "x": 2}')

    def test_changes(self) -> None:
        made: Any = mixed_map((True, 1))
        self.assertEqual(made.setdefault(1, 5), 5)
        self.assertEqual(made.setdefault(True, 6), 1)
        self.assertEqual(made.pop(True), 1)
        self.assertEqual(made.pop(True, None), None)
        copied = made.copy()
        copied[True] = 7
        self.assertEqual((len(made), len(copied)), (1, 2))
        del copied[True]
        self.assertEqual(copied, made)

    def test_an_ordered_one_is_shown_in_its_order(self) -> None:
        made: Any = mixed_omap((True, 1), (1, 2))
        made[0] = 3
        self.assertEqual(show(made), '{"true": 1, "1": 2, "0": 3}')


class Sets(unittest.TestCase):
    """A set behaves as Python's does, with one item more."""

    def test_items_stay_apart(self) -> None:
        made: Any = mixed_set(1, True, 1.0, (1, False), (1, 0))
        self.assertEqual(len(made), 4)
        self.assertIn(True, made)
        self.assertNotIn(0, made)
        made.add(False)
        self.assertEqual(len(made), 5)

    def test_operators(self) -> None:
        made: Any = mixed_set(1, True)
        self.assertEqual(list(made - {1}), [True])
        self.assertEqual(list(made & {True}), [True])
        self.assertEqual(len(made | {False, 0.5}), 4)
        self.assertEqual(list({1, 2} - made), [2])
        self.assertEqual(list({1, 2} & made), [1])
        self.assertEqual(len({0} | made), 3)
        self.assertEqual(len(made.copy() | made), 2)


if __name__ == "__main__":
    unittest.main()
