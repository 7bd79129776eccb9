//! Statements.

use super::ty::Ty;
use super::{Var, Writer};

impl Writer {
    /// Some statements in the block at hand.
    pub(super) fn stmts(&mut self, count: usize, depth: usize) {
        for _ in 0..count {
            self.stmt(depth);
        }
    }

    /// A block's statements in a scope of their own, indented.
    pub(super) fn inner(&mut self, count: usize, depth: usize) {
        let (visible, types) = (self.vars.len(), self.types.len());
        self.indent += 1;
        self.stmts(count, depth);
        self.indent -= 1;
        self.leave_types(types);
        self.vars.truncate(visible);
    }

    /// A statement; `depth` bounds how far blocks are nested in it.
    pub(super) fn stmt(&mut self, depth: usize) {
        if self.budget == 0 {
            return;
        }
        self.budget -= 1;
        if depth == 0 {
            return match self.chance.below(3) {
                0 => self.declaration(),
                1 => self.assignment(),
                _ => self.print(),
            };
        }
        let count = 1 + self.chance.below(3);
        if self.chance.percent(12) && self.reactive_stmt() {
            return;
        }
        if !self.relations.is_empty() && self.chance.percent(10) {
            return self.logic_stmt();
        }
        match self.chance.below(32) {
            0..=4 => self.declaration(),
            5..=8 => self.assignment(),
            9..=11 => self.print(),
            12 | 13 => self.if_stmt(count, depth - 1),
            14 | 15 => self.for_stmt(count, depth - 1),
            16 => self.while_stmt(count, depth - 1),
            17 => self.try_stmt(count, depth - 1),
            18 => self.match_stmt(depth - 1),
            19 => self.local_function(),
            20 => self.leave(),
            21 if !self.pure => self.group_stmt(),
            22 => self.update(),
            23 => self.closures_in_loop(),
            24 => self.deep_assignment(),
            25 => self.boxed_match(depth - 1),
            26 | 27 => self.late_type(),
            28 if !self.pure => self.message_stmt(),
            29 => self.json_stmt(),
            30 => self.file_stmt(),
            _ => self.call_stmt(),
        }
    }

    /// `let` or `var`.
    pub(super) fn declaration(&mut self) {
        let mut name = self.var_name();
        // A function of this name would be hidden from the functions that follow.
        if self.result.is_none() && self.functions.iter().any(|one| one.name == name) {
            name = format!("v{}", self.next());
        }
        self.declaration_of(&name);
    }

    /// `let` or `var` of a name.
    pub(super) fn declaration_of(&mut self, name: &str) {
        let ty = self.ty(2);
        let is_mutable = self.chance.percent(60);
        let word = if is_mutable { "var" } else { "let" };
        let text = self.type_text(&ty);
        let zero = matches!(
            ty,
            Ty::Int | Ty::Str | Ty::Bool | Ty::Float | Ty::List(_) | Ty::Map(..) | Ty::Opt(_)
        );
        if is_mutable && zero && self.chance.percent(8) {
            self.line(&format!("var {name}: {text}"));
        } else if self.chance.percent(60) || ty.has_function() {
            let value = self.expr(&ty, 3, false).text;
            let value = self.fresh(&ty, value, is_mutable);
            self.line(&format!("{word} {name}: {text} = {value}"));
        } else {
            let value = self.expr(&ty, 3, true).text;
            let value = self.fresh(&ty, value, is_mutable);
            self.line(&format!("{word} {name} = {value}"));
        }
        self.declare(name, &ty, is_mutable);
    }

    /// A value that a `var` may take over: not the storage of a `let`.
    pub(super) fn fresh(&mut self, ty: &Ty, value: String, is_mutable: bool) -> String {
        let is_place = value
            .chars()
            .all(|c| c.is_alphanumeric() || "_.[]🍣".contains(c));
        if !is_mutable || !is_place {
            return value;
        }
        let root: String = value
            .chars()
            .take_while(|c| !matches!(c, '.' | '['))
            .collect();
        let is_let = self.modules.contains(&root)
            || self
                .in_sight(|var| var.name == root)
                .iter()
                .any(|var| var.is_let);
        if !is_let || !ty.is_aggregate() && !matches!(ty, Ty::Opt(_) | Ty::Tuple(_) | Ty::Any) {
            return value;
        }
        format!("{}({value})", self.keeper(ty))
    }

    fn assignment(&mut self) {
        let found = self.in_sight(|var| var.is_mutable);
        if found.is_empty() {
            return self.declaration();
        }
        let var = self.chance.pick(&found).clone();
        match &var.ty {
            Ty::List(item) if self.chance.percent(50) => {
                if self.chance.percent(50) && !item.needs_slot() {
                    let value = self.expr(item, 2, true).text;
                    self.line(&format!("{0} = append({0}, {value})", var.name));
                } else if self.is_free("len") {
                    let value = self.expr(item, 2, false).text;
                    let value = self.fresh(item, value, true);
                    let at = *self.chance.pick(&["0", "-1"]);
                    self.line(&format!(
                        "if len({0}) > 0 {{ {0}[{at}] = {value} }}",
                        var.name
                    ));
                }
            }
            Ty::Map(key, value) | Ty::OMap(key, value) if self.chance.percent(70) => {
                let key = self.expr(key, 1, false).text;
                let text = self.expr(value, 2, false).text;
                let text = self.fresh(value, text, true);
                self.line(&format!("{}[{key}] = {text}", var.name));
            }
            Ty::Named(at) if self.types[*at].is_record && self.chance.percent(70) => {
                if self.types[*at].is_key {
                    return self.print();
                }
                let fields = self.types[*at].variants[0].fields.clone();
                let (field, ty) = self.chance.pick(&fields).clone();
                let value = self.expr(&ty, 2, false).text;
                let value = self.fresh(&ty, value, true);
                self.line(&format!("{}.{field} = {value}", var.name));
            }
            ty => {
                let value = self.expr(ty, 3, false).text;
                let value = self.fresh(ty, value, true);
                self.line(&format!("{} = {value}", var.name));
            }
        }
    }

    pub(super) fn print(&mut self) {
        if self.pure {
            return self.declaration();
        }
        let count = 1 + self.chance.below(3);
        let mut args = Vec::new();
        for _ in 0..count {
            let ty = self.ty(2);
            if !ty.has_function() {
                args.push(self.expr(&ty, 2, true).text);
            }
        }
        if self.is_free("print") {
            self.line(&format!("print({})", args.join(", ")));
        }
    }

    fn if_stmt(&mut self, count: usize, depth: usize) {
        let options = self.in_sight(|var| {
            !var.is_mutable
                && !Self::is_foreign(var)
                && matches!(&var.ty, Ty::Opt(inner) if **inner != Ty::Any)
        });
        if !options.is_empty() && self.chance.percent(50) {
            return self.narrowing_if(&options, count, depth);
        }
        let cond = self.expr(&Ty::Bool, 2, true).text;
        self.line(&format!("if {cond} {{"));
        self.inner(count, depth);
        if self.chance.percent(30) {
            let cond = self.expr(&Ty::Bool, 2, true).text;
            self.line(&format!("}} else if {cond} {{"));
            self.inner(1, depth);
        }
        if self.chance.percent(50) {
            self.line("} else {");
            self.inner(1, depth);
        }
        self.line("}");
    }

    fn narrowing_if(&mut self, options: &[Var], count: usize, depth: usize) {
        let var = self.chance.pick(options).clone();
        let Ty::Opt(inner) = &var.ty else { return };
        let visible = self.vars.len();
        let present = self.chance.percent(60);
        let op = if present { "!=" } else { "==" };
        self.line(&format!("if {} {op} none {{", var.name));
        if present {
            self.narrow(&var.name, inner);
        }
        self.inner(count, depth);
        self.vars.truncate(visible);
        self.line("} else {");
        if !present {
            self.narrow(&var.name, inner);
        }
        self.inner(1, depth);
        self.vars.truncate(visible);
        self.line("}");
    }

    fn for_stmt(&mut self, count: usize, depth: usize) {
        let name = self.var_name();
        let (head, bound): (String, Vec<(String, Ty)>) = match self.chance.below(9) {
            0..=2 => {
                let end = if self.chance.percent(70) {
                    self.chance.below(4).to_string()
                } else {
                    let end = self.expr(&Ty::Int, 1, true).within(0);
                    format!("{end} % 4")
                };
                (format!("{name} in 0..{end}"), vec![(name, Ty::Int)])
            }
            3 if self.chance.percent(50) => {
                let text = self.expr(&Ty::Str, 1, true).within(0);
                (format!("{name} in {text}"), vec![(name, Ty::Str)])
            }
            3 | 4 => {
                let key = self.key_type();
                let value = self.ty(0);
                let map = Ty::Map(Box::new(key.clone()), Box::new(value.clone()));
                let map = self.expr(&map, 1, true).within(0);
                if self.chance.percent(50) {
                    (format!("{name} in {map}"), vec![(name, key)])
                } else {
                    let other = format!("w{}", self.next());
                    (
                        format!("({name}, {other}) in {map}"),
                        vec![(name, key), (other, value)],
                    )
                }
            }
            5 => {
                let key = self.key_type();
                let set = Ty::Set(Box::new(key.clone()));
                let set = self.expr(&set, 1, true).within(0);
                (format!("{name} in {set}"), vec![(name, key)])
            }
            _ => {
                let found = self.in_sight(|var| matches!(var.ty, Ty::List(_)));
                if found.is_empty() || self.chance.percent(30) {
                    let item = self.ty(1);
                    let items = self.expr(&item.clone().list(), 2, true).within(0);
                    (format!("{name} in {items}"), vec![(name, item)])
                } else {
                    let var = self.chance.pick(&found).clone();
                    let Ty::List(item) = var.ty else { return };
                    (format!("{name} in {}", var.name), vec![(name, *item)])
                }
            }
        };
        self.line(&format!("for {head} {{"));
        let visible = self.vars.len();
        for (name, ty) in bound {
            self.vars.push(Var {
                name,
                ty,
                is_mutable: true,
                is_let: false,
                is_narrowed: false,
            });
        }
        let outer = std::mem::replace(&mut self.in_loop, true);
        self.inner(count, depth);
        self.in_loop = outer;
        self.vars.truncate(visible);
        self.line("}");
    }

    fn while_stmt(&mut self, count: usize, depth: usize) {
        let counter = format!("w{}", self.next());
        self.line(&format!(
            "var {counter} = {}",
            1 + self.chance.clone().below(3)
        ));
        let cond = self.expr(&Ty::Bool, 1, true).within(5);
        let cond = if self.chance.percent(50) {
            format!("{counter} > 0 && {cond}")
        } else {
            format!("{counter} > 0")
        };
        self.line(&format!("while {cond} {{"));
        self.indent += 1;
        self.line(&format!("{counter} = {counter} - 1"));
        self.indent -= 1;
        let outer = std::mem::replace(&mut self.in_loop, true);
        self.inner(count, depth);
        self.in_loop = outer;
        self.line("}");
    }

    fn try_stmt(&mut self, count: usize, depth: usize) {
        self.line("try {");
        let outer = std::mem::replace(&mut self.guarded, true);
        let (visible, types) = (self.vars.len(), self.types.len());
        self.indent += 1;
        self.stmts(count, depth);
        self.indent -= 1;
        if self.chance.percent(40) {
            self.indent += 1;
            let cond = self.expr(&Ty::Bool, 1, true).text;
            let code = *self.chance.pick(&[0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 77]);
            let text = *self.chance.pick(&["no", "it's", ""]);
            self.line(&format!("if {cond} {{ panic({code}, \"{text}!\") }}"));
            self.indent -= 1;
        }
        self.leave_types(types);
        self.vars.truncate(visible);
        self.guarded = outer;
        let finally = self.chance.percent(30);
        if !finally || self.chance.percent(70) {
            let name = self.var_name();
            self.line(&format!("}} catch {name} {{"));
            if !self.pure && self.is_free("print") {
                self.line(&format!("  print({name}.code, {name}.type)"));
                if self.chance.percent(30) {
                    self.line(&format!("  print({name}, {name} + 1)"));
                }
            }
            let hidden = self.vars.len();
            // No type of the generator: it only hides what it is called like.
            self.declare(&name, &Ty::Unit, false);
            self.inner(1, depth);
            self.vars.truncate(hidden);
        }
        if finally {
            self.line("} finally {");
            let outer = std::mem::replace(&mut self.sealed, true);
            self.inner(1, 0);
            self.sealed = outer;
        }
        self.line("}");
    }

    /// A nested function, or a lambda in a variable.
    fn local_function(&mut self) {
        if self.result.is_none() && self.indent == 0 {
            return self.declaration();
        }
        let name = format!(
            "{}{}",
            self.chance.pick(&["inner", "__in", "def_", "f"]),
            self.next()
        );
        let count = self.chance.below(3);
        let signature = self.function(&name, count, false, false);
        if signature.pure || !self.pure {
            let params = signature.params.iter().map(|(_, ty)| ty.clone()).collect();
            let ty = Ty::Fun(params, Box::new(signature.result));
            self.declare(&name, &ty, false);
        }
    }

    /// `break`, `continue` or `return` under a condition.
    fn leave(&mut self) {
        let cond = self.expr(&Ty::Bool, 2, true).text;
        let how = self.chance.below(3);
        match (how, self.result.clone()) {
            (0, _) if self.in_loop && !self.sealed => self.line(&format!("if {cond} {{ break }}")),
            (1, _) if self.in_loop && !self.sealed => {
                self.line(&format!("if {cond} {{ continue }}"));
            }
            (_, Some(result)) if !self.sealed => {
                let value = self.expr(&result, 2, false).text;
                self.line(&format!("if {cond} {{ return {value} }}"));
            }
            _ => self.print(),
        }
    }

    /// Records that can be updated.
    fn late_list(&mut self) {
        let found: Vec<usize> = (0..self.types.len())
            .filter(|at| {
                let def = &self.types[*at];
                def.is_record && !def.is_gone && !def.is_key && !def.is_agent
            })
            .collect();
        if found.is_empty() {
            return self.call_stmt();
        }
        let ty = Ty::Named(*self.chance.pick(&found)).list();
        let name = format!("v{}", self.next());
        let value = self.expr(&ty, 2, false).text;
        let value = self.fresh(&ty, value, true);
        let text = self.type_text(&ty);
        self.line(&format!("var {name}: {text} = {value}"));
        self.declare(&name, &ty, true);
        self.update();
    }

    fn update(&mut self) {
        let found = self.in_sight(|var| {
            let Ty::List(item) = &var.ty else {
                return false;
            };
            matches!(**item, Ty::Named(at) if self.types[at].is_record && !self.types[at].is_key)
                && var.is_mutable
        });
        let Some(var) = found.first().cloned() else {
            return self.late_list();
        };
        let Ty::List(item) = &var.ty else { return };
        let Ty::Named(at) = **item else { return };
        let fields = self.types[at].variants[0].fields.clone();
        let visible = self.vars.len();
        for (name, ty) in &fields {
            self.declare(name, ty, false);
        }
        let (field, ty) = self.chance.pick(&fields).clone();
        let outer = std::mem::replace(&mut self.pure, true);
        let value = self.expr(&ty, 1, false).text;
        let value = self.fresh(&ty, value, true);
        let cond = self.expr(&Ty::Bool, 1, true).text;
        self.pure = outer;
        self.vars.truncate(visible);
        let cond = if self.chance.percent(60) {
            format!(" where {cond}")
        } else {
            String::new()
        };
        self.line(&format!(
            "update {} set {{ {field}: {value} }}{cond}",
            var.name
        ));
    }

    /// Functions made in a loop and called after it.
    fn closures_in_loop(&mut self) {
        let result = self.ty(0);
        let text = self.type_text(&result);
        let (list, name, call) = (
            format!("made{}", self.next()),
            self.var_name(),
            format!("one{}", self.next()),
        );
        self.line(&format!("var {list}: list<fun(): {text}> = []"));
        self.line(&format!(
            "for {name} in 0..{} {{",
            1 + self.chance.clone().below(3)
        ));
        let visible = self.vars.len();
        self.declare(&name, &Ty::Int, true);
        self.indent += 1;
        let outer = std::mem::replace(&mut self.in_loop, true);
        if self.chance.percent(60) {
            self.declaration();
        }
        let function = Ty::Fun(Vec::new(), Box::new(result.clone()));
        let value = self.expr(&function, 2, false).text;
        self.line(&format!("{list} = append({list}, {value})"));
        if self.chance.percent(50) {
            self.assignment();
        }
        self.in_loop = outer;
        self.indent -= 1;
        self.vars.truncate(visible);
        self.line("}");
        if !self.pure && self.is_free("print") {
            self.line(&format!("for {call} in {list} {{ print({call}()) }}"));
        }
    }

    /// An assignment to a part of a part.
    fn deep_assignment(&mut self) {
        let record = |types: &[super::ty::TypeDef], ty: &Ty| match ty {
            Ty::Named(at) if types[*at].is_record && !types[*at].is_key && !types[*at].is_agent => {
                Some(types[*at].variants[0].fields.clone())
            }
            _ => None,
        };
        let mut found: Vec<(String, String, Ty)> = Vec::new();
        for var in self.in_sight(|var| var.is_mutable) {
            if let Ty::Anon(fields) = &var.ty {
                for (name, ty) in fields {
                    found.push((String::new(), format!("{}.{name}", var.name), ty.clone()));
                }
            }
            if let Ty::List(item) = &var.ty {
                for (name, ty) in record(&self.types, item).unwrap_or_default() {
                    let test = format!("len({}) > 0", var.name);
                    found.push((test, format!("{}[0].{name}", var.name), ty));
                }
            }
            for (name, ty) in record(&self.types, &var.ty).unwrap_or_default() {
                let place = format!("{}.{name}", var.name);
                for (inner, ty) in record(&self.types, &ty).unwrap_or_default() {
                    found.push((String::new(), format!("{place}.{inner}"), ty));
                }
                match &ty {
                    Ty::List(item) => {
                        let test = format!("len({place}) > 0");
                        found.push((test, format!("{place}[-1]"), (**item).clone()));
                    }
                    Ty::Map(key, value) if **key == Ty::Str => {
                        found.push((String::new(), format!("{place}[\"a\"]"), (**value).clone()));
                    }
                    _ => {}
                }
            }
        }
        if found.is_empty() || !self.is_free("len") {
            return self.assignment();
        }
        let (test, place, ty) = self.chance.pick(&found).clone();
        let value = self.expr(&ty, 2, false).text;
        let value = self.fresh(&ty, value, true);
        if test.is_empty() {
            self.line(&format!("{place} = {value}"));
        } else {
            self.line(&format!("if {test} {{ {place} = {value} }}"));
        }
    }

    /// A value of `any` told apart by its type.
    fn boxed_match(&mut self, depth: usize) {
        if self.pure || !self.is_free("print") {
            return self.declaration();
        }
        let value = self.kept(&Ty::Any, depth.min(1)).text;
        self.line(&format!("match {value} {{"));
        self.indent += 1;
        for (word, ty) in [("bool", Ty::Bool), ("int", Ty::Int), ("string", Ty::Str)] {
            let name = self.var_name();
            let visible = self.vars.len();
            self.declare(&name, &ty, false);
            let shown = self.expr(&ty, 1, true).text;
            self.vars.truncate(visible);
            self.line(&format!("{name}: {word} => print(\"{word}\", {shown})"));
        }
        self.line("_ => print(\"other\")");
        self.indent -= 1;
        self.line("}");
    }

    /// A type that is declared where others are known, and a value of it.
    fn late_type(&mut self) {
        if self.types.len() > 12 {
            return self.declaration();
        }
        let ty = Ty::Named(self.types.len());
        self.type_decl();
        let name = format!("v{}", self.next());
        let value = self.expr(&ty, 2, false).text;
        let text = self.type_text(&ty);
        self.line(&format!("var {name}: {text} = {value}"));
        self.declare(&name, &ty, true);
        if !self.pure && self.is_free("print") {
            self.line(&format!("print({name}, {name} == {name})"));
        }
    }

    /// A call for its effects.
    fn call_stmt(&mut self) {
        let pure = self.pure;
        let found: Vec<_> = self
            .functions
            .iter()
            .filter(|one| (one.pure || !pure) && self.is_free(&one.name) && !one.is_async)
            .cloned()
            .collect();
        if found.is_empty() {
            return self.print();
        }
        let function = self.chance.pick(&found).clone();
        let args = self.arguments(&function, 2);
        self.line(&format!("{}({args})", function.name));
    }
}
