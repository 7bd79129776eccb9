"""Makes ../wheels/slugs-1.2.0-py3-none-any.whl with the same bytes everywhere: `mochi.lock` holds
its digest. Nothing is compressed, and every file has the same date."""

import base64
import hashlib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
INFO = "slugs-1.2.0.dist-info"
METADATA = """\
Metadata-Version: 2.1
Name: slugs
Version: 1.2.0
Summary: Names of pages as parts of addresses
Requires-Python: >=3.12
"""
WHEEL = """\
Wheel-Version: 1.0
Generator: make_wheel
Root-Is-Purelib: true
Tag: py3-none-any
"""


def main() -> None:
    files = {
        path.relative_to(HERE).as_posix(): path.read_bytes()
        for path in sorted((HERE / "slugs").iterdir())
        if path.is_file()
    }
    files[f"{INFO}/METADATA"] = METADATA.encode()
    files[f"{INFO}/WHEEL"] = WHEEL.encode()
    record = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record.append(f"{name},sha256={digest},{len(data)}\n")
    record.append(f"{INFO}/RECORD,,\n")
    files[f"{INFO}/RECORD"] = "".join(record).encode()
    target = HERE.parent / "wheels" / "slugs-1.2.0-py3-none-any.whl"
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as wheel:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            wheel.writestr(entry, data)


if __name__ == "__main__":
    main()
