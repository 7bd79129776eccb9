"""What the assembly of helpers relies on: it takes every name in a definition for a helper's.

A local name that is a helper's too would bring that helper into programs that do not use it.
"""

import ast
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ASSEMBLY = ROOT / "crates/mochi-python/src/runtime.rs"


def top_level(tree: ast.Module) -> set[str]:
    """The names that a module defines."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names.update(
                target.id for target in node.targets if isinstance(target, ast.Name)
            )
    return names


def local_names(definition: ast.AST) -> set[tuple[str, int]]:
    """Names that are bound inside of a definition, with their lines."""
    found: set[tuple[str, int]] = set()
    for node in ast.walk(definition):
        if node is definition:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add((node.id, node.lineno))
        elif isinstance(node, ast.arg):
            found.add((node.arg, node.lineno))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add((node.name, node.lineno))
    return found


class Names(unittest.TestCase):
    """Over all helper modules together."""

    def test_local_names_are_no_helpers(self) -> None:
        assembly = ASSEMBLY.read_text(encoding="utf-8")
        modules = re.findall(r'include_str!\(".*/mochi_runtime/(\w+\.py)"\),', assembly)
        self.assertGreater(len(modules), 10)
        folder = ROOT / "python/mochi_runtime"
        trees = {
            name: ast.parse(folder.joinpath(name).read_text(encoding="utf-8"))
            for name in modules
        }
        helpers = set().union(*map(top_level, trees.values())) - {"TYPE_CHECKING"}
        clashes = [
            f"{module}:{line}: {name}"
            for module, tree in trees.items()
            for node in tree.body
            for name, line in sorted(local_names(node), key=lambda found: found[1])
            if name in helpers and not isinstance(node, (ast.Assign, ast.AnnAssign))
        ]
        self.assertEqual("\n".join(clashes), "")


if __name__ == "__main__":
    unittest.main()
