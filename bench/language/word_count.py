"""Words of a long text, counted; the most frequent ones first."""


def make_text(words):
    syllables = ["ka", "to", "mi", "ren", "su", "lo", "ved", "an"]
    state = 42
    out = []
    for _ in range(words):
        state = (state * 1103515245 + 12345) % 2147483648
        a = state // 65536 % 8
        b = state // 524288 % 8
        word = syllables[a] + syllables[b]
        if state % 3 == 0:
            word = word + syllables[(a + b) % 8]
        out.append(word)
    return " ".join(out)


def main():
    text = make_text(800000)
    counts = {}
    for word in text.split(" "):
        counts[word] = counts.get(word, 0) + 1
    for word in sorted(counts, key=lambda word: (-counts[word], word))[:10]:
        print(word, counts[word])
    print(len(counts))


main()
