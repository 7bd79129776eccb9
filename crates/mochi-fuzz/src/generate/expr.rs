//! Expressions of a wanted type: the forms that every type has, and the way to those of one type.

use super::ty::{Signature, Ty};
use super::{Piece, Writer};

impl Writer {
    /// An expression of a type. If `exact`, it has that type without a slot that says so.
    pub(super) fn expr(&mut self, ty: &Ty, depth: usize, exact: bool) -> Piece {
        if depth == 0 {
            return self.leaf(ty, exact);
        }
        if exact && ty.needs_slot() {
            if self.chance.percent(40)
                && let Some(found) = self.variable(ty)
            {
                return found;
            }
            return self.kept(ty, depth - 1);
        }
        match self.chance.below(20) {
            0..=3 => {
                if let Some(found) = self.variable(ty) {
                    return found;
                }
            }
            4..=8 => {
                if let Some(found) = self.general(ty, depth, exact) {
                    return found;
                }
            }
            _ => {}
        }
        self.special(ty, depth)
    }

    /// A small expression.
    fn leaf(&mut self, ty: &Ty, exact: bool) -> Piece {
        if self.chance.percent(65)
            && let Some(found) = self.variable(ty)
        {
            return found;
        }
        if exact && ty.needs_slot() {
            return self.kept(ty, 0);
        }
        self.special(ty, 0)
    }

    pub(super) fn variable(&mut self, ty: &Ty) -> Option<Piece> {
        let found = self.in_sight(|var| var.ty == *ty);
        if found.is_empty() {
            return None;
        }
        Some(Piece::tight(self.chance.pick(&found).name.clone()))
    }

    /// An expression through a function that gives it its type.
    pub(super) fn kept(&mut self, ty: &Ty, depth: usize) -> Piece {
        let keeper = self.keeper(ty);
        let value = self.expr(ty, depth, false).text;
        Piece::tight(format!("{keeper}({value})"))
    }

    /// A function that only gives a value its type.
    pub(super) fn keeper(&mut self, ty: &Ty) -> String {
        let text = self.type_text(ty);
        if ty.is_local(&self.types) {
            return format!("(fun(it: {text}): {text} => it)");
        }
        let at = self.kept_types.iter().position(|one| one == ty);
        let at = at.unwrap_or_else(|| {
            let at = self.kept_types.len();
            self.kept_types.push(ty.clone());
            self.kept.push_str(&format!(
                "fun keep{at}(it: {text}): {text} {{ return it }}\n"
            ));
            at
        });
        format!("keep{at}")
    }

    /// A form that every type has.
    fn general(&mut self, ty: &Ty, depth: usize, exact: bool) -> Option<Piece> {
        let below = depth - 1;
        match self.chance.below(16) {
            0 => {
                let cond = self.expr(&Ty::Bool, below, true).text;
                let a = self.expr(ty, below, true).text;
                let b = self.expr(ty, below, true).text;
                Some(if self.chance.percent(50) {
                    Piece::loose(format!("if {cond} then {a} else {b}"))
                } else {
                    Piece::loose(format!("if {cond} {{ {a} }} else {{ {b} }}"))
                })
            }
            1 => Some(self.match_expr(ty, below)),
            2..=4 => self.call(ty, below),
            5 => self.method_call(ty, below),
            6 => self.field(ty),
            7 => {
                let option = self.variable(&ty.clone().opt())?;
                if matches!(ty, Ty::Opt(_) | Ty::Any) {
                    return None;
                }
                let default = self.expr(ty, below, true);
                Some(Piece {
                    text: format!("{} ?? {}", option.within(8), default.within(7)),
                    level: 8,
                })
            }
            8 => self.entry(ty, below),
            9 => {
                let other = self.ty(0);
                let (a, b) = (self.expr(ty, below, true), self.expr(&other, below, true));
                Some(if self.chance.percent(50) {
                    Piece::tight(format!("({}, {})[0]", a.text, b.text))
                } else {
                    Piece::tight(format!("({}, {})[1]", b.text, a.text))
                })
            }
            10 => {
                let param = self.ty(0);
                let name = self.var_name();
                let value = self.expr(&param, below, false).text;
                let body = self.as_function(|writer| {
                    writer.declare(&name, &param, true);
                    writer.expr(ty, below, false).text
                });
                let (param, result) = (self.type_text(&param), self.type_text(ty));
                Some(Piece::tight(format!(
                    "(fun({name}: {param}): {result} => {body})({value})"
                )))
            }
            13 if self.chance.percent(40) => self.read_back(ty, below),
            12 | 13 => self.generic_call(ty, below),
            14 if self.guarded && !self.pure => self.received(ty),
            11 if !matches!(ty, Ty::Any | Ty::Union(_) | Ty::Opt(_)) && !ty.needs_slot() => {
                self.cast_from_any(ty, below)
            }
            _ => self.function_value_call(ty, below, exact),
        }
    }

    fn cast_from_any(&mut self, ty: &Ty, depth: usize) -> Option<Piece> {
        if ty.has_function() || matches!(ty, Ty::Map(..) | Ty::OMap(..) | Ty::Set(_)) {
            return None;
        }
        let value = self.expr(ty, depth, true).text;
        let name = self.keeper(&Ty::Any);
        let text = self.type_text(ty);
        Some(Piece::tight(format!("({name}({value}) as {text})")))
    }

    /// A call of a named function with this result.
    fn call(&mut self, ty: &Ty, depth: usize) -> Option<Piece> {
        let pure = self.pure;
        let found: Vec<Signature> = self
            .functions
            .iter()
            .filter(|one| one.result == *ty && (one.pure || !pure) && self.is_free(&one.name))
            .filter(|one| !one.is_async || self.awaits)
            .cloned()
            .collect();
        if found.is_empty() {
            return None;
        }
        let function = self.chance.pick(&found).clone();
        let args = self.arguments(&function, depth);
        if function.is_async {
            return Some(Piece::tight(format!("(await {}({args}))", function.name)));
        }
        Some(Piece::tight(format!("{}({args})", function.name)))
    }

    /// A call of a function with type parameters.
    fn generic_call(&mut self, ty: &Ty, depth: usize) -> Option<Piece> {
        if !self.has_generics || ty.needs_slot() || ty.has_function() {
            return None;
        }
        Some(Piece::tight(match self.chance.below(4) {
            0 => {
                let cond = self.expr(&Ty::Bool, depth, true).text;
                let (a, b) = (
                    self.expr(ty, depth, true).text,
                    self.expr(ty, depth, true).text,
                );
                format!("g_pick({cond}, {a}, {b})")
            }
            1 => {
                let value = self.expr(ty, depth, true).text;
                format!("g_wrap({value})[{}]", self.chance.pick(&["0", "1", "-1"]))
            }
            2 => {
                let from = self.ty(0);
                if from.needs_slot() || self.pure {
                    return None;
                }
                let value = self.expr(&from, depth, true).text;
                let function = Ty::Fun(vec![from], Box::new(ty.clone()));
                let function = self.expr(&function, depth, true).text;
                format!("g_apply({value}, {function})")
            }
            _ => {
                let items = self.expr(&ty.clone().list(), depth, true).text;
                let value = self.expr(ty, depth, true).text;
                format!("g_last({items}, {value})")
            }
        }))
    }

    /// Arguments for a function: by position, by name, with or without those that have defaults.
    pub(super) fn arguments(&mut self, function: &Signature, depth: usize) -> String {
        let least = function.params.len() - function.defaults;
        let count = least + self.chance.below(function.defaults + 1);
        let mut args = Vec::new();
        let named = !function.counted && self.chance.percent(20);
        let mut positional = true;
        for (at, (name, ty)) in function.params[..count].iter().enumerate() {
            let value = if function.counted && at == 0 {
                self.chance.below(4).to_string()
            } else {
                self.expr(ty, depth, false).text
            };
            if named && (at > 0 || self.chance.percent(50)) {
                positional = false;
            }
            args.push(if positional {
                value
            } else {
                format!("{name} = {value}")
            });
        }
        args.join(", ")
    }

    fn method_call(&mut self, ty: &Ty, depth: usize) -> Option<Piece> {
        let mut found = Vec::new();
        for var in self.in_sight(|var| matches!(var.ty, Ty::Named(_) | Ty::Agent(_))) {
            let (Ty::Named(at) | Ty::Agent(at)) = var.ty else {
                continue;
            };
            for method in &self.types[at].methods {
                if method.result == *ty && (method.pure || !self.pure) {
                    found.push((var.name.clone(), method.clone()));
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let (object, method) = self.chance.pick(&found).clone();
        let args = self.arguments(&method, depth);
        Some(Piece::tight(format!("{object}.{}({args})", method.name)))
    }

    /// A field of a variable.
    fn field(&mut self, ty: &Ty) -> Option<Piece> {
        let mut found = Vec::new();
        for var in self.in_sight(|var| matches!(var.ty, Ty::Named(_) | Ty::Tuple(_) | Ty::Anon(_)))
        {
            match &var.ty {
                Ty::Anon(fields) => {
                    for (name, of) in fields {
                        if of == ty {
                            found.push(format!("{}.{name}", var.name));
                        }
                    }
                }
                Ty::Named(at) if self.types[*at].is_record => {
                    for (name, of) in &self.types[*at].variants[0].fields {
                        if of == ty {
                            found.push(format!("{}.{name}", var.name));
                        }
                    }
                }
                Ty::Tuple(parts) => {
                    for (at, of) in parts.iter().enumerate() {
                        if of == ty {
                            found.push(format!("{}[{at}]", var.name));
                        }
                    }
                }
                _ => {}
            }
        }
        if found.is_empty() {
            return None;
        }
        Some(Piece::tight(self.chance.pick(&found).clone()))
    }

    fn function_value_call(&mut self, ty: &Ty, depth: usize, exact: bool) -> Option<Piece> {
        if self.pure || exact {
            return None;
        }
        let found = self.in_sight(|var| matches!(&var.ty, Ty::Fun(_, result) if **result == *ty));
        if found.is_empty() {
            return None;
        }
        let var = self.chance.pick(&found).clone();
        let Ty::Fun(params, _) = &var.ty else {
            return None;
        };
        let args: Vec<String> = params
            .iter()
            .map(|param| self.expr(param, depth, false).text)
            .collect();
        Some(Piece::tight(format!("{}({})", var.name, args.join(", "))))
    }

    /// A form of one type.
    fn special(&mut self, ty: &Ty, depth: usize) -> Piece {
        match ty {
            Ty::Int | Ty::Big | Ty::Rat | Ty::Float => self.number(ty, depth),
            Ty::Bool => self.truth(depth),
            Ty::Str => self.string(depth),
            Ty::Bytes => self.bytes(depth),
            Ty::Anon(fields) => {
                let mut fields: Vec<String> = fields
                    .iter()
                    .map(|(name, ty)| {
                        let value = self.expr(ty, depth.saturating_sub(1), false).text;
                        format!("{name}: {value}")
                    })
                    .collect();
                if self.chance.percent(30) {
                    fields.reverse();
                }
                Piece::tight(format!("{{{}}}", fields.join(", ")))
            }
            Ty::Agent(at) => self.agent_value(*at),
            Ty::Any if depth > 1 && self.chance.percent(50) => self.boxed(depth - 1),
            Ty::Any => {
                let of = match self.chance.below(8) {
                    7 => self.named_type().unwrap_or(Ty::Int),
                    0 => return Piece::tight("none"),
                    1 => Ty::Str,
                    2 => Ty::Bool,
                    3 => Ty::Float,
                    4 => Ty::Int.list(),
                    _ => Ty::Int,
                };
                self.expr(&of, depth.saturating_sub(1), true)
            }
            Ty::Opt(inner) => {
                if self.chance.percent(25) {
                    return Piece::tight("none");
                }
                if self.chance.percent(40)
                    && let Some(found) = self.safe_access(inner)
                {
                    return found;
                }
                self.expr(inner, depth.saturating_sub(1), false)
            }
            Ty::Union(members) => {
                let member = self.chance.pick(members).clone();
                let value = self.expr(&member, depth.saturating_sub(1), true);
                if value.text.starts_with("g_") {
                    // A call of a generic function would take the union's type.
                    let name = self.keeper(&member);
                    return Piece::tight(format!("{name}({})", value.text));
                }
                value
            }
            Ty::Unit => Piece::tight("print()"),
            Ty::Chan(_) => {
                let size = *self.chance.pick(&["", "0", "1", "3"]);
                Piece::tight(format!("make_chan({size})"))
            }
            Ty::Feed(_) => Piece::tight("make_stream(4)"),
            Ty::Sub(item) => {
                let feed = self.expr(&Ty::Feed(item.clone()), 1, true).text;
                if self.chance.percent(50) {
                    return Piece::tight(format!("subscribe({feed})"));
                }
                Piece::tight(format!("subscribe_limit({feed}, 2)"))
            }
            Ty::Named(at) => self.built(*at, depth),
            Ty::Fun(params, result) => self.lambda(params, result, depth),
            _ => self.container(ty, depth),
        }
    }

    /// A value of a declared type.
    fn built(&mut self, at: usize, depth: usize) -> Piece {
        let def = self.types[at].clone();
        let variants = if depth == 0 { 1 } else { def.variants.len() };
        let variant = def.variants[self.chance.below(variants)].clone();
        let below = depth.saturating_sub(1);
        if def.is_record {
            let mut fields: Vec<String> = variant
                .fields
                .iter()
                .map(|(name, ty)| format!("{name}: {}", self.expr(ty, below, false).text))
                .collect();
            if self.chance.percent(20) {
                fields.reverse();
            }
            return Piece::loose(format!("{} {{ {} }}", variant.name, fields.join(", ")));
        }
        if variant.fields.is_empty() {
            return Piece::tight(variant.name);
        }
        let args: Vec<String> = variant
            .fields
            .iter()
            .map(|(_, ty)| self.expr(ty, below, false).text)
            .collect();
        Piece::tight(format!("{}({})", variant.name, args.join(", ")))
    }

    fn lambda(&mut self, params: &[Ty], result: &Ty, depth: usize) -> Piece {
        if depth > 0
            && self.chance.percent(25)
            && let Some(found) = self.named_function(params, result, depth)
        {
            return found;
        }
        let mut named = Vec::new();
        for ty in params {
            let mut name = self.var_name();
            if named.iter().any(|(other, _)| *other == name) {
                name = format!("p{}", self.next());
            }
            named.push((name, ty.clone()));
        }
        let texts: Vec<String> = named
            .iter()
            .map(|(name, ty)| format!("{name}: {}", self.type_text(ty)))
            .collect();
        let head = format!("fun({}): {}", texts.join(", "), self.type_text(result));
        let is_block = self.chance.percent(30) && self.budget > 0 && depth > 0;
        if !is_block {
            let body = self.as_function(|writer| {
                for (name, ty) in &named {
                    writer.declare(name, ty, true);
                }
                writer.expr(result, depth.saturating_sub(1), false).text
            });
            return Piece::loose(format!("{head} => {body}"));
        }
        let outer = std::mem::take(&mut self.out);
        let awaits = std::mem::replace(&mut self.awaits, false);
        self.body(&named, result, self.pure, None);
        let body = std::mem::replace(&mut self.out, outer);
        self.awaits = awaits;
        Piece::loose(format!("{head} {{\n{body}{}}}", "  ".repeat(self.indent)))
    }

    /// A named function as a value, whole or with an argument given; or a method.
    fn named_function(&mut self, params: &[Ty], result: &Ty, depth: usize) -> Option<Piece> {
        let mut found = Vec::new();
        for var in self.in_sight(|var| matches!(var.ty, Ty::Named(_) | Ty::Agent(_))) {
            let (Ty::Named(at) | Ty::Agent(at)) = var.ty else {
                continue;
            };
            for one in &self.types[at].methods {
                let types = one.params.iter().map(|(_, ty)| ty);
                if one.result == *result && (one.pure || !self.pure) && types.eq(params) {
                    found.push((format!("{}.{}", var.name, one.name), None, true));
                }
            }
        }
        for one in &self.functions {
            let fits = one.result == *result
                && one.defaults == 0
                && !one.counted
                && !one.is_async
                && (one.pure || !self.pure)
                && self.is_free(&one.name);
            if !fits {
                continue;
            }
            let types: Vec<&Ty> = one.params.iter().map(|(_, ty)| ty).collect();
            if types.iter().copied().eq(params) {
                found.push((one.name.clone(), None, true));
            }
            if let ([only], [first, second]) = (params, &types[..]) {
                if *second == only {
                    found.push((one.name.clone(), Some((*first).clone()), true));
                }
                if *first == only {
                    found.push((one.name.clone(), Some((*second).clone()), false));
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let (name, given, is_first) = self.chance.pick(&found).clone();
        Some(Piece::tight(match given {
            None => name,
            Some(ty) => {
                let value = self.expr(&ty, depth - 1, false).text;
                if is_first {
                    format!("{name}({value})")
                } else {
                    format!("{name}(_, {value})")
                }
            }
        }))
    }
}
