"""The process that runs the entries of an interactive session."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from typing import Any

import mochi_runtime.interactive

HELPERS = """
HELD = []

def close_agents() -> None:
    print("agents closed")

def report(error: BaseException) -> str:
    import traceback

    places = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {len(places)}"
"""

ENTRIES = [
    "x: int\n\ndef main() -> None:\n    global x\n    x = 1\n",
    "class A:\n    pass\n\ndef main() -> None:\n    global a\n    a = A()\n",
    # The same class again is not made anew.
    "class A:\n    pass\n\ndef main() -> None:\n    print(isinstance(a, A), x)\n",
    "def main() -> None:\n    1 / 0\n",
    "async def main() -> None:\n    import sys\n    print('said', file=sys.stderr)\n",
    "def main() -> None:\n    print(repr(input()))\n",
    # What is held is left at the end, the latest first.
    "from ._mochi import HELD\n\ndef main() -> None:\n    HELD.append(lambda: print('left'))\n",
    "def main() -> None:\n    HELD.append(lambda: 1 / 0)\n",
    "async def leave() -> None:\n    print('left async')\n\ndef main() -> None:\n    HELD.append(leave)\n",
    "import sys\n\ndef main() -> None:\n    sys.exit(5)\n",
]


class Interactive(unittest.TestCase):
    """Requests and answers."""

    def test_entries(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/app")
            script = f"{folder}/_mochi_session.py"
            with open(mochi_runtime.interactive.__file__, encoding="utf-8") as file:
                text = file.read()
            files = [(script, text), (f"{folder}/app/_mochi.py", HELPERS)]
            requests = ""
            for number, entry in enumerate(ENTRIES):
                files.append((f"{folder}/app/entry_{number}.py", entry))
                path = f"{folder}/app/entry_{number}.py"
                requests += json.dumps({"path": path, "folders": []}) + "\n"
            for path, text in files:
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
            done = subprocess.run(
                [sys.executable, script, "app"],
                input=requests,
                capture_output=True,
                text=True,
                check=False,
            )
        answers: list[dict[str, Any]] = [
            json.loads(line.removeprefix("\0")) for line in done.stderr.splitlines()
        ]
        said = "".join(answer.get("stderr", "") for answer in answers)
        rest = [answer for answer in answers if "stderr" not in answer]
        self.assertEqual(done.stdout, "True 1\nleft async\nleft\nagents closed\n")
        self.assertEqual(said, "said\n")
        self.assertEqual(
            rest,
            [
                {"done": None},
                {"done": None},
                {"done": None},
                {"done": "ZeroDivisionError at 1"},
                {"done": None},
                {"done": "EOFError at 1"},
                {"done": None},
                {"done": None},
                {"done": None},
                {"exit": 5},
                {"closed": "ZeroDivisionError at 1"},
            ],
        )
