"""Breadth first over a graph of named nodes, and its components."""


def build(n, edges):
    graph = {}
    state = 3
    for i in range(n):
        graph[f"n{i}"] = []
    for _ in range(edges):
        state = (state * 1103515245 + 12345) % 2147483648
        a = f"n{state // 1024 % n}"
        state = (state * 1103515245 + 12345) % 2147483648
        b = f"n{state // 1024 % n}"
        graph[a].append(b)
        graph[b].append(a)
    return graph


def levels(graph, start):
    depth = {start: 0}
    queue = [start]
    head = 0
    while head < len(queue):
        node = queue[head]
        head += 1
        for other in graph[node]:
            if other not in depth:
                depth[other] = depth[node] + 1
                queue.append(other)
    return depth


def main():
    graph = build(70000, 105000)
    depth = levels(graph, "n0")
    histogram = {}
    for d in depth.values():
        histogram[d] = histogram.get(d, 0) + 1
    seen = {}
    components = 0
    for node in graph:
        if node not in seen:
            components += 1
            for other in levels(graph, node):
                seen[other] = True
    for d in sorted(histogram):
        print(d, histogram[d])
    print(components, len(depth))


main()
