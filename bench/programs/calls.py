"""One loop for each kind of call; prints the name and the nanoseconds a round."""

import json
import math
import os.path as path
import re
import time

import httpx
import measured


def report(name: str, start: int, rounds: int) -> None:
    print(f"{name}\t{(time.perf_counter_ns() - start) / rounds:.1f}")


def own(n: int) -> int:
    return n


def scalars(rounds: int) -> None:
    handle = measured.Handle()
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = math.floor(2.5)
    report("math.floor", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = math.sqrt(2.0)
    report("math.sqrt", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = own(i)
    report("user function", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = measured.same(i)
    report("package function", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = handle.method(i)
    report("handle method", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = handle.value
    report("property", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = path.join("a", "b")
    report("os.path.join", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = re.match("a+", "aaa")
    report("re.match", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = json.loads("[1, 2]")
    report("json.loads", start, rounds)


def slow(rounds: int) -> None:
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = httpx.URL("https://a.test/tea")
    report("httpx.URL", start, rounds)


def containers(rounds: int) -> None:
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = measured.ints()
    report("list[int] of 10^6", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = measured.counts()
    report("dict[str, int] of 10^6", start, rounds)
    start = time.perf_counter_ns()
    for i in range(rounds):
        r = measured.nested()
    report("list[list[int]] of 10^6", start, rounds)


scalars(200000)
slow(5000)
containers(5)
