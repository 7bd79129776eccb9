"""Text put together from many small pieces."""


def line(n):
    digits = ""
    for i in range(1, 9):
        digits += str(n * i % 10)
    return f"{n}: {digits}"


def main():
    lines = []
    for n in range(300000):
        text = line(n)
        if text.endswith("0"):
            text = text.upper()
        lines.append(text)
    whole = "\n".join(lines)
    total = 0
    for char in whole:
        if char == "7":
            total += 1
    print(len(whole), total)
    print(whole[:40].replace("\n", "|"))


main()
