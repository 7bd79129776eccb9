"""A calculator: text to tokens, tokens to a tree, the tree to a number."""

from dataclasses import dataclass


@dataclass(slots=True)
class Token:
    kind: str
    text: str


@dataclass(slots=True)
class Number:
    value: int


@dataclass(slots=True)
class Name:
    name: str


@dataclass(slots=True)
class Binary:
    op: str
    left: object
    right: object


def tokenize(s):
    tokens = []
    i = 0
    n = len(s)
    while i < n:
        c = s[i]
        if c == " " or c == "\n":
            i += 1
        elif "0" <= c <= "9":
            start = i
            while i < n and "0" <= s[i] <= "9":
                i += 1
            tokens.append(Token("number", s[start:i]))
        elif "a" <= c <= "z" or c == "_":
            start = i
            while i < n and ("a" <= s[i] <= "z" or s[i] == "_"):
                i += 1
            tokens.append(Token("name", s[start:i]))
        else:
            tokens.append(Token("sign", c))
            i += 1
    tokens.append(Token("end", ""))
    return tokens


class Parser:
    __slots__ = ("at", "tokens")

    def __init__(self, tokens):
        self.tokens = tokens
        self.at = 0

    def expression(self):
        left = self.term()
        while self.tokens[self.at].text in ("+", "-"):
            op = self.tokens[self.at].text
            self.at += 1
            left = Binary(op, left, self.term())
        return left

    def term(self):
        left = self.factor()
        while self.tokens[self.at].text in ("*", "%"):
            op = self.tokens[self.at].text
            self.at += 1
            left = Binary(op, left, self.factor())
        return left

    def factor(self):
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            return Number(int(token.text))
        if token.kind == "name":
            return Name(token.text)
        inner = self.expression()
        self.at += 1
        return inner


def value(e, names):
    match e:
        case Number(n):
            return n
        case Name(name):
            return names.get(name, 0)
        case Binary(op, left, right):
            a = value(left, names)
            b = value(right, names)
            if op == "+":
                return a + b
            if op == "-":
                return a - b
            if op == "*":
                return a * b
            return a % b


def main():
    part = "(alpha + 12 * (beta_x - 3)) * 7 - gamma * (19 + alpha) % 1000 + "
    text = part * 20 + "1"
    names = {"alpha": 5, "beta_x": 17, "gamma": 4}
    total = 0
    for round in range(400):
        tokens = tokenize(text)
        tree = Parser(tokens).expression()
        names["alpha"] = round
        total += value(tree, names) + len(tokens)
    print(total)


main()
