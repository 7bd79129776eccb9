"""Facts and rules (language.md §17): the order of derivation is that of the plain definition."""

import random
import time
import unittest

from mochi_runtime.logic import Atom, Differ, Logic, Var

X, Y, Z, W = Var("X"), Var("Y"), Var("Z"), Var("W")
type Stated = tuple[int, Atom, list[Atom | Differ]]


def build(facts: dict[str, list[tuple[object, ...]]], rules: list[Stated]) -> Logic:
    logic = Logic()
    for predicate, rows in facts.items():
        logic.facts(predicate, rows)
    for stratum, head, conditions in rules:
        logic.rule(stratum, head, *conditions)
    return logic


def naive(
    facts: dict[str, list[tuple[object, ...]]], rules: list[Stated]
) -> dict[str, list[tuple[object, ...]]]:
    """Evaluation word by word as the language defines it, without any cleverness."""
    relations: dict[str, list[tuple[object, ...]]] = {}
    for predicate, rows in facts.items():
        relations[predicate] = list(dict.fromkeys(rows))
    for level in sorted({stratum for stratum, _, _ in rules}):
        changed = True
        while changed:
            changed = False
            for stratum, head, conditions in rules:
                if stratum == level:
                    changed |= naive_rule(relations, head, conditions)
    return relations


def naive_rule(
    relations: dict[str, list[tuple[object, ...]]],
    head: Atom,
    conditions: list[Atom | Differ],
) -> bool:
    made: list[tuple[object, ...]] = []
    positive = [c for c in conditions if isinstance(c, Atom) and not c.negated]
    rest = [c for c in conditions if c not in positive]

    def matches(atom: Atom, row: tuple[object, ...], bound: dict[str, object]) -> bool:
        for term, value in zip(atom.terms, row, strict=True):
            if not isinstance(term, Var):
                if term != value:
                    return False
            elif term.name != "_" and bound.setdefault(term.name, value) != value:
                return False
        return True

    def holds(condition: Atom | Differ, bound: dict[str, object]) -> bool:
        if isinstance(condition, Differ):
            return bound[condition.one.name] != bound[condition.other.name]
        rows = relations.get(condition.predicate, [])
        return not any(matches(condition, row, dict(bound)) for row in rows)

    def extend(at: int, bound: dict[str, object]) -> None:
        if at == len(positive):
            if all(holds(condition, bound) for condition in rest):
                made.append(
                    tuple(
                        bound[t.name] if isinstance(t, Var) else t for t in head.terms
                    )
                )
            return
        for row in relations.get(positive[at].predicate, []):
            inner = dict(bound)
            if matches(positive[at], row, inner):
                extend(at + 1, inner)

    extend(0, {})
    target = relations.setdefault(head.predicate, [])
    before = len(target)
    for row in made:
        if row not in target:
            target.append(row)
    return len(target) > before


class Queries(unittest.TestCase):
    """The example of the language, and the shapes of answers."""

    def family(self) -> Logic:
        return build(
            {"parent": [("ada", "ben"), ("ben", "cy"), ("ada", "ben")]},
            [
                (0, Atom("anc", X, Y), [Atom("parent", X, Y)]),
                (0, Atom("anc", X, Z), [Atom("parent", X, Y), Atom("anc", Y, Z)]),
                (
                    1,
                    Atom("root", X),
                    [Atom("parent", X, Y), Atom("child", X, negated=True)],
                ),
                (0, Atom("child", Y), [Atom("parent", X, Y)]),
            ],
        )

    def test_one_free_place(self) -> None:
        self.assertEqual(self.family().strings("anc", "ada", Var("Y")), ["ben", "cy"])
        self.assertEqual(self.family().strings("root", Var("_")), ["ada"])

    def test_no_free_place(self) -> None:
        self.assertTrue(self.family().holds("anc", "ada", "cy"))
        self.assertFalse(self.family().holds("anc", "cy", "ada"))
        self.assertFalse(self.family().holds("nobody", "cy"))

    def test_several(self) -> None:
        rows = self.family().rows("anc", X, Y)
        self.assertEqual(rows, [("ada", "ben"), ("ben", "cy"), ("ada", "cy")])
        self.assertEqual(self.family().rows("anc", X, Var("_")), [("ada",), ("ben",)])
        self.assertEqual(self.family().rows("anc", X, X), [])


class Order(unittest.TestCase):
    """Random programs against the plain definition."""

    def test_order(self) -> None:
        chance = random.Random(5)
        for _ in range(150):
            names = "abcdef"[: chance.randint(2, 6)]
            facts: dict[str, list[tuple[object, ...]]] = {
                "e": [
                    (chance.choice(names), chance.choice(names))
                    for _ in range(chance.randint(0, 9))
                ],
                "f": [(chance.choice(names),) for _ in range(2)],
            }
            rules = chance.sample(RULES, chance.randint(1, len(RULES)))
            logic = build(facts, rules)
            wanted = naive(facts, rules)
            logic.solve()
            for predicate, rows in wanted.items():
                self.assertEqual(logic.relation(predicate).rows, rows, predicate)
                terms = [Var(f"V{at}") for at in range(len(rows[0]))] if rows else []
                if terms:
                    self.assertEqual(logic.rows(predicate, *terms), rows, predicate)


RULES: list[Stated] = [
    (0, Atom("p", X, Y), [Atom("e", X, Y)]),
    (0, Atom("p", X, Z), [Atom("p", X, Y), Atom("p", Y, Z)]),
    (0, Atom("p", X, Z), [Atom("e", Y, Z), Atom("p", X, Y)]),
    (0, Atom("q", X, Y), [Atom("p", X, Z), Atom("p", Y, Z), Differ(X, Y)]),
    (0, Atom("p", Y, X), [Atom("q", X, Y), Atom("f", X)]),
    (0, Atom("s", X), [Atom("p", X, X)]),
    (0, Atom("s", "a"), [Atom("e", "b", Var("_"))]),
    (
        1,
        Atom("n", X, Y),
        [Atom("f", X), Atom("e", Y, Z), Atom("p", X, Y, negated=True)],
    ),
    (1, Atom("m", X), [Atom("e", X, W), Atom("s", X, negated=True), Differ(X, W)]),
    (1, Atom("o", "x"), [Atom("p", "a", "b", negated=True)]),
    (1, Atom("k", X), [Atom("f", X), Atom("p", Var("_"), X, negated=True)]),
]


class Speed(unittest.TestCase):
    """Joins go by index: nothing here is quadratic in the number of facts."""

    def test_many_facts(self) -> None:
        edges: list[tuple[object, ...]] = [(n, n + 1) for n in range(0, 200_000, 2)]
        logic = build(
            {"edge": edges},
            [
                (0, Atom("path", X, Y), [Atom("edge", X, Y)]),
                (0, Atom("path", X, Z), [Atom("edge", X, Y), Atom("path", Y, Z)]),
            ],
        )
        begin = time.perf_counter()
        self.assertEqual(len(logic.rows("path", X, Y)), 100_000)
        self.assertEqual(logic.numbers("path", 1000, Y), [1001])
        self.assertLess(time.perf_counter() - begin, 10)

    def test_long_chain_in_many_facts(self) -> None:
        edges: list[tuple[object, ...]] = [(n, n + 1) for n in range(300)]
        edges += [(n, -n) for n in range(1000, 100_000)]
        logic = build(
            {"edge": edges},
            [
                (0, Atom("reach", Y), [Atom("edge", 0, Y)]),
                (0, Atom("reach", Z), [Atom("edge", Y, Z), Atom("reach", Y)]),
            ],
        )
        begin = time.perf_counter()
        self.assertEqual(logic.numbers("reach", X), list(range(1, 301)))
        self.assertLess(time.perf_counter() - begin, 10)


if __name__ == "__main__":
    unittest.main()
