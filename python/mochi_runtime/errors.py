"""Errors of Mochi programs: raising them, and the value that `catch` binds (language.md §13)."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Never

ERROR_NAMES = {
    1: "FETCH",
    2: "PARSE",
    3: "TYPE",
    4: "INDEX",
    5: "DIVZERO",
    6: "OVERFLOW",
    7: "FFI",
    8: "LLM",
    9: "ASSERT",
}

HERE = __file__.rpartition("/")[0] or __file__.rpartition("\\")[0]


class MochiError(Exception):
    """An error with one of the language's codes."""

    # Whether a map lacks a field of the record to be built from it.
    lacks_field = False

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Error:
    """What a plain `catch e` binds."""

    __slots__ = ("code", "exception", "message", "type_")

    def __init__(
        self, code: int, message: str, type_: str, exception: BaseException
    ) -> None:
        self.code = code
        self.message = message
        self.type_ = type_
        self.exception = exception

    def __str__(self) -> str:
        return str(self.code)

    def __repr__(self) -> str:
        return str(self.code)


def code_of(error: BaseException) -> int:
    """The code of an exception by its class."""
    if isinstance(error, MochiError):
        return error.code
    if isinstance(error, ZeroDivisionError):
        return 5
    if isinstance(error, (IndexError, KeyError)):
        return 4
    if isinstance(error, OverflowError):
        return 6
    if isinstance(error, AssertionError):
        return 9
    return 7


def is_own_file(path: str) -> bool:
    """Whether a file belongs to the compiled program rather than to a package."""
    return path.startswith(HERE) and "site-packages" not in path[len(HERE) :]


def is_own(trace: TracebackType | None) -> bool:
    """Whether an exception arose in the program itself, not inside a Python package."""
    if trace is None:
        return True
    while trace.tb_next is not None and not is_fraction_operator(trace.tb_next):
        trace = trace.tb_next
    return is_own_file(trace.tb_frame.f_code.co_filename)


def is_fraction_operator(trace: TracebackType) -> bool:
    """Whether a frame is that of an operator on fractions, which Python writes in Python."""
    frame = trace.tb_frame
    is_operator = frame.f_code.co_name in ("forward", "reverse", "__pow__")
    return is_operator and frame.f_globals.get("__name__") == "fractions"


def message_of(error: BaseException) -> str:
    """The text of an exception; Python's phrases for division by zero become one."""
    if isinstance(error, MochiError):
        return error.message
    if isinstance(error, ZeroDivisionError) and is_own(error.__traceback__):
        return "division by zero"
    if isinstance(error, KeyError) and error.args:
        return f"missing key {error.args[0]!r}"
    return str(error)


def qualified_name(cls: type) -> str:
    """A class's name with its module, which builtins do without."""
    module = cls.__module__
    if module == "builtins":
        return cls.__qualname__
    return f"{module}.{cls.__qualname__}"


def error_name(error: BaseException) -> str:
    """The name that `e.type` gives."""
    if isinstance(error, MochiError):
        return ERROR_NAMES.get(error.code, "PANIC")
    code = code_of(error)
    if code != 7 and is_own(error.__traceback__):
        return ERROR_NAMES.get(code, "PANIC")
    return qualified_name(type(error))


def caught(error: BaseException) -> Error:
    """The value that a plain `catch e` binds."""
    return Error(code_of(error), message_of(error), error_name(error), error)


def panic_error(*args: object) -> BaseException:
    """The exception that `panic(…)` raises, for arguments of any kind."""
    if len(args) == 1:
        (only,) = args
        if isinstance(only, Error):
            return only.exception
        if isinstance(only, BaseException):
            return only
        return MochiError(0, str(only))
    code, message = args[0], args[1]
    if not isinstance(code, int):
        raise MochiError(3, "panic expects a code and a message")
    return MochiError(code, str(message))


def panic(*args: object) -> Never:
    """Raises the error of `panic(…)` where an expression is needed."""
    raise panic_error(*args)


def missing_return(name: str) -> MochiError:
    """The error of a function that ends without the value it promises."""
    return MochiError(3, f"missing return in {name}")


def no_match(value: object) -> MochiError:
    """The error of a match in which no arm fits."""
    return MochiError(3, f"no match arm fits {shorten(value)}")


def assert_never(value: Never) -> Never:
    """Marks what the checker has proved unreachable."""
    raise MochiError(3, f"unexpected value {shorten(value)}")


def expect(condition: bool, source: str) -> None:
    """Raises error 9 unless the condition holds."""
    if not condition:
        raise MochiError(9, f"expect condition failed at {source}")


def shorten(value: object) -> str:
    """A value as Python writes it, cut to a readable length."""
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__qualname__}>"
    if "\n" in text:
        text = " ".join(text.split())
    if len(text) > 80:
        text = f"{text[:60]}…{text[-16:]}"
    return text


def flush_output() -> None:
    """Writes out what was printed."""
    if sys.stdout is not None:
        sys.stdout.flush()
