"""Shortest paths over a grid with a binary heap written by hand."""


def push(heap, item):
    heap.append(item)
    i = len(heap) - 1
    while i > 0:
        parent = (i - 1) // 2
        if heap[parent] <= item:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = item


def pop(heap):
    top = heap[0]
    last = heap.pop()
    n = len(heap)
    if n > 0:
        i = 0
        while True:
            child = 2 * i + 1
            if child >= n:
                break
            if child + 1 < n and heap[child + 1] < heap[child]:
                child += 1
            if last <= heap[child]:
                break
            heap[i] = heap[child]
            i = child
        heap[i] = last
    return top


def main():
    width = 400
    size = width * width
    state = 5
    cost = []
    for _ in range(size):
        state = (state * 1103515245 + 12345) % 2147483648
        cost.append(1 + state // 65536 % 9)
    far = 1000000000
    distance = [far] * size
    distance[0] = 0
    heap = [(0, 0)]
    steps = 0
    while heap:
        d, at = pop(heap)
        if d > distance[at]:
            continue
        steps += 1
        x = at % width
        y = at // width
        for dx, dy in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
            nx = x + dx
            ny = y + dy
            if 0 <= nx < width and 0 <= ny < width:
                to = ny * width + nx
                new = d + cost[to]
                if new < distance[to]:
                    distance[to] = new
                    push(heap, (new, to))
    print(distance[size - 1], steps)


main()
