"""Events written as JSON lines, read back and summed up by user."""

import json
from dataclasses import dataclass


@dataclass(slots=True)
class Event:
    user: str
    kind: str
    cents: int
    score: float


def make_lines(n):
    kinds = ["view", "buy", "return"]
    state = 11
    lines = []
    for i in range(n):
        state = (state * 1103515245 + 12345) % 2147483648
        lines.append(
            json.dumps(
                {
                    "user": f"u{state // 65536 % 500}",
                    "kind": kinds[state // 8192 % 3],
                    "cents": state // 32 % 10000,
                    "score": i / 4,
                },
                sort_keys=True,
                separators=(",", ":"),
            )
        )
    return lines


def main():
    lines = make_lines(60000)
    totals = {}
    score = 0.0
    for line in lines:
        event = Event(**json.loads(line))
        score += event.score
        if event.kind == "buy":
            totals[event.user] = totals.get(event.user, 0) + event.cents
        elif event.kind == "return":
            totals[event.user] = totals.get(event.user, 0) - event.cents
    for user in sorted(totals, key=lambda user: (-totals[user], user))[:5]:
        print(user, totals[user])
    print(int(score), len(totals))


main()
