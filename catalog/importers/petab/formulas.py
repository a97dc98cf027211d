"""Values of PEtab's formulas: numbers, names, arithmetic and the functions of the format, and nothing else.

After "Math expressions syntax" of PEtab v1, section "noiseFormula" and "observableFormula" (infix notation as in
SBML Level 3, `^` is the power). A formula comes from a file of somebody else, so that it is never run as Python.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

MAX_FORMULA = 5_000
"""The longest formula, in characters, that is evaluated: far above those in use, far below what a parser minds."""

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,  # always a float, never a complex number or an integer without end
}
_UNARY: dict[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "cos": math.cos,
    "exp": math.exp,
    "ln": math.log,
    "log": lambda value, base=math.e: math.log(value) / math.log(base),
    "log10": math.log10,
    "log2": math.log2,
    "max": max,
    "min": min,
    "pow": math.pow,
    "sin": math.sin,
    "sqrt": math.sqrt,
    "tan": math.tan,
}


def evaluate(formula: str, values: Mapping[str, float]) -> float | None:
    """The value of the formula with these values for its names; None where it has none that is finite."""
    if len(formula) > MAX_FORMULA:
        return None
    try:
        tree = ast.parse(formula.strip().replace("^", "**"), mode="eval")
        result = float(_value(tree.body, values))
    except (SyntaxError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return result if math.isfinite(result) else None


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=bool() | complex()):
            raise TypeError("not a number of the format")
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=sign, operand=operand):
            return _UNARY[type(sign)](_value(operand, values))
        case ast.BinOp(left=left, op=operation, right=right):
            return _BINARY[type(operation)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _FUNCTIONS[name](*(_value(argument, values) for argument in arguments))
    raise TypeError(f"{type(node).__name__} is not part of a formula")
