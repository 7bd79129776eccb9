"""What checks of emitted Python leave out: what the program itself says, and no more.

Everything else that ruff's default rules, mypy's and pyright's strict modes have to say about
emitted code is a fault of the compiler. Each entry has its reason.
"""

import re
from typing import NamedTuple

RUFF = {
    "B018": "an expression of the program whose value nobody takes",
    "B023": "the factory of a loop's closure is taken for the closure",
    "B033": "the program writes an element of a set twice",
    "BLE001": "a plain `catch e` takes any error",
    "C410": "the program copies a list that it has just written",
    "F401": "an import of the program that it does not use; Mochi warns of it",
    "F841": "a variable of the program that it does not use; Mochi warns of it",
    "FLY002": "the program joins words that it has just written",
    "PERF102": "the groups of a query are taken with their keys, used or not",
    "PERF402": "the program copies a list element by element",
    "PLC3002": "a lambda that the program calls at once",
    "PLW0127": "the program assigns a variable to itself",
    "PLE0643": "the program reads behind the end",
    "PLR0124": "the program compares a name with itself",
    "PLR0133": "the program compares constants",
    "PLR0402": "`from a import b` need not give the module that the program imports as `b`",
    "PYI041": "the program distinguishes `int` and `float`",
    "S110": "the program passes over an error",
    "S112": "the program goes on after an error",
    "SIM102": "the program puts one condition inside of another",
    "SIM222": "the program says `or true`",
    "SIM223": "the program says `and false`",
    "SIM905": "the program splits a text that it has just written",
    "TC004": "a module that is imported where the program says, and named in annotations before",
    "UP012": "the program encodes a text that it has just written",
}


class Complaint(NamedTuple):
    """A rule of pyright, or `mypy`; which messages are meant, and why they are left out."""

    rule: str
    message: re.Pattern[str]
    reason: str


COMPLAINTS = [
    Complaint(
        "reportUnusedImport",
        re.compile(r"Import .* is not accessed"),
        "an import of the program that it does not use; Mochi warns of it",
    ),
    Complaint(
        "reportUnusedVariable",
        re.compile(r"Variable .* is not accessed"),
        "a variable of the program that it does not use; Mochi warns of it",
    ),
    Complaint(
        "reportUnusedFunction",
        re.compile(r"Function .* is not accessed"),
        "a local function of the program that it does not use; Mochi warns of it",
    ),
    Complaint(
        "reportUnnecessaryComparison",
        re.compile(r"Condition will always evaluate to (True|False)"),
        "the program asks what its last assignment decides: pyright narrows there, Mochi does not",
    ),
    Complaint(
        "reportUnnecessaryComparison",
        re.compile(r"Pattern will never be matched for subject type"),
        "the program matches a value that it has just written",
    ),
    Complaint(
        "mypy",
        re.compile(
            r'Non-overlapping equality check \(left operand type: "\w+", '
            r'right operand type: "\w+"\)'
        ),
        "the program compares variants that it has just written or assigned",
    ),
    Complaint(
        "reportPrivateUsage",
        re.compile(r'^"_main" is private'),
        "an entry with a `main` of its own keeps its statements in `_main`",
    ),
    Complaint(
        "reportPrivateUsage",
        re.compile(r'^"_\w+" is (private|protected)'),
        "a name of the program, or of a package, that begins with an underscore",
    ),
    Complaint(
        "reportOperatorIssue",
        re.compile(r'Operator "[<>]=?" not supported .*"tuple\[.*Literal\['),
        "pyright holds the parts of a written tuple to their values, of which no two compare",
    ),
    Complaint(
        "reportDeprecated",
        re.compile(r""),
        "a package's own function; Mochi warns of it",
    ),
    Complaint(
        "mypy",
        re.compile(r"Call to untyped function"),
        "a function without annotations, of a package or beside the program",
    ),
    Complaint(
        "mypy",
        re.compile(r"<subclass of .* and "),
        "the program asks whether a value that it has just written is of another class",
    ),
]

# What pyright does not know.
UNKNOWN = re.compile(r"reportUnknown\w+|reportMissingTypeStubs")
# Of that, what a program on typed packages leaves open: the parameters that a package does not
# annotate of a function that the program calls.
PARTIAL = re.compile(r"reportUnknownMemberType")
# And what it leaves open without packages: nothing.
KNOWN = re.compile(r"(?!)")
# Beside an operand that the program types `any`, any of a function's overloads may be meant.
UNKNOWN_BESIDE = re.compile(r"\bunchecked\(")
# Types in a file depend on what these complaints are about, which are left out.
FOLLOWED = re.compile(
    r"reportUnnecessaryComparison|reportOperatorIssue|Call to untyped function"
)
