//! Looking into Python code.

use super::{Case, Expr, FPart, Pattern, Stmt, StmtKind};

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
            | Self::At(_, inner)
            | Self::Noted(_, inner) => out.push(inner),
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

impl Stmt {
    /// Whether the statement mentions a name, be it to read or to bind it.
    pub fn mentions(&self, name: &str) -> bool {
        self.kind.mentions(name)
    }
}

impl StmtKind {
    fn mentions(&self, name: &str) -> bool {
        let expr = |part: &Expr| part.mentions(name);
        let option = |part: &Option<Expr>| part.as_ref().is_some_and(expr);
        let block = |body: &[Stmt]| body.iter().any(|stmt| stmt.mentions(name));
        match self {
            Self::Expr(value) | Self::Delete(value) | Self::TypeAlias(_, _, value) => expr(value),
            Self::Assign(target, value) => expr(target) || expr(value),
            Self::AnnAssign(target, _, value) => expr(target) || option(value),
            Self::Return(value) => option(value),
            Self::Raise(value, cause) => option(value) || option(cause),
            Self::Pass
            | Self::Break
            | Self::Continue
            | Self::Import(..)
            | Self::ImportFrom(..)
            | Self::Comment(_) => false,
            Self::Global(names) | Self::Nonlocal(names) => names.iter().any(|other| other == name),
            Self::If(cond, then, otherwise) => expr(cond) || block(then) || block(otherwise),
            Self::While(cond, body) => expr(cond) || block(body),
            Self::For(target, source, body) => expr(target) || expr(source) || block(body),
            Self::With(manager, target, body) => expr(manager) || option(target) || block(body),
            Self::Async(inner) => inner.mentions(name),
            Self::Try {
                body,
                handlers,
                finally,
            } => {
                block(body)
                    || block(finally)
                    || handlers
                        .iter()
                        .any(|handler| expr(&handler.class) || block(&handler.body))
            }
            Self::Match(subject, cases) => {
                expr(subject) || cases.iter().any(|case| case.mentions(name))
            }
            Self::Function(def) => {
                block(&def.body) || def.params.iter().any(|param| option(&param.default))
            }
            Self::Class(class) => block(&class.body) || class.bases.iter().any(expr),
        }
    }
}

impl Case {
    /// Whether the case mentions a name, be it to read or to bind it.
    pub fn mentions(&self, name: &str) -> bool {
        self.pattern.mentions(name)
            || self.guard.as_ref().is_some_and(|part| part.mentions(name))
            || self.body.iter().any(|stmt| stmt.mentions(name))
    }
}

impl Pattern {
    fn mentions(&self, name: &str) -> bool {
        match self {
            Self::Wildcard => false,
            Self::Capture(other) => other == name,
            Self::Value(value) => value.mentions(name),
            Self::Class(class, parts) => {
                class.mentions(name) || parts.iter().any(|part| part.mentions(name))
            }
            Self::As(inner, other) => other == name || inner.mentions(name),
            Self::Or(parts) => parts.iter().any(|part| part.mentions(name)),
        }
    }
}
