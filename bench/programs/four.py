"""Four packages in one program."""

import httpx
import numpy as np
import packaging.version
import rich.table

url = httpx.URL("https://a.test/tea?size=2")
print(url.host, url.path)

steps = np.arange(10)
print(steps.sum())

print(packaging.version.Version("1.10") > packaging.version.Version("1.9"))

table = rich.table.Table(title="Tea")
table.add_column("leaf")
table.add_row("green")
print(table.row_count)
