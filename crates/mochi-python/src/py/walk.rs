//! Looking into Python expressions.

use super::{Expr, FPart};

impl Expr {
    /// The direct parts of an expression.
    pub fn parts(&self) -> Vec<&Self> {
        let mut out: Vec<&Self> = Vec::new();
        match self {
            Self::Name(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Str(_)
            | Self::Bytes(_)
            | Self::Bool(_)
            | Self::None
            | Self::Ellipsis => {}
            Self::FStr(parts) => out.extend(parts.iter().filter_map(|part| match part {
                FPart::Text(_) => None,
                FPart::Value(value, _) => Some(value),
            })),
            Self::Attr(inner, _)
            | Self::Unary(_, inner)
            | Self::Star(inner)
            | Self::Walrus(_, inner)
            | Self::Await(inner)
            | Self::At(_, inner) => out.push(inner),
            Self::Index(left, right)
            | Self::Binary(_, left, right)
            | Self::Compare(_, left, right) => out.extend([&**left, &**right]),
            Self::Slice(start, stop, step) => {
                out.extend(
                    [start, stop, step]
                        .into_iter()
                        .flatten()
                        .map(|part| &**part),
                );
            }
            Self::Call(function, args) => {
                out.push(function);
                out.extend(args.iter().map(|arg| &arg.value));
            }
            Self::Bool2(_, items) | Self::List(items) | Self::Tuple(items) | Self::Set(items) => {
                out.extend(items);
            }
            Self::IfExp(then, cond, otherwise) => out.extend([&**then, &**cond, &**otherwise]),
            Self::Lambda(params, body) => {
                out.extend(params.iter().filter_map(|param| param.default.as_ref()));
                out.push(body);
            }
            Self::Dict(entries) => {
                for (key, value) in entries {
                    out.extend(key);
                    out.push(value);
                }
            }
            Self::ListComp(element, clauses)
            | Self::SetComp(element, clauses)
            | Self::Generator(element, clauses) => {
                out.push(element);
                clause_parts(clauses, &mut out);
            }
            Self::DictComp(key, value, clauses) => {
                out.extend([&**key, &**value]);
                clause_parts(clauses, &mut out);
            }
        }
        out
    }

    /// Whether the expression or some part of it satisfies `test`.
    pub fn any(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        test(self) || self.parts().into_iter().any(|part| part.any(test))
    }

    /// A generator that is consumed at once; a list where it awaits, since only asynchronous code
    /// could consume it then.
    pub fn lazily(element: Self, clauses: Vec<super::Comprehension>) -> Self {
        let made = Self::Generator(Box::new(element), clauses);
        let awaits = made.any(&|part| matches!(part, Self::Await(_)));
        match made {
            Self::Generator(element, clauses) if awaits => Self::ListComp(element, clauses),
            lazy => lazy,
        }
    }

    /// Whether a name is mentioned.
    pub fn mentions(&self, name: &str) -> bool {
        self.any(&|part| matches!(part, Self::Name(other) if other == name))
    }
}

fn clause_parts<'a>(clauses: &'a [super::Comprehension], out: &mut Vec<&'a Expr>) {
    for clause in clauses {
        out.extend([&clause.target, &clause.source]);
        out.extend(&clause.conds);
    }
}
