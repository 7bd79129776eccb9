"""Runs many compiled programs in one process: a line of JSON in, a line of JSON out."""

import contextlib
import importlib.util
import io
import json
import os
import signal
import sys
import traceback
import types

SECONDS = 10
codes = {}


class TooLong(BaseException):
    """A program that does not end."""


def stop(*_):
    raise TooLong


def compiled(text, path):
    if (text, path) not in codes:
        if len(codes) > 500:
            codes.clear()
        codes[text, path] = compile(text, path, "exec", dont_inherit=True)
    return codes[text, path]


def run_main(function, deep=False):
    function()


class Package:
    """Finds and loads the modules of the program at hand, which are those of a package."""

    files = {}

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.split(".")[0] != "program":
            return None
        stem = "/".join(name.split(".")[1:] or ["__init__"]) + ".py"
        if stem not in cls.files:
            return None
        is_package = stem == "__init__.py"
        spec = importlib.util.spec_from_loader(name, cls, origin="/program/" + stem, is_package=is_package)
        spec.has_location = True
        return spec

    @classmethod
    def create_module(cls, spec):
        return None

    @classmethod
    def exec_module(cls, module):
        path = module.__spec__.origin
        exec(compiled(cls.files[path.removeprefix("/program/")], path), vars(module))
        if module.__name__ == "program._mochi":
            module.run = run_main


def run_package(files, program):
    for name in list(sys.modules):
        if name.split(".")[0] == "program":
            del sys.modules[name]
    Package.files = files
    program.__package__ = "program"
    exec(compiled(files["__main__.py"], "/program/__main__.py"), vars(program))


def run(main, helpers, wrap, files):
    for name in os.listdir():
        os.remove(name)
    answer = {"code": None, "message": "", "class": "", "trace": ""}
    runtime = types.ModuleType("_mochi")
    runtime.__file__ = "/program/_mochi.py"
    wrapping = types.ModuleType("_mochi_wrap")
    program = types.ModuleType("__main__")
    program.__file__ = "/program/main.py"
    sys.modules["_mochi"] = runtime
    sys.modules["_mochi_wrap"] = wrapping
    sys.modules["__main__"] = program

    def fail(error):
        answer["class"] = type(error).__name__
        answer["trace"] = "".join(traceback.format_exception(error)[-6:])
        helping = sys.modules.get("program._mochi", runtime) if files else runtime
        if "code_of" in vars(helping):
            answer["code"] = helping.code_of(error)
            answer["message"] = helping.message_of(error)
        else:
            answer["code"] = 7

    output = io.StringIO()
    signal.alarm(SECONDS)
    try:
        with contextlib.redirect_stdout(output):
            try:
                if files:
                    run_package(files, program)
                    return answer
                exec(compiled(helpers, "/program/_mochi.py"), vars(runtime))
                runtime.run = run_main
                exec(compiled(wrap, "/program/_mochi_wrap.py"), vars(wrapping))
                exec(compiled(main, "/program/main.py"), vars(program))
            except Exception as error:
                fail(error)
    except TooLong as error:
        fail(error)
    finally:
        signal.alarm(0)
        answer["output"] = output.getvalue()
    return answer


def serve():
    signal.signal(signal.SIGALRM, stop)
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(3000)
    sys.meta_path.insert(0, Package)
    own = sys.modules["__main__"]
    for line in sys.stdin:
        asked = json.loads(line)
        answer = run(asked["main"], asked["helpers"], asked["wrap"], asked["files"])
        sys.modules["__main__"] = own
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


serve()
