"""Starts a compiled script: `python _mochi_start.py MODULE SCRIPT ARGUMENTS…`.

MODULE is a file beside this one without its suffix, or one in a package: `PACKAGE/__main__`.

The program sees SCRIPT as `sys.argv[0]`, as a Python program sees its own file, and a package that
cannot be imported is reported at the line of its import. This file is copied whole, beside the
program (bridge.md §9).
"""

from __future__ import annotations


def start() -> None:
    """Becomes the program that stands beside this file."""
    # The program's own names take the place of this file's: nothing global is used after that.
    import sys
    from _frozen_importlib_external import SourceFileLoader

    here = __file__
    folder = here[: max(here.rfind("/"), here.rfind("\\"))]
    # `python -P` leaves the folder of the main program out.
    if sys.path[:1] != [folder]:
        sys.path.insert(0, folder)
    path = f"{folder}/{sys.argv[1]}.py"
    package = sys.argv[1].rpartition("/")[0]
    helpers = f"{package}._mochi" if package else "_mochi"
    del sys.argv[:2]
    program = vars(sys.modules["__main__"])
    for name in ("start", "annotations"):
        del program[name]
    program["__file__"] = path
    program["__doc__"] = None
    if package:
        program["__package__"] = package
    try:
        # As of an imported module, what Python makes of the text is kept beside it.
        code = SourceFileLoader("__main__", path).get_code("__main__")
        if code is not None:
            exec(code, program)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # The program reports its own errors: this one came before it began.
        report = __import__(helpers, fromlist=["report"]).report
        sys.stderr.write(report(error))
        sys.exit(1)


if __name__ == "__main__":
    start()
