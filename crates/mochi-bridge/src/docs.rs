//! The page `docs/type-table.md`, printed from the table.
//!
//! Spec: bridge.md §6.

use std::fmt::Write;

use mochi_surface::SkipReason;

use crate::TABLE;

const HEAD: &str = "\
# The type table

What each Python type is in Mochi, and back. **Out** is Python to Mochi: results, attributes, \
constants, parameters of callbacks. **In** is Mochi to Python: parameters, assigned attributes, \
results of callbacks. This page is printed from `crates/mochi-bridge/src/table.rs`; to print it \
again run `MOCHI_UPDATE_DOCS=1 cargo test -p mochi-bridge --test type_table`.

| Python | Mochi | out | in |
| --- | --- | --- | --- |
";

const RULES: &str = "
## Rules

- **Outside the table.** A parameter that has a default is left out of the signature; those after \
it can then only be given by name, and positional-only ones after it are left out too. A parameter \
without a default is `any`, and so are `*args` and `**kwargs`. A result is a `PyObject`. Inside \
another type the part is `any` going in and `PyObject` coming out. A type that nobody declared is \
`any` in both directions. Each of these is a skip.
- **Generic arguments.** Nothing can be converted inside somebody else's object. The arguments of \
a generic class are therefore exact: `Box[float]` takes no `Box<int>`, and `Box[Sequence[int]]` \
holds that class and not a list. The read-only collections and `Iterable` of the table are \
covariant: their arguments are read in the direction *in*.
- **Unions going in.** Members outside the table are dropped with a skip. `complex` in a Python \
annotation means `int | float | complex`, so that beside other members `int` and `float` stay.
- **Unions coming out.** Members are told apart by class, by literal value, or as `None`. Two \
generic containers of one class, two functions, or a protocol beside another member cannot be: the \
union is `any`. A check tries exact classes first, then those that convert (`int`, `float`), then \
those that many classes pass (`Mapping`, `Sequence`, iterables, functions).
- **`tuple[T, ...]` as a parameter** takes a tuple whose parts fit and a list whose elements fit; \
the list is made a tuple at the call, also where the parameter is a union with such a tuple.
- **Callbacks.** A Mochi function type has positional parameters only. A `Callable` that declares \
more is any function of its result; a callback protocol that declares more, or is overloaded or \
generic, stays an interface. A result declared `Awaitable[T]` asks for an `async fun`.
- **Receivers.** A type variable that annotates `self` or `cls` is `Self`. Any other annotation \
there restricts the overload to receivers that fit.
- **Overloads** that differ only in what was left out are one: the first. One that requires an \
argument outside the table is dropped where others remain: as `any` it would accept what they \
refuse.
- **`any` as an operand.** `handle + any` gives what all overloads give that may be meant, if that is \
one class, with `any` for the class's arguments in which they differ; else `any`. `handle[any]` is \
`any`. Python decides when the program runs, and the result is checked like every other.
- **`==` and `!=` declared `Any`**, as classes of arrays have them, give what `<` gives for the same \
operand if that can be iterated: one bool for each element, checked.
- **Numbers and bools of packages.** `as int`, `as float` take every handle with `__index__` or \
`__float__`, `as bool` and conditions those whose class is named `bool` or `bool_`; a handle with \
`__index__` is an index of a list.
- **`as any`** directly behind a value of Python takes it unchecked. The casts of the line above, \
and that of a `tuple[T, ...]` to a tuple, check what they say instead of the declaration.
- **Attributes that are descriptors** (`__get__` in a class attribute's class) are what reading \
them on an instance gives, and take what `__set__` takes.
- **Functions under another name** (`randint = _inst.randint`) are functions: arguments by name, \
checked results.
- **Names.** A name with a leading underscore is not offered, double-underscored ones are. After \
a dot and before `=` every Python name is spelled as it is; `type_` stands for `type` too, and \
likewise for every word that Mochi reserves.

## Reasons of skips

";

/// The text of the page.
pub fn type_table_page() -> String {
    let mut page = String::from(HEAD);
    for row in TABLE {
        let cells = [row.python, row.mochi, row.out, row.input];
        for cell in cells {
            // Inside a Markdown table a bar ends the cell, in code spans too.
            let _ = write!(page, "| {} ", cell.replace('|', "\\|"));
        }
        page.push_str("|\n");
    }
    page.push_str(RULES);
    for reason in SkipReason::ALL {
        let code = reason.code();
        let _ = writeln!(page, "- [`{code}`](skips/{code}.md)");
    }
    page
}
