//! Codes of the checker: names, types, calls, matches, effects.
//!
//! Wordings that the specification leaves open are fixed here.

use super::codes;

codes! { TYPES:
    T000 "declaration without type and value", "`let` requires a type or a value",
        "Give an initial value, or a type that has a zero value.";
    T001 "assignment to an undeclared variable", "assignment to undeclared variable: %s",
        "Declare the variable first with `var`.";
    T002 "undefined variable", "undefined variable: %s",
        "Declare the name before its first use, or correct the spelling.";
    T003 "unknown function", "unknown function: %s",
        "Declare the function, or correct the spelling.";
    T004 "not callable", "`%s` is not callable",
        "Only functions, methods, variants and classes can be called.";
    T005 "parameter without type", "parameter `%s` is missing a type",
        "Parameters of methods need a type: write `name: type`.";
    T006 "too many arguments", "too many arguments: expected %d, got %d",
        "Remove the surplus arguments.";
    T007 "argument of the wrong type", "argument %d: expected %s, got %s",
        "Pass a value of the expected type, or convert the argument.";
    T008 "type mismatch", "type mismatch: expected %s, got %s",
        "Give a value of the expected type, or change the annotation.";
    T009 "assignment of the wrong type", "cannot assign %s to `%s` (expected %s)",
        "Assign a value of the variable's type, or declare it with another type.";
    T010 "return of the wrong type", "return type mismatch: expected %s, got %s",
        "Return a value of the declared type, or change the declaration.";
    T011 "expectation is not boolean", "`expect` must be a boolean",
        "Compare with something: `expect x == 1`.";
    T012 "reserved", "", "";
    T013 "incompatible comparison", "incompatible types in comparison",
        "Compare values of one type, or convert one side.";
    T014 "invalid primary expression", "invalid primary expression",
        "Write a literal, a name or an expression in parentheses.";
    T015 "index is not an integer", "index must be an integer",
        "Use an int as index.";
    T016 "missing index", "missing index expression",
        "Write the index between the brackets.";
    T017 "slice of a map", "slicing not allowed on map",
        "Use a single key, or slice `keys(m)` or `values(m)`.";
    T018 "type without indexing", "type %s does not support indexing",
        "Only lists, strings, bytes, maps, tuples and types with `__getitem__` can be indexed.";
    T019 "map key of the wrong type", "map key type mismatch: expected %s, got %s",
        "Use a key of the map's key type.";
    T020 "operator does not fit", "operator `%s` cannot be used on types %s and %s",
        "Convert one operand so that both have types that the operator takes.";
    T021 "unsupported operator", "unsupported operator",
        "`-` takes a number and `!` a bool.";
    T022 "not iterable", "cannot iterate over type %s",
        "Iterate over a list, string, bytes, set, map, group, iterator or a uniform tuple.";
    T023 "range bounds are not integers", "range loop requires integer start and end expressions",
        "Use int values on both sides of `..`.";
    T024 "assignment to something immutable", "cannot assign to `%s` (immutable)",
        "Declare the variable with `var` if it must change.";
    T025 "unknown type", "unknown type: %s",
        "Declare the type, correct the spelling, or give the right number of type arguments.";
    T026 "unknown field", "unknown field `%s` on %s",
        "Use a member that the type has.";
    T027 "not a struct", "%s is not a struct",
        "Only records and handles have fields, and only record types are built with braces.";
    T028 "URL is not a string", "fetch URL must be a string",
        "Give the URL as a string.";
    T029 "fetch options are not a map", "fetch options must be a map",
        "Write the options as a map literal: `with { method: \"GET\" }`.";
    T030 "fetch option of the wrong type", "invalid type for fetch option `%s`: expected %s, got %s",
        "Give the option a value of the expected type.";
    T031 "unknown stream", "unknown stream: %s",
        "Declare the stream with `stream NAME { … }`.";
    T032 "query source is not a list", "query source must be a list",
        "Query a list, set, group or iterator.";
    T033 "condition is not boolean", "`where` condition must be boolean",
        "Make the condition a comparison or another bool.";
    T034 "join source is not a list", "join source must be a list",
        "Join a list, set, group or iterator.";
    T035 "condition is not boolean", "`on` condition must be boolean",
        "Make the condition a comparison or another bool.";
    T036 "no length", "cannot take length of type %s",
        "`len` takes strings, bytes, containers, groups, channels and types with `__len__`.";
    T037 "nothing to count", "count() expects list or group, got %s",
        "Give `count` a list or a group.";
    T038 "nothing to average", "avg() expects numeric list or group, got %s",
        "Give `avg` a list or group of numbers.";
    T039 "wrong number of arguments", "function %s expects %d arguments, got %d",
        "Pass as many arguments as the function takes.";
    T040 "condition is not boolean", "`if` condition must be boolean",
        "Make the condition a bool: compare with a value, or with `none` for options.";
    T041 "nothing to add up", "sum() expects numeric list or group, got %s",
        "Give `sum` a list or group of numbers.";
    T042 "condition is not boolean", "`having` condition must be boolean",
        "Make the condition a comparison or another bool.";
    T043 "reserved", "", "";
    T044 "effect in a predicate", "call to `%s` produces effect(s) %s, not allowed in `%s` predicate",
        "Do the call before the query and use its result in the condition.";
    T045 "outside of a loop", "`%s` outside of loop",
        "Use it directly inside a loop of the same function.";
    T046 "invalid cast", "invalid cast: `%s` as `%s` is not allowed",
        "Use a conversion such as `int(…)`, `float(…)` or `str(…)`, or narrow the value first.";
    T047 "conflicting type arguments", "cannot unify type parameter `%s`: %s vs %s",
        "Pass arguments that agree on the type parameter.";
    T048 "undetermined type parameter", "type parameter `%s` escapes function result",
        "Let an argument or an annotation determine the type parameter.";
    T049 "wrong number of type arguments", "%s expects %d type arguments, got %d",
        "Give as many type arguments as the declaration has type parameters.";
    T050 "missing case", "non-exhaustive match on union `%s`: missing variant(s) %s",
        "Add an arm for each missing case, or a last arm `_`.";
    T051 "alias of something immutable", "cannot alias immutable aggregate `%s` into a mutable binding",
        "Bind with `let`, or copy: `append(xs, x)`, `xs[:]` or a new literal.";
    T052 "alias at another type", "cannot alias `%s` (%s) into a binding of type %s",
        "Build a new container of that type: an alias would let other values into this one.";
    T053 "missing field", "struct literal `%s` is missing required field(s) %s",
        "Give every field a value.";
    T054 "redundant arm", "redundant match arm: %s",
        "Remove the arm, or move it before the one that covers it.";
    T055 "operand is not an int", "`%s` operand must be `int`, got %s",
        "Give an int.";
    T056 "key without order", "`sort by` expression must be an ordered type, got %s",
        "Sort by numbers, strings, bools, bytes, or lists and tuples of these.";
    T057 "value without equality", "`select distinct` expression must be a hashable type, got %s",
        "Select something that can be compared.";
    T058 "unguarded option", "dereference of optional `%s` requires a none guard",
        "Test it with `if x != none { … }`, give a default with `??`, or use `?.`.";
    T059 "comparison with none", "comparison with `none` requires an optional operand, got %s",
        "Compare with `none` or with an option only what may itself be none.";
    T060 "safe call without option", "safe-call `?.%s` requires an option-typed receiver, got %s",
        "Write `.` instead of `?.`.";
    T061 "safe call of an unknown member", "unknown member `%s` on element of %s",
        "Use a member that the option's element type has.";
    T062 "safe index without option", "safe-index `?[ ]` requires an option-typed receiver, got %s",
        "Write `[ ]` instead of `?[ ]`.";
    T063 "safe index of something without indexing", "element of %s does not support indexing",
        "Index only options whose element is a list, string, bytes, map or a type with `__getitem__`.";
    T064 "unknown effect", "unknown effect label `%s`",
        "The effects are `io`, `fs`, `net`, `time` and `meta`.";
    T065 "undeclared effect", "function `%s` declares effects %s but its body produces %s",
        "Add the missing effects to the declaration, or remove the calls that cause them.";
    T066 "misplaced effects", "effects cannot be declared here",
        "Declare effects on functions, lambdas and Python imports.";
    T070 "unknown argument", "unknown argument `%s` of %s",
        "Use a parameter name that the function has.";
    T071 "argument given twice", "argument `%s` given twice",
        "Give each argument once, by position or by name.";
    T072 "missing argument", "missing argument `%s`",
        "Pass every parameter that has no default.";
    T073 "no overload fits", "no overload of `%s` accepts these arguments: %s",
        "Change the arguments so that they fit one of the candidates.";
    T074 "invalid tuple index", "tuple index must be a constant from 0 to %d",
        "Index tuples with a literal, or take them apart with `let (a, b) = t`.";
    T075 "wrong number of parts", "pattern has %d names, value has %d parts",
        "Give one name for each part; `_` leaves one out.";
    T076 "outside of async code", "`%s` outside async code",
        "Use it in an `async fun`, or at the top level of a file that awaits.";
    T077 "async call without await", "async call is neither awaited nor started",
        "Write `await` before the call, or start it with `spawn`.";
    T078 "not an error type", "`%s` is not an error type",
        "Catch an exception class, or leave the type out to catch every error.";
    T079 "format does not fit", "format `%s` does not fit type %s",
        "Use a format that this type has, or convert the value first.";
    T080 "not a key type", "type %s cannot be a key",
        "Use a number, bool, string, bytes, enum, or tuples and never-assigned records of these as key.";
    T081 "not a context manager", "%s cannot be used with `using`",
        "Only agents and types with `__enter__` and `__exit__` can be used here.";
    T082 "not exported", "`%s` is not exported by %s",
        "Mark the declaration with `export`, or use an exported name.";
    T083 "module not found", "module not found: %s",
        "Check the path; it is relative to this file if it starts with `./`, else to the project.";
    T084 "import cycle", "import cycle: %s",
        "Move what both modules need into a third one.";
    T085 "unsafe variable", "unsafe variable `%s` in rule",
        "Use the variable in a condition without `not` and `!=` too.";
    T086 "negation through recursion", "rule `%s` depends on its own negation",
        "Break the cycle: a rule cannot depend on the absence of what it derives.";
    T087 "interface not satisfied", "%s does not satisfy `%s`: %s",
        "Pass a value that has the members of the interface.";
    T088 "unreachable clause", "clause can never be reached",
        "Put the clauses for particular errors before the general one.";
    T089 "unreadable eval", "`eval` needs a string literal with one expression",
        "Give a string literal that holds exactly one expression.";
    T090 "leaving finally", "`%s` may not leave `finally`",
        "Leave the function or loop after the `try` statement.";
    T091 "sidecar missing", "%s",
        "Write the Python file beside this one and define the name in it.";
    T092 "parameter order", "parameter without default after one with default",
        "Move parameters with defaults to the end.";
    T093 "nested too deep", "nested deeper than Python allows: %s",
        "Move the inner part into a function of its own, or bind it with `let` first.";
}
