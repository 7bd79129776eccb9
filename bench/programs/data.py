"""Calls of numpy and pandas, one loop each; prints the name and the nanoseconds a round."""

import time

import numpy as np
import pandas as pd


def report(name: str, start: int, rounds: int) -> None:
    print(f"{name}\t{(time.perf_counter_ns() - start) / rounds:.1f}")


def calls() -> None:
    a = np.linspace(0.0, 1.0, num=1000)
    m = np.eye(10)
    k = np.arange(100) % 7
    df = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
    xs = list(range(1000))
    start = time.perf_counter_ns()
    for i in range(200000):
        r = a.shape
    report("a.shape", start, 200000)
    start = time.perf_counter_ns()
    for i in range(200000):
        r = a[3]
    report("a[3]", start, 200000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = a.sum()
    report("a.sum()", start, 20000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = a.mean()
    report("a.mean()", start, 20000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = a + a
    report("a + a", start, 20000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = a[a > 0.5]
    report("a[a > 0.5]", start, 20000)
    start = time.perf_counter_ns()
    for i in range(200000):
        r = a[2:8]
    report("a[2:8]", start, 200000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = np.sqrt(a)
    report("np.sqrt(a)", start, 20000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = np.zeros(10)
    report("np.zeros(10)", start, 20000)
    start = time.perf_counter_ns()
    for i in range(2000):
        r = np.array(xs)
    report("np.array(list)", start, 2000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = m @ m
    report("m @ m", start, 20000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = np.linalg.norm(a)
    report("np.linalg.norm(a)", start, 20000)
    start = time.perf_counter_ns()
    for i in range(5000):
        r = np.unique(k, return_counts=True)
    report("np.unique(k, …)", start, 5000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = df["a"]
    report("df[\"a\"]", start, 20000)
    start = time.perf_counter_ns()
    for i in range(2000):
        r = df["a"].sum()
    report("df[\"a\"].sum()", start, 2000)
    start = time.perf_counter_ns()
    for i in range(2000):
        r = df["a"] > 1
    report("df[\"a\"] > 1", start, 2000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = len(df)
    report("len(df)", start, 20000)
    start = time.perf_counter_ns()
    for i in range(20000):
        r = df.shape
    report("df.shape", start, 20000)
    start = time.perf_counter_ns()
    for i in range(2000):
        r = df.head(2)
    report("df.head(2)", start, 2000)


calls()
