"""Facts, rules and queries (language.md §17): stratified and semi-naive, in the defined order."""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any


class Var:
    """A logic variable of a rule or query; `_` differs from all others."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Atom:
    """A condition `p(…)` or `not p(…)`, or the head of a rule."""

    __slots__ = ("negated", "predicate", "terms")

    def __init__(self, predicate: str, *terms: object, negated: bool = False) -> None:
        self.predicate = predicate
        self.terms = terms
        self.negated = negated


class Differ:
    """A condition `X != Y`."""

    __slots__ = ("one", "other")

    def __init__(self, one: Var, other: Var) -> None:
        self.one = one
        self.other = other


class Relation:
    """Tuples in order of derivation, with an index for each set of columns that is asked for."""

    __slots__ = ("indexes", "known", "rows")

    def __init__(self) -> None:
        self.rows: list[tuple[object, ...]] = []
        self.known: set[tuple[object, ...]] = set()
        self.indexes: dict[tuple[int, ...], dict[object, list[int]]] = {}

    def add(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Adds tuples at the end, but those that are there already."""
        known, all_rows = self.known, self.rows
        start = len(all_rows)
        for row in rows:
            if row not in known:
                known.add(row)
                all_rows.append(row)
        for columns, index in self.indexes.items():
            self.note(columns, index, start)

    def note(
        self, columns: tuple[int, ...], index: dict[object, list[int]], start: int
    ) -> None:
        """Notes the rows from a position on in an index."""
        key_of = picker([(column, None) for column in columns])
        for position in range(start, len(self.rows)):
            key = key_of(self.rows[position])
            found = index.get(key)
            if found is None:
                index[key] = [position]
            else:
                found.append(position)

    def index(self, columns: tuple[int, ...]) -> dict[object, list[int]]:
        """Positions of the rows, ascending, by what they have in these columns: by the value of one
        column, by a tuple of several."""
        found = self.indexes.get(columns)
        if found is None:
            found = self.indexes[columns] = {}
            self.note(columns, found, 0)
        return found


def picker(terms: Sequence[tuple[int, object]]) -> Callable[[Sequence[object]], Any]:
    """What makes a key or tuple of bound values, by their places, and of constants (place -1).

    Of one part, that part itself.
    """
    if all(slot >= 0 for slot, _ in terms):
        return itemgetter(*[slot for slot, _ in terms])
    if len(terms) == 1:
        return lambda _: terms[0][1]
    return lambda values: tuple(
        [term if slot < 0 else values[slot] for slot, term in terms]
    )


class Step:
    """One condition of a rule in a chosen order: how its rows are found and what they bind."""

    __slots__ = ("binds", "columns", "key", "position", "relation", "repeats", "tests")

    def __init__(
        self,
        position: int,
        relation: Relation,
        terms: Sequence[object],
        slots: dict[str, int],
    ) -> None:
        self.position = position
        self.relation = relation
        self.columns: tuple[int, ...] = ()
        keys: list[tuple[int, object]] = []
        self.binds: list[tuple[int, int]] = []
        self.repeats: list[tuple[int, int]] = []
        self.tests: list[Test] = []
        columns: dict[str, int] = {}
        for column, term in enumerate(terms):
            if not isinstance(term, Var):
                self.columns += (column,)
                keys.append((-1, term))
            elif term.name in columns:
                self.repeats.append((column, columns[term.name]))
            elif term.name in slots:
                self.columns += (column,)
                keys.append((slots[term.name], None))
            elif term.name != "_":
                columns[term.name] = column
                self.binds.append((column, len(slots) + len(columns) - 1))
        for name in columns:
            slots[name] = len(slots)
        self.key = picker(keys) if keys else None

    def candidates(self, values: list[object], start: int, end: int) -> Sequence[int]:
        """Positions from `start` up to `end` of rows that agree with what is bound."""
        if self.key is None:
            return range(start, end)
        found = self.relation.index(self.columns).get(self.key(values), ())
        if start == 0 and (not found or found[-1] < end):
            return found
        return found[bisect_left(found, start) : bisect_left(found, end)]

    def fits(self, row: tuple[object, ...], values: list[object]) -> bool:
        """Whether a row has equal values where a variable stands twice, and the tests hold."""
        if any(row[one] != row[other] for one, other in self.repeats):
            return False
        if not self.tests:
            return True
        for column, slot in self.binds:
            values[slot] = row[column]
        return all(test.holds(values) for test in self.tests)


class Test:
    """A negated condition or `X != Y`, tested as soon as its variables are bound."""

    __slots__ = ("one", "other", "step")

    def __init__(self, step: Step | None, one: int, other: int) -> None:
        self.step = step
        self.one = one
        self.other = other

    def holds(self, values: list[object]) -> bool:
        """Whether the condition holds for the values."""
        if self.step is None:
            return values[self.one] != values[self.other]
        end = len(self.step.relation.rows)
        return not self.step.candidates(values, 0, end)


class Plan:
    """The conditions of a rule in the order in which they are joined, one of them leading."""

    __slots__ = ("head", "length", "steps")

    def __init__(self, rule: Rule, logic: Logic, lead: int) -> None:
        slots: dict[str, int] = {}
        self.steps: list[Step] = []
        waiting = list(rule.tests)
        order = [lead, *[at for at in range(len(rule.positive)) if at != lead]]
        for at in order:
            atom = rule.positive[at]
            step = Step(at, logic.relation(atom.predicate), atom.terms, slots)
            self.steps.append(step)
            left: list[Atom | Differ] = []
            for test in waiting:
                made = make_test(test, logic, slots)
                if made is None:
                    left.append(test)
                else:
                    step.tests.append(made)
            waiting = left
        head = [
            (slots[term.name], None) if isinstance(term, Var) else (-1, term)
            for term in rule.head.terms
        ]
        part = picker(head) if head else None
        # A tuple of one part is not that part.
        self.head: Callable[[list[object]], tuple[object, ...]] = (
            part
            if part is not None and len(head) > 1
            else lambda values: () if part is None else (part(values),)
        )
        self.length = len(slots)


def make_test(test: Atom | Differ, logic: Logic, slots: dict[str, int]) -> Test | None:
    """The test of a condition; none while a variable of it is not bound."""
    if isinstance(test, Differ):
        if test.one.name in slots and test.other.name in slots:
            return Test(None, slots[test.one.name], slots[test.other.name])
        return None
    names = [term.name for term in test.terms if isinstance(term, Var)]
    if any(name != "_" and name not in slots for name in names):
        return None
    return Test(Step(0, logic.relation(test.predicate), test.terms, slots), 0, 0)


class Rule:
    """A rule, and how far it has seen the relations of its conditions."""

    __slots__ = ("head", "plans", "positive", "seen", "tests")

    def __init__(self, head: Atom, conditions: Sequence[Atom | Differ]) -> None:
        self.head = head
        self.positive: list[Atom] = []
        self.tests: list[Atom | Differ] = []
        for condition in conditions:
            if isinstance(condition, Atom) and not condition.negated:
                self.positive.append(condition)
            else:
                self.tests.append(condition)
        self.seen = [0] * len(self.positive)
        self.plans: list[Plan] = []

    def run(self, logic: Logic) -> bool:
        """Adds what follows from tuples that are new since the last time; says if anything did."""
        if not self.positive:
            return self.run_alone(logic)
        if not self.plans:
            self.plans = [Plan(self, logic, lead) for lead in range(len(self.positive))]
        ends = [len(logic.relation(atom.predicate).rows) for atom in self.positive]
        target = logic.relation(self.head.predicate)
        before = len(target.rows)
        # By the least choice of rows that yields it, compared condition by condition: the order
        # in which all choices would be tried one after the other.
        found: dict[tuple[object, ...], tuple[int, ...]] = {}
        for lead, plan in enumerate(self.plans):
            if ends[lead] == self.seen[lead]:
                continue
            ranges = [
                (0, self.seen[at]) if at < lead else (0, ends[at])
                for at in range(len(ends))
            ]
            ranges[lead] = (self.seen[lead], ends[lead])
            self.join(plan, ranges, target, found)
        self.seen = ends
        target.add(sorted(found, key=found.__getitem__))
        return len(target.rows) > before

    def run_alone(self, logic: Logic) -> bool:
        """A rule without positive conditions: its head has no variables and follows at most once."""
        target = logic.relation(self.head.predicate)
        tests = [make_test(test, logic, {}) for test in self.tests]
        if self.head.terms in target.known:
            return False
        if not all(test is not None and test.holds([]) for test in tests):
            return False
        target.add([self.head.terms])
        return True

    def join(
        self,
        plan: Plan,
        ranges: list[tuple[int, int]],
        target: Relation,
        found: dict[tuple[object, ...], tuple[int, ...]],
    ) -> None:
        """Notes every new head that the rows in the ranges yield, with its least choice."""
        values: list[object] = [None] * plan.length
        chosen = [0] * len(ranges)
        head, known = plan.head, target.known
        *before, final = plan.steps
        rows, binds, place = final.relation.rows, final.binds, final.position
        tested = bool(final.repeats or final.tests)
        start, end = ranges[place]

        def finish() -> None:
            """Goes through the rows of the last condition; most of the time is spent here."""
            for position in final.candidates(values, start, end):
                row = rows[position]
                if tested and not final.fits(row, values):
                    continue
                for column, slot in binds:
                    values[slot] = row[column]
                made = head(values)
                if made not in known:
                    chosen[place] = position
                    choice = tuple(chosen)
                    if made not in found or choice < found[made]:
                        found[made] = choice

        def extend(depth: int) -> None:
            if depth == len(before):
                finish()
                return
            step = before[depth]
            for position in step.candidates(values, *ranges[step.position]):
                row = step.relation.rows[position]
                if step.fits(row, values):
                    for column, slot in step.binds:
                        values[slot] = row[column]
                    chosen[step.position] = position
                    extend(depth + 1)

        extend(0)


class Logic:
    """The facts and rules of a file; what follows from them is derived at the first query."""

    def __init__(self) -> None:
        self.relations: dict[str, Relation] = {}
        self.strata: list[list[Rule]] = []
        self.solved = False

    def relation(self, predicate: str) -> Relation:
        """The tuples of a predicate."""
        return self.relations.setdefault(predicate, Relation())

    def facts(self, predicate: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Adds facts in source order."""
        self.relation(predicate).add(rows)

    def rule(self, stratum: int, head: Atom, *conditions: Atom | Differ) -> None:
        """Adds a rule; those of lower strata are evaluated before those of higher ones."""
        while len(self.strata) <= stratum:
            self.strata.append([])
        self.strata[stratum].append(Rule(head, conditions))

    def solve(self) -> None:
        """Derives everything, stratum by stratum, in passes over the rules until nothing is new."""
        if self.solved:
            return
        self.solved = True
        for rules in self.strata:
            changed = True
            while changed:
                changed = False
                for rule in rules:
                    changed = rule.run(self) or changed

    def matches(
        self, predicate: str, terms: Sequence[object]
    ) -> list[tuple[object, ...]]:
        """The tuples that agree with constants and repeated variables, in order of derivation."""
        self.solve()
        relation = self.relation(predicate)
        step = Step(0, relation, terms, {})
        found: list[tuple[object, ...]] = []
        for position in step.candidates([], 0, len(relation.rows)):
            row = relation.rows[position]
            if all(row[one] == row[other] for one, other in step.repeats):
                found.append(row)
        return found

    def holds(self, predicate: str, *terms: object) -> bool:
        """Whether a tuple of constants was derived."""
        self.solve()
        return terms in self.relation(predicate).known

    def values(self, predicate: str, *terms: object) -> list[object]:
        """What stands in the one free place."""
        free = [column for column, term in enumerate(terms) if isinstance(term, Var)]
        return [row[free[0]] for row in self.matches(predicate, terms)]

    def strings(self, predicate: str, *terms: object) -> list[str]:
        """What stands in the one free place, which holds strings only."""
        made: list[Any] = self.values(predicate, *terms)
        return made

    def numbers(self, predicate: str, *terms: object) -> list[int]:
        """What stands in the one free place, which holds integers only."""
        made: list[Any] = self.values(predicate, *terms)
        return made

    def rows(self, predicate: str, *terms: object) -> list[tuple[Any, ...]]:
        """The values of the variables in order of their first occurrence, without repeats."""
        columns: dict[str, int] = {}
        for column, term in enumerate(terms):
            if isinstance(term, Var) and term.name != "_":
                columns.setdefault(term.name, column)
        chosen = list(columns.values())
        found = self.matches(predicate, terms)
        return list(dict.fromkeys(tuple([row[at] for at in chosen]) for row in found))
