"""A market: agents hear ticks and answer by orders."""

from dataclasses import dataclass


@dataclass(slots=True)
class Tick:
    time: int
    price: int


@dataclass(slots=True)
class Order:
    who: int
    amount: int


ticks = []
orders = []


def emit(handlers, event):
    for handler in handlers:
        handler(event)


class Trader:
    __slots__ = ("id", "cash", "stock", "limit")

    def __init__(self, id, limit):
        self.id = id
        self.cash = 10000
        self.stock = 0
        self.limit = limit
        ticks.append(self.hear)

    def hear(self, t):
        if t.price < self.limit and self.cash >= t.price:
            self.cash = self.cash - t.price
            self.stock = self.stock + 1
            emit(orders, Order(self.id, 1))
        elif t.price > self.limit + 10 and self.stock > 0:
            self.cash = self.cash + t.price
            self.stock = self.stock - 1
            emit(orders, Order(self.id, -1))

    def worth(self, price):
        return self.cash + self.stock * price


def main():
    bought = 0
    sold = 0

    def count(o):
        nonlocal bought, sold
        if o.amount > 0:
            bought += o.amount
        else:
            sold -= o.amount

    orders.append(count)
    traders = [Trader(i, 80 + i) for i in range(40)]
    price = 100
    state = 1
    for time in range(40000):
        state = (state * 1103515245 + 12345) % 2147483648
        price = price + state // 65536 % 7 - 3
        if price < 60:
            price = 60
        if price > 140:
            price = 140
        emit(ticks, Tick(time, price))
    total = sum(t.worth(price) for t in traders)
    print(bought, sold, total, price)


main()
