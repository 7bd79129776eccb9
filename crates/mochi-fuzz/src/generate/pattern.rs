//! `match`, as a value and as a statement.

use super::ty::{Ty, TypeDef, VariantDef};
use super::{Piece, Writer};

/// An arm: its pattern, and the variables that it binds.
struct Case {
    pattern: String,
    bound: Vec<(String, Ty)>,
    guard: bool,
    narrows: bool,
}

impl Case {
    fn of(pattern: impl Into<String>) -> Self {
        Self {
            pattern: pattern.into(),
            bound: Vec::new(),
            guard: false,
            narrows: false,
        }
    }
}

impl Writer {
    /// A `match` with a value of a type.
    pub(super) fn match_expr(&mut self, ty: &Ty, depth: usize) -> Piece {
        let (subject, cases) = self.cases(depth);
        let mut text = format!("match {subject} {{ ");
        for case in cases {
            let visible = self.vars.len();
            text.push_str(&self.arm_head(&case));
            if self.chance.percent(20) {
                let name = self.var_name();
                let of = self.ty(0);
                let value = self.expr(&of, depth, false).text;
                let of_text = self.type_text(&of);
                self.declare(&name, &of, false);
                let result = self.expr(ty, depth, true);
                // A value in brackets would continue the line before.
                let result = self.as_statement(ty, result);
                text.push_str(&format!(
                    " => {{ let {name}: {of_text} = {value}  {result} }}, "
                ));
            } else {
                let value = self.expr(ty, depth, true).text;
                text.push_str(&format!(" => {value}, "));
            }
            self.vars.truncate(visible);
        }
        text.push('}');
        Piece::loose(text)
    }

    /// What stands before the arrow of an arm, whose variables are declared from here on.
    fn arm_head(&mut self, case: &Case) -> String {
        for (name, of) in &case.bound {
            if case.narrows {
                self.narrow(name, of);
            } else {
                self.declare(name, of, false);
            }
        }
        let mut head = case.pattern.clone();
        if case.guard {
            let cond = self.expr(&Ty::Bool, 1, true).text;
            head.push_str(&format!(" when {cond}"));
        }
        head
    }

    /// A value that can stand as a statement after another.
    fn as_statement(&mut self, ty: &Ty, value: Piece) -> String {
        let first = value.text.chars().next().unwrap_or('(');
        let word: String = value
            .text
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let continues = ["from", "union", "except", "intersect", "as", "is", "in"];
        if (first.is_alphabetic() || first == '"' || first.is_ascii_digit())
            && !continues.contains(&&*word)
            && !matches!(word.as_str(), "if" | "match" | "fun")
        {
            return value.text;
        }
        let _ = ty;
        format!("str(0)  {}", self.wrapped(ty, &value.text))
    }

    fn wrapped(&mut self, ty: &Ty, text: &str) -> String {
        if ty.is_local(&self.types) {
            return format!("match 0 {{ _ => {text} }}");
        }
        format!("{}({text})", self.keeper(ty))
    }

    /// A `match` statement.
    pub(super) fn match_stmt(&mut self, depth: usize) {
        let (subject, cases) = self.cases(1);
        self.line(&format!("match {subject} {{"));
        self.indent += 1;
        let outer = std::mem::replace(&mut self.in_loop, false);
        for case in cases {
            let (visible, types) = (self.vars.len(), self.types.len());
            let head = self.arm_head(&case);
            self.line(&format!("{head} => {{"));
            self.indent += 1;
            // The last statement's value would have to fit those of the other arms.
            self.stmts(1 + self.chance.clone().below(2), depth);
            let name = format!("t{}", self.next());
            self.line(&format!("let {name} = 0"));
            self.indent -= 1;
            self.line("}");
            self.leave_types(types);
            self.vars.truncate(visible);
        }
        self.in_loop = outer;
        self.indent -= 1;
        self.line("}");
    }

    fn cases(&mut self, depth: usize) -> (String, Vec<Case>) {
        match self.chance.below(6) {
            0 | 1 => {
                let sums: Vec<usize> = (0..self.types.len())
                    .filter(|at| {
                        let def = &self.types[*at];
                        !def.is_record && !def.is_agent && !def.is_gone
                    })
                    .collect();
                if !sums.is_empty() {
                    let at = *self.chance.pick(&sums);
                    let subject = self.expr(&Ty::Named(at), depth, true);
                    let def = self.types[at].clone();
                    return (subject.within(0), self.sum_cases(&def));
                }
                self.int_cases(depth)
            }
            2 => {
                let found = self.in_sight(|var| {
                    !var.is_mutable
                        && !Self::is_foreign(var)
                        && matches!(&var.ty, Ty::Opt(inner) if **inner != Ty::Any)
                });
                if found.is_empty() {
                    return self.int_cases(depth);
                }
                let var = self.chance.pick(&found).clone();
                let Ty::Opt(inner) = var.ty else {
                    return self.int_cases(depth);
                };
                let mut other = Case::of("_");
                other.bound.push((var.name.clone(), *inner));
                other.narrows = true;
                (var.name, vec![Case::of("none"), other])
            }
            3 => {
                let subject = self.expr(&Ty::Str, depth, true).within(0);
                let cases = vec![Case::of("\"a\""), Case::of("\"\""), Case::of("_")];
                (subject, cases)
            }
            4 => {
                let members = vec![Ty::Int, Ty::Str];
                let subject = self.expr(&Ty::Union(members), depth, true).within(0);
                let mut cases = Vec::new();
                for (word, of) in [("int", Ty::Int), ("string", Ty::Str)] {
                    let name = self.var_name();
                    let mut case = Case::of(format!("{name}: {word}"));
                    case.bound.push((name, of));
                    cases.push(case);
                }
                (subject, cases)
            }
            _ => self.int_cases(depth),
        }
    }

    fn int_cases(&mut self, depth: usize) -> (String, Vec<Case>) {
        let subject = self.expr(&Ty::Int, depth, true).within(0);
        let mut cases = vec![Case::of("0"), Case::of("3")];
        if self.chance.percent(40) {
            let mut case = Case::of("_");
            case.guard = true;
            cases.push(case);
        }
        cases.push(Case::of("_"));
        (subject, cases)
    }

    fn sum_cases(&mut self, def: &TypeDef) -> Vec<Case> {
        let mut cases = Vec::new();
        let mut covered = true;
        for variant in &def.variants {
            if self.chance.percent(35) && !variant.fields.is_empty() {
                let mut case = self.variant_case(variant, 2);
                case.guard = self.chance.percent(50);
                if case.guard || case.pattern.contains(['"', '(']) && Self::is_refined(&case) {
                    cases.push(case);
                }
            }
            if self.chance.percent(85) {
                cases.push(self.variant_case(variant, 0));
            } else {
                covered = false;
            }
        }
        if !covered {
            cases.push(Case::of("_"));
        }
        cases
    }

    /// Whether a pattern asks for more than its variant.
    fn is_refined(case: &Case) -> bool {
        let inner = case.pattern.split_once('(').map_or("", |(_, rest)| rest);
        inner.contains(['(', '"'])
            || inner
                .split([',', ')'])
                .any(|part| matches!(part.trim(), "0" | "true" | "1"))
    }

    /// A pattern of a variant; nested and with literals if `depth` says so.
    fn variant_case(&mut self, variant: &VariantDef, depth: usize) -> Case {
        let mut bound = Vec::new();
        let pattern = self.variant_pattern(variant, depth, &mut bound);
        Case {
            pattern,
            bound,
            guard: false,
            narrows: false,
        }
    }

    fn variant_pattern(
        &mut self,
        variant: &VariantDef,
        depth: usize,
        bound: &mut Vec<(String, Ty)>,
    ) -> String {
        if variant.fields.is_empty() {
            return variant.name.clone();
        }
        let mut parts = Vec::new();
        for (_, ty) in &variant.fields {
            let nested = depth > 0 && self.chance.percent(60);
            let part = match ty {
                Ty::Int if nested => "0".to_owned(),
                Ty::Bool if nested => "true".to_owned(),
                Ty::Str if nested => "\"a\"".to_owned(),
                Ty::Named(at)
                    if nested && !self.types[*at].is_record && !self.types[*at].is_agent =>
                {
                    let variants = self.types[*at].variants.clone();
                    let variant = self.chance.pick(&variants).clone();
                    if variant.name.contains('.') && variant.fields.is_empty() {
                        parts.push("_".to_owned());
                        continue;
                    }
                    self.variant_pattern(&variant, depth - 1, bound)
                }
                _ if self.chance.percent(20) => "_".to_owned(),
                _ => {
                    let mut name = self.var_name();
                    if bound.iter().any(|(other, _)| *other == name) {
                        name = format!("v{}", self.next());
                    }
                    bound.push((name.clone(), ty.clone()));
                    name
                }
            };
            parts.push(part);
        }
        // Another module's variant is known by the subject's type.
        let name = variant.name.rsplit('.').next().unwrap_or("");
        format!("{name}({})", parts.join(", "))
    }
}
