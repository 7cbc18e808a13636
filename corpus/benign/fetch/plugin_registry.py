"""Plugins by name: what is installed is looked up, and an expression of numbers is read safely."""

import ast
import importlib
import operator

OPERATORS = {ast.Add: operator.add, ast.Mult: operator.mul, ast.Sub: operator.sub}


def evaluate(text: str) -> float:
    def walk(node: ast.AST) -> float:
        if isinstance(node, ast.Expression):
            return walk(node.body)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](walk(node.left), walk(node.right))
        raise ValueError("not a number")

    return walk(ast.parse(text, mode="eval"))


def main() -> None:
    for name in ("json", "csv", "sqlite3"):
        module = importlib.import_module(name)
        print(name, getattr(module, "__version__", "-"))
    print(evaluate("2 + 3 * 4"))


if __name__ == "__main__":
    main()
