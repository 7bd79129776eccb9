//! Names that programs use: plain ones, and ones that mean something to Python or to its output.

/// Variables and parameters; few, so that they shadow each other.
pub const VARIABLES: &[&str] = &[
    "a",
    "b",
    "x",
    "y",
    "n",
    "xs",
    "s",
    "m",
    "acc",
    "row",
    "item",
    "key",
    "value",
    "class",
    "list",
    "dict",
    "def",
    "lambda",
    "self",
    "_x",
    "__y",
    "None",
    "True",
    "object",
    "error",
    "record",
    "x_2",
    "_t1",
    "e",
    "π",
    "ñ",
    "🍣",
    "main",
    "show",
    "idiv",
    "cls",
    "type_",
    "del",
    "nonlocal",
    "is",
    "str_",
    "Exception",
    "isinstance",
    "sorted",
    "group",
    "static",
    "tuple",
];

/// Builtins that variables may hide.
pub const HIDING: &[&str] = &[
    "keys", "values", "sum", "len", "min", "max", "first", "abs", "count",
];

/// Functions.
pub const FUNCTIONS: &[&str] = &[
    "f",
    "g",
    "h",
    "run",
    "main",
    "make_fun",
    "caught",
    "to_str",
    "zip",
    "sorted",
    "isinstance",
    "enumerate",
    "hash",
    "id",
    "vars",
    "next",
    "iter",
    "dataclass",
    "annotations",
    "tuple",
    "deep",
    "__f",
    "_g",
    "assert",
    "pass",
    "yield",
    "bool_",
    "frozenset",
    "super",
    "object",
];

/// Fields and methods.
pub const FIELDS: &[&str] = &[
    "x", "y", "n", "name", "class", "self", "__z", "_p", "items", "value", "next", "list", "from",
    "is", "def", "copy", "kind", "left", "right", "a", "b", "print_", "π",
];

/// Records and sum types.
pub const TYPES: &[&str] = &[
    "P",
    "Q",
    "Point",
    "Exception",
    "Fraction",
    "List",
    "Callable",
    "T",
    "Never",
    "MochiError",
    "Tree",
    "Shape",
    "Dict",
    "Error",
    "Any",
    "Sequence",
];

/// Variants.
pub const VARIANTS: &[&str] = &[
    "Leaf",
    "Node",
    "A",
    "B",
    "C",
    "Some",
    "Ok",
    "Err",
    "Empty",
    "Case",
    "Left",
    "Right",
    "One",
    "Two",
    "ValueError",
    "Set",
    "Tuple",
    "Literal",
    "D",
    "E",
    "F",
    "G",
    "H",
];

/// Strings as written between quotes.
pub const STRINGS: &[&str] = &[
    "", "a", "b", "abc", "Ä🍣", "x y", "it's", "q\\\"q", "a\\nb", "\\\\", "{}", "%s", "#", "//",
    "1", "-7", "true", "ß", " pad ", "a,b,,c", "é", "\\t", "zz",
];

/// Floats as written.
pub const FLOATS: &[&str] = &[
    "0.0",
    "1.0",
    "0.5",
    "2.5",
    "1e3",
    "3.25",
    "100000.0",
    "1000000.0",
    "1.5e-7",
    "0.1",
    "7.75",
    "12345678.9",
    "1e21",
];
