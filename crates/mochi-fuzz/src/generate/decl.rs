//! Declarations: types, functions, methods.

use super::names::{FIELDS, FUNCTIONS, TYPES, VARIANTS};
use super::ty::{Signature, Ty, TypeDef, VariantDef};
use super::{Var, Writer};

impl Writer {
    /// A name from a list that nothing else has yet.
    fn unique(&mut self, from: &[&str], taken: &[String]) -> String {
        for _ in 0..4 {
            let name = *self.chance.pick(from);
            if taken.iter().all(|other| other != name) {
                return name.to_owned();
            }
        }
        format!(
            "{}{}",
            self.chance.pick(from).trim_start_matches("__"),
            self.next()
        )
    }

    fn taken_types(&self) -> Vec<String> {
        let mut taken: Vec<String> = Vec::new();
        for def in self.types.iter().filter(|def| !def.is_gone) {
            taken.push(def.name.clone());
            taken.extend(def.variants.iter().map(|one| one.name.clone()));
        }
        taken
    }

    fn fields(&mut self, count: usize, key: bool, own: Option<usize>) -> Vec<(String, Ty)> {
        let mut fields: Vec<(String, Ty)> = Vec::new();
        for _ in 0..count {
            let taken: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
            let name = self.unique(FIELDS, &taken);
            let ty = match own {
                Some(own) if self.chance.percent(45) => Ty::Named(own),
                _ if key => self.key_type(),
                _ => self.ty(1),
            };
            fields.push((name, ty));
        }
        fields
    }

    /// The types declared since then are out of sight.
    pub(super) fn leave_types(&mut self, from: usize) {
        for def in &mut self.types[from..] {
            def.is_gone = true;
            self.streams.retain(|(name, _)| *name != def.name);
        }
    }

    /// A record or a sum type.
    pub(super) fn type_decl(&mut self) {
        let taken = self.taken_types();
        let name = self.unique(TYPES, &taken);
        let at = self.types.len();
        let is_key = self.chance.percent(30);
        if self.chance.percent(50) {
            let count = 1 + self.chance.below(4);
            let fields = self.fields(count, is_key, None);
            self.types.push(TypeDef {
                name: name.clone(),
                variants: vec![VariantDef { name, fields }],
                is_record: true,
                is_agent: false,
                is_local: self.indent > 0,
                is_gone: false,
                is_key,
                methods: Vec::new(),
            });
            self.record_decl(at);
            return;
        }
        let mut variants = Vec::new();
        let count = 2 + self.chance.below(3);
        let mut taken = self.taken_types();
        taken.push(name.clone());
        for place in 0..count {
            let variant = self.unique(VARIANTS, &taken);
            taken.push(variant.clone());
            // The first has no fields of the type itself, so that values end.
            let fields = if place == 0 {
                let fields = self.chance.below(2);
                self.fields(fields, is_key, None)
            } else {
                let fields = self.chance.below(4);
                self.fields(fields, is_key, (!is_key).then_some(at))
            };
            variants.push(VariantDef {
                name: variant,
                fields,
            });
        }
        self.types.push(TypeDef {
            name: name.clone(),
            variants: variants.clone(),
            is_record: false,
            is_agent: false,
            is_local: self.indent > 0,
            is_gone: false,
            is_key,
            methods: Vec::new(),
        });
        let texts: Vec<String> = variants
            .iter()
            .map(|variant| {
                if variant.fields.is_empty() {
                    return variant.name.clone();
                }
                let fields: Vec<String> = variant
                    .fields
                    .iter()
                    .map(|(name, ty)| format!("{name}: {}", self.type_text(ty)))
                    .collect();
                format!("{}({})", variant.name, fields.join(", "))
            })
            .collect();
        self.line(&format!("type {name} = {}", texts.join(" | ")));
    }

    /// A record without methods.
    pub(super) fn plain_record(&mut self, name: &str, fields: Vec<(String, Ty)>) {
        let texts: Vec<String> = fields
            .iter()
            .map(|(name, ty)| format!("{name}: {}", self.type_text(ty)))
            .collect();
        self.line(&format!("type {name} {{ {} }}", texts.join(", ")));
        self.types.push(TypeDef {
            name: name.to_owned(),
            variants: vec![VariantDef {
                name: name.to_owned(),
                fields,
            }],
            is_record: true,
            is_agent: false,
            is_local: self.indent > 0,
            is_gone: false,
            is_key: false,
            methods: Vec::new(),
        });
    }

    fn record_decl(&mut self, at: usize) {
        let def = self.types[at].clone();
        self.line(&format!("type {} {{", def.name));
        self.indent += 1;
        for (name, ty) in &def.variants[0].fields {
            let text = format!("{name}: {}", self.type_text(ty));
            self.line(&text);
        }
        let methods = self.chance.below(3);
        for _ in 0..methods {
            self.method_decl(at);
        }
        self.indent -= 1;
        self.line("}");
    }

    fn method_decl(&mut self, at: usize) {
        let def = self.types[at].clone();
        let mut taken: Vec<String> = def.variants[0]
            .fields
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        taken.extend(def.methods.iter().map(|one| one.name.clone()));
        let name = format!("{}_of", self.unique(FIELDS, &taken).trim_start_matches('_'));
        if taken.contains(&name) {
            return;
        }
        let before = self.vars.clone();
        for (field, ty) in &def.variants[0].fields {
            self.vars.push(Var {
                name: field.clone(),
                ty: ty.clone(),
                is_mutable: !def.is_key,
                is_let: true,
                is_narrowed: false,
            });
        }
        self.declare("this", &Ty::Named(at), false);
        let count = self.chance.below(3);
        self.budget += 4;
        // Methods that stand before are called by their bare names.
        let functions = self.functions.clone();
        // Those of a type around this one are hidden by members of the same name.
        self.functions.retain(|one| !one.name.ends_with("_of"));
        self.functions.extend(def.methods.iter().cloned());
        let signature = self.function(&name, count, false, false);
        self.functions = functions;
        self.vars = before;
        self.types[at].methods.push(signature);
    }

    /// A function at the top.
    pub(super) fn function_decl(&mut self) {
        let mut taken: Vec<String> = self.functions.iter().map(|one| one.name.clone()).collect();
        taken.extend(self.vars.iter().map(|one| one.name.clone()));
        let name = self.unique(FUNCTIONS, &taken);
        let count = self.chance.below(4);
        let counted = self.chance.percent(15);
        let defaults = self.chance.percent(30);
        self.budget += 6;
        self.next_is_async = self.is_async && self.chance.percent(40);
        let signature = self.function(&name, count, counted, defaults);
        self.functions.push(signature);
    }

    /// Some functions with type parameters.
    pub(super) fn generic_decls(&mut self) {
        if self.chance.percent(50) {
            self.has_generics = true;
            for line in [
                "fun g_pick<T>(c: bool, a: T, b: T): T { return if c then a else b }",
                "fun g_wrap<T>(x: T): list<T> { return [x, x] }",
                "fun g_apply<A, B>(x: A, f: fun(A): B): B { return f(x) }",
                "fun g_last<T>(xs: list<T>, other: T): T {",
                "  var found = other",
                "  for x in xs { found = x }",
                "  return found",
                "}",
            ] {
                self.line(line);
            }
        }
    }

    /// Parameters with different names.
    fn params(&mut self, count: usize) -> Vec<(String, Ty)> {
        let mut params: Vec<(String, Ty)> = Vec::new();
        for _ in 0..count {
            let mut name = self.var_name();
            if params.iter().any(|(other, _)| *other == name) {
                name = format!("p{}", self.next());
            }
            let ty = self.ty(1);
            params.push((name, ty));
        }
        params
    }

    /// Writes a function and gives its signature.
    pub(super) fn function(
        &mut self,
        name: &str,
        count: usize,
        counted: bool,
        with_defaults: bool,
    ) -> Signature {
        let is_async = std::mem::replace(&mut self.next_is_async, false);
        let mut params = self.params(count);
        if counted {
            params.insert(0, (format!("depth{}", self.next()), Ty::Int));
        }
        let result = self.ty(1);
        let pure = self.pure || self.chance.percent(35);
        let mut defaults = 0;
        let mut texts: Vec<String> = Vec::new();
        for (at, (param, ty)) in params.iter().enumerate() {
            let mut text = format!("{param}: {}", self.type_text(ty));
            let simple = matches!(
                ty,
                Ty::Int | Ty::Str | Ty::Bool | Ty::Float | Ty::List(_) | Ty::Opt(_)
            );
            if with_defaults && at >= count / 2 && (simple || defaults > 0) && !counted {
                let outer = std::mem::replace(&mut self.pure, true);
                let awaits = std::mem::replace(&mut self.awaits, false);
                let value = self.expr(ty, 1, false).text;
                (self.pure, self.awaits) = (outer, awaits);
                text = format!("{text} = {value}");
                defaults += 1;
            } else if defaults > 0 {
                defaults = 0;
            }
            texts.push(text);
        }
        // Defaults stand at the end without gaps, or there are none.
        let with_default = |text: &&String| text.contains(" = ");
        let at_end = texts.iter().rev().take_while(with_default).count();
        if at_end == texts.iter().filter(with_default).count() {
            defaults = at_end;
        } else {
            texts = params
                .iter()
                .map(|(param, ty)| format!("{param}: {}", self.type_text(ty)))
                .collect();
            defaults = 0;
        }
        let result_text = self.type_text(&result);
        let word = if is_async { "async fun" } else { "fun" };
        self.line(&format!(
            "{word} {name}({}): {result_text} {{",
            texts.join(", ")
        ));
        let awaits = std::mem::replace(&mut self.awaits, is_async);
        self.body(
            &params,
            &result,
            pure,
            (counted && !is_async).then_some(name),
        );
        self.awaits = awaits;
        self.line("}");
        Signature {
            name: name.to_owned(),
            params,
            defaults,
            result,
            pure,
            counted,
            is_async,
        }
    }

    /// The statements of a function, with `return` at the end.
    pub(super) fn body(
        &mut self,
        params: &[(String, Ty)],
        result: &Ty,
        pure: bool,
        recursive: Option<&str>,
    ) {
        let before = self.vars.clone();
        let types = self.types.len();
        self.vars.retain(|var| !var.is_narrowed);
        for (name, ty) in params {
            self.vars.push(Var {
                name: name.clone(),
                ty: ty.clone(),
                is_mutable: recursive.is_none() || !name.starts_with("depth"),
                is_let: false,
                is_narrowed: false,
            });
        }
        let outer = (
            self.result.replace(result.clone()),
            std::mem::replace(&mut self.in_loop, false),
            std::mem::replace(&mut self.sealed, false),
            std::mem::replace(&mut self.pure, pure),
            std::mem::replace(&mut self.guarded, false),
        );
        self.indent += 1;
        if let Some(name) = recursive.filter(|name| self.is_free(name)) {
            let depth = params[0].0.clone();
            let stop = self.expr(result, 1, false).text;
            self.line(&format!("if {depth} <= 0 {{ return {stop} }}"));
            let mut args = vec![format!("{depth} - 1")];
            for (_, ty) in &params[1..] {
                args.push(self.expr(ty, 1, false).text);
            }
            let text = self.type_text(result);
            let call = args.join(", ");
            let inner = format!("inner{}", self.next());
            self.line(&format!("let {inner}: {text} = {name}({call})"));
            self.declare(&inner, result, false);
        }
        for _ in 0..self.chance.below(4) {
            self.stmt(2);
        }
        let value = self.expr(result, 2, false).text;
        self.line(&format!("return {value}"));
        self.indent -= 1;
        (
            self.result,
            self.in_loop,
            self.sealed,
            self.pure,
            self.guarded,
        ) = outer;
        self.leave_types(types);
        self.vars = before;
    }
}
