"""A report: lines of amounts and names, put together and written."""


def main():
    names = ["coffee", "tea", "sugar", "flour", "butter", "milk"]
    state = 9
    lines = []
    total = 0.0
    width = 0
    for i in range(120000):
        state = (state * 1103515245 + 12345) % 2147483648
        name = names[state // 65536 % 6]
        price = (state // 1024 % 10000) / 100
        amount = 1 + state // 512 % 20
        total += price * amount
        line = f"{i:06d} {name:<10}|{amount:>4} x {price:8.2f} = {price * amount:10.2f} {'true' if i % 7 == 0 else 'false'}"
        line = line + " " + name.upper() + str(amount).rjust(6, ".") + "/" + str(i)
        width = max(width, len(line))
        lines.append(line)
    text = "\n".join(lines)
    print(len(text), width, f"{total:.2f}")
    for line in lines[:3]:
        print(line)


main()
