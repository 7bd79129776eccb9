"""Runs many compiled programs in one process: a line of JSON in, a line of JSON out."""

import contextlib
import io
import json
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


def run(main, helpers, wrap):
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
        if "code_of" in vars(runtime):
            answer["code"] = runtime.code_of(error)
            answer["message"] = runtime.message_of(error)
        else:
            answer["code"] = 7

    def run_main(function, deep=False):
        function()

    output = io.StringIO()
    signal.alarm(SECONDS)
    try:
        with contextlib.redirect_stdout(output):
            try:
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
    own = sys.modules["__main__"]
    for line in sys.stdin:
        asked = json.loads(line)
        answer = run(asked["main"], asked["helpers"], asked["wrap"])
        sys.modules["__main__"] = own
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


serve()
