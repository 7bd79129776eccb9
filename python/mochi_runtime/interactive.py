"""Runs the entries of an interactive session: `python _mochi_session.py PACKAGE [INPUT]`.

Requests come as lines of JSON on standard input, one for each entry; answers go as lines of JSON that
begin with NUL to standard error, so that standard output is the program's own. What the entries read
as standard input is INPUT, a terminal, or nothing.

The entries share one module. Classes and functions that are there in the same words already are not
made anew: values of them would be of another class. This file is copied whole (bridge.md §9).
"""

from __future__ import annotations

import ast
import io
import json
import os
import sys
import types
from typing import Any, TextIO


class Answers(io.TextIOBase):
    """Standard error of the program, sent between the answers."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def writable(self) -> bool:
        """It takes text."""
        return True

    def write(self, text: str) -> int:
        """Sends text."""
        self.send({"stderr": text})
        return len(text)

    def isatty(self) -> bool:
        """Nobody sees it before it was passed on."""
        return False

    def send(self, answer: dict[str, object]) -> None:
        """Sends an answer."""
        self.out.write("\0" + json.dumps(answer) + "\n")
        self.out.flush()


class Session:
    """The module that grows, and what was defined in it."""

    def __init__(self, package: str) -> None:
        self.package = package
        name = f"{package}.session"
        self.module = types.ModuleType(name)
        self.module.__package__ = package
        folder = os.path.dirname(os.path.abspath(__file__))
        self.module.__file__ = f"{folder}/{package}/session.py"
        sys.modules[name] = self.module
        self.known: dict[str, str] = {}
        self.added: list[str] = []
        self.loop: Any = None

    def look_in(self, folders: list[str]) -> None:
        """Imports come from these folders now, after the session's own."""
        for folder in self.added:
            if folder in sys.path:
                sys.path.remove(folder)
        self.added = folders
        sys.path[1:1] = folders
        import importlib

        importlib.invalidate_caches()

    def run(self, path: str) -> str | None:
        """Executes an entry; the report of what nobody caught."""
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read(), path)
        # The last function holds the statements.
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        main = [one for one in tree.body if isinstance(one, functions)][-1]
        tree.body = [one for one in tree.body if one is main or not self.is_known(one)]
        scope = vars(self.module)
        self.refresh()
        try:
            exec(compile(tree, path, "exec", dont_inherit=True), scope)
            work = scope[main.name]()
            if work is not None:
                self.wait(work)
        except KeyboardInterrupt:
            return "interrupted\n"
        except SystemExit:
            raise
        except BaseException as error:
            return self.report(error)
        return None

    def helpers(self) -> Any:
        """The module of the run-time helpers."""
        return sys.modules[f"{self.package}._mochi"]

    def report(self, error: BaseException) -> str:
        """What to say about an error that nobody caught."""
        # This file's own frames are nobody's business.
        trace = error.__traceback__
        while trace and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        report: str = self.helpers().report(error.with_traceback(trace))
        return report

    def wait(self, work: Any) -> None:
        """Runs what awaits in the one loop of the session: tasks go on in later entries."""
        if self.loop is None:
            import asyncio

            self.loop = asyncio.Runner()
        self.loop.run(work)

    def close(self) -> str | None:
        """Ends what is still held, the latest first, then agents, then tasks that still wait; the
        reports of what nobody caught.
        """
        helpers = self.helpers()
        reports: list[str] = []
        ends = [helpers.close_agents, *helpers.HELD]
        helpers.HELD.clear()
        while ends:
            try:
                work = ends.pop()()
                if work is not None:
                    self.wait(work)
            except KeyboardInterrupt:
                reports.append("interrupted\n")
            except SystemExit:
                continue
            except BaseException as error:
                reports.append(self.report(error))
        if self.loop is not None:
            self.loop.close()
        return "".join(reports) or None

    def is_known(self, statement: ast.stmt) -> bool:
        """Whether a definition is there already, in the same words."""
        if isinstance(statement, ast.If):
            # The guard of programs that are started; this one is not.
            return True
        if not isinstance(
            statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        ):
            return False
        text = ast.dump(statement)
        if self.known.get(statement.name) == text:
            return True
        self.known[statement.name] = text
        return False

    def refresh(self) -> None:
        """Takes over new checks of results; they stand in a module of their own."""
        name = f"{self.package}._mochi_wrap"
        module = sys.modules.get(name)
        if module is None or module.__file__ is None:
            return
        with open(module.__file__, encoding="utf-8") as file:
            text = file.read()
        exec(compile(text, module.__file__, "exec", dont_inherit=True), vars(module))


def serve(package: str, terminal: str | None) -> None:
    """Answers requests until there are no more."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = Answers(os.fdopen(os.dup(2), "w", encoding="utf-8"))
    sys.stderr = answers
    source = os.open(terminal or os.devnull, os.O_RDONLY)
    os.dup2(source, 0)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    output: Any = sys.stdout
    if isinstance(sys.stdout, io.TextIOWrapper):
        output.reconfigure(
            encoding="utf-8", errors="surrogatepass", newline="\n", line_buffering=True
        )
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(1_000_000)
    sys.path[0] = os.path.dirname(os.path.abspath(__file__))
    sys.argv = [""]
    __import__(f"{package}._mochi")
    session = Session(package)
    try:
        answer(session, requests, answers)
    finally:
        failure = session.close()
        flush()
        answers.send({"closed": failure})


def answer(session: Session, requests: TextIO, answers: Answers) -> None:
    """Answers requests until there are no more or an entry ends the program."""
    while True:
        try:
            line = requests.readline()
            if not line:
                return
            request: dict[str, Any] = json.loads(line)
            session.look_in(request["folders"])
            failure = session.run(request["path"])
            flush()
            answers.send({"done": failure})
        except KeyboardInterrupt:
            # Between two entries there is nothing to interrupt; within one it was reported.
            continue
        except SystemExit as stop:
            flush()
            answers.send({"exit": stop.code if isinstance(stop.code, int) else 1})
            return


def flush() -> None:
    """What was printed is there before the answer."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        pass


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
