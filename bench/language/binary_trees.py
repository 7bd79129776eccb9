"""Binary trees: many short-lived objects."""


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))


def check(node):
    left, right = node.left, node.right
    if left is None or right is None:
        return 1
    return 1 + check(left) + check(right)


def main():
    deepest = 14
    print(f"stretch tree of depth {deepest + 1}: {check(build(deepest + 1))}")
    kept = build(deepest)
    depth = 4
    while depth <= deepest:
        rounds = 2 ** (deepest - depth + 4)
        total = 0
        for _ in range(rounds):
            total += check(build(depth))
        print(f"{rounds} trees of depth {depth}: {total}")
        depth += 4
    print(f"long lived tree of depth {deepest}: {check(kept)}")


main()
