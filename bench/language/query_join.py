"""A million orders joined with their customers, grouped by city and summed up."""

from collections import defaultdict
from dataclasses import dataclass


@dataclass(slots=True)
class Customer:
    id: int
    city: str


@dataclass(slots=True)
class Order:
    customer: int
    cents: int


def make_customers(n):
    cities = ["Oslo", "Lima", "Rome", "Kyiv", "Bern", "Doha", "Riga", "Apia"]
    return [Customer(id=i, city=cities[i * 7 % 8]) for i in range(n)]


def make_orders(n, customers):
    orders = []
    state = 7
    for _ in range(n):
        state = (state * 1103515245 + 12345) % 2147483648
        orders.append(Order(customer=state // 8 % customers, cents=state // 64 % 100000))
    return orders


def main():
    customers = make_customers(1000)
    orders = make_orders(1000000, 1000)
    city_of = {customer.id: customer.city for customer in customers}
    by_city = defaultdict(list)
    for order in orders:
        if order.cents > 1000:
            by_city[city_of[order.customer]].append(order.cents)
    rows = [(city, len(cents), sum(cents), max(cents)) for city, cents in by_city.items()]
    rows.sort(key=lambda row: -row[2])
    for city, count, total, largest in rows:
        print(city, count, total, largest)


main()
