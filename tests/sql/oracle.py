"""Makes the tables that `queries.md` asks, and says what SQLite answers.

`oracle.py FOLDER` writes the tables as CSV, and prints for each statement of `FOLDER/queries.sql`, which
follow a line `-- NAME`, each row as `NAME JSON`.
"""

from __future__ import annotations

import csv
import datetime
import pathlib
import random
import sqlite3
import sys

WORDS = [
    "furiously",
    "slyly",
    "special",
    "requests",
    "Customer",
    "Complaints",
    '"quoted"',
    "a,b",
    "pending",
    "é",
]
REGIONS = ["AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"]
NATIONS = [
    "ALGERIA 0",
    "ARGENTINA 1",
    "BRAZIL 1",
    "CANADA 1",
    "EGYPT 4",
    "ETHIOPIA 0",
    "FRANCE 3",
    "GERMANY 3",
    "INDIA 2",
    "INDONESIA 2",
    "IRAN 4",
    "IRAQ 4",
    "JAPAN 2",
    "JORDAN 4",
    "KENYA 0",
    "MOROCCO 0",
    "MOZAMBIQUE 0",
    "PERU 1",
    "CHINA 2",
    "ROMANIA 3",
    "SAUDI ARABIA 4",
    "VIETNAM 2",
    "RUSSIA 3",
    "UNITED KINGDOM 3",
    "UNITED STATES 1",
]
SEGMENTS = ["AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD"]
COLORS = ["almond", "green", "forest", "blue", "red", "ivory", "lemon"]
KINDS = (
    ["STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"],
    ["ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"],
    ["TIN", "NICKEL", "BRASS", "STEEL", "COPPER"],
)
SIZES = ["SM", "LG", "MED", "JUMBO", "WRAP"]
CONTAINERS = ["CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM"]
PRIORITIES = ["1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"]
MODES = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"]
INSTRUCTIONS = ["DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"]
SUPPLIERS, CUSTOMERS, PARTS, ORDERS = 40, 150, 200, 1500

Row = dict[str, object]


class Maker:
    """Rows that look random and are the same every time."""

    def __init__(self) -> None:
        self.dice = random.Random(7)

    def text(self, words: int) -> str:
        return " ".join(self.dice.choice(WORDS) for _ in range(words))

    def person(self, letter: str, what: str, key: int) -> Row:
        nation = self.dice.randrange(25)
        digits = self.dice.randint
        return {
            f"{letter}_{'supp' if letter == 's' else 'cust'}key": key,
            f"{letter}_name": f"{what}#{key:09d}",
            f"{letter}_address": self.text(2),
            f"{letter}_nationkey": nation,
            f"{letter}_phone": f"{nation + 10}-{digits(100, 999)}-{digits(1000, 9999)}",
            f"{letter}_acctbal": digits(-99999, 999999),
        }

    def tables(self) -> dict[str, list[Row]]:
        dice = self.dice
        made: dict[str, list[Row]] = {
            "region": [
                {"r_regionkey": at, "r_name": name, "r_comment": self.text(3)}
                for at, name in enumerate(REGIONS)
            ],
            "nation": [
                {
                    "n_nationkey": at,
                    "n_name": nation[:-2],
                    "n_regionkey": int(nation[-1]),
                    "n_comment": self.text(3),
                }
                for at, nation in enumerate(NATIONS)
            ],
            "supplier": [
                self.person("s", "Supplier", key) | {"s_comment": self.text(4)}
                for key in range(1, SUPPLIERS + 1)
            ],
            "customer": [
                self.person("c", "Customer", key)
                | {"c_mktsegment": dice.choice(SEGMENTS), "c_comment": self.text(4)}
                for key in range(1, CUSTOMERS + 1)
            ],
        }
        sellers = {
            key: dice.sample(range(1, SUPPLIERS + 1), 4) for key in range(1, PARTS + 1)
        }
        made["part"] = [self.part(key) for key in sellers]
        made["partsupp"] = [
            {
                "ps_partkey": key,
                "ps_suppkey": seller,
                "ps_availqty": dice.randint(1, 9999),
                "ps_supplycost": dice.randint(100, 100000),
                "ps_comment": self.text(2),
            }
            for key, those in sellers.items()
            for seller in those
        ]
        orders = [self.order(key, sellers) for key in range(1, ORDERS + 1)]
        made["orders"] = [order for order, _ in orders]
        made["lineitem"] = [line for _, lines in orders for line in lines]
        return made

    def part(self, key: int) -> Row:
        maker = self.dice.randint(1, 5)
        return {
            "p_partkey": key,
            "p_name": " ".join(self.dice.sample(COLORS, 3)),
            "p_mfgr": f"Manufacturer#{maker}",
            "p_brand": f"Brand#{maker}{self.dice.randint(1, 5)}",
            "p_type": " ".join(map(self.dice.choice, KINDS)),
            "p_size": self.dice.randint(1, 50),
            "p_container": f"{self.dice.choice(SIZES)} {self.dice.choice(CONTAINERS)}",
            "p_retailprice": 90000 + key * 10,
            "p_comment": self.text(2),
        }

    def order(self, key: int, sellers: dict[int, list[int]]) -> tuple[Row, list[Row]]:
        dice = self.dice
        # A third of the customers orders nothing.
        customer = dice.choice([at for at in range(1, CUSTOMERS + 1) if at % 3])
        date = datetime.date(1992, 1, 1) + datetime.timedelta(dice.randint(0, 2405))
        lines = [
            self.line(key, number, date, sellers)
            for number in range(1, dice.randint(1, 7) + 1)
        ]
        states = sorted({str(line["l_linestatus"]) for line in lines})
        order: Row = {
            "o_orderkey": key,
            "o_custkey": customer,
            "o_orderstatus": states[0] if len(states) == 1 else "P",
            "o_totalprice": sum(int(str(line["l_extendedprice"])) for line in lines),
            "o_orderdate": date,
            "o_orderpriority": dice.choice(PRIORITIES),
            "o_clerk": f"Clerk#{dice.randint(1, 1000):09d}",
            "o_shippriority": 0,
            "o_comment": self.text(5),
        }
        return order, lines

    def line(
        self,
        order: int,
        number: int,
        date: datetime.date,
        sellers: dict[int, list[int]],
    ) -> Row:
        dice = self.dice
        part, quantity = dice.randint(1, PARTS), dice.randint(1, 50)
        shipped = date + datetime.timedelta(dice.randint(1, 121))
        received = shipped + datetime.timedelta(dice.randint(1, 30))
        today = datetime.date(1995, 6, 17)
        return {
            "l_orderkey": order,
            "l_partkey": part,
            "l_suppkey": dice.choice(sellers[part]),
            "l_linenumber": number,
            "l_quantity": quantity,
            "l_extendedprice": quantity * (9000 + part),
            "l_discount": dice.randint(0, 10),
            "l_tax": dice.randint(0, 8),
            "l_returnflag": dice.choice("RA") if received <= today else "N",
            "l_linestatus": "O" if shipped > today else "F",
            "l_shipdate": shipped,
            "l_commitdate": date + datetime.timedelta(dice.randint(30, 90)),
            "l_receiptdate": received,
            "l_shipinstruct": dice.choice(INSTRUCTIONS),
            "l_shipmode": dice.choice(MODES),
            "l_comment": self.text(2),
        }


def json_text(value: object) -> str:
    """A value as Mochi's `to_json` writes it."""
    if value is None:
        return "null"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def main() -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    folder = pathlib.Path(sys.argv[1])
    base = sqlite3.connect(":memory:")
    for name, rows in Maker().tables().items():
        columns = list(rows[0])
        path = folder / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        kinds = (
            "integer" if isinstance(rows[0][it], int) else "text" for it in columns
        )
        declared = ", ".join(map(" ".join, zip(columns, kinds, strict=True)))
        base.execute(f"create table {name}({declared})")
        keys = [it for it in columns[:2] if it.endswith("key")]
        for key in keys:
            base.execute(f"create index {name}_{key} on {name}({key})")
        places = ", ".join("?" * len(columns))
        values = [
            [it if isinstance(it, int) else str(it) for it in row.values()]
            for row in rows
        ]
        base.executemany(f"insert into {name} values({places})", values)
    for part in (folder / "queries.sql").read_text("utf-8").split("-- ")[1:]:
        name, _, statement = part.partition("\n")
        for row in base.execute(statement):
            print(f"{name} [{','.join(map(json_text, row))}]")


main()
