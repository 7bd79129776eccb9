//! Streams and agents.

use super::ty::{Ty, TypeDef, VariantDef};
use super::{Piece, Var, Writer};

impl Writer {
    pub(super) fn stream_decl(&mut self) {
        let name = if self.streams.is_empty() {
            "Event".to_owned()
        } else {
            format!("Event{}", self.next())
        };
        let fields = vec![("n".to_owned(), Ty::Int), ("class".to_owned(), self.ty(0))];
        let texts: Vec<String> = fields
            .iter()
            .map(|(name, ty)| format!("{name}: {}", self.type_text(ty)))
            .collect();
        self.line(&format!("stream {name} {{ {} }}", texts.join(", ")));
        self.types.push(TypeDef {
            name: name.clone(),
            variants: vec![VariantDef {
                name: name.clone(),
                fields: fields.clone(),
            }],
            is_record: true,
            is_agent: true,
            is_local: self.indent > 0,
            is_gone: false,
            is_key: false,
            methods: Vec::new(),
        });
        self.streams.push((name, fields));
    }

    /// A handler of the stream; `emit` would not end inside of it.
    fn handler(&mut self) {
        let Some((stream, fields)) = self.streams.last().cloned() else {
            return;
        };
        let event = format!("ev{}", self.next());
        self.line(&format!("on {stream} as {event} {{"));
        let outer = self.vars.clone();
        let awaits = std::mem::replace(&mut self.awaits, false);
        let streams = std::mem::take(&mut self.streams);
        self.indent += 1;
        self.line(&format!("print(\"got\", {event}.n)"));
        for (name, ty) in &fields {
            let var = format!("h{}", self.next());
            self.line(&format!("var {var} = {event}.{name}"));
            self.declare(&var, ty, true);
        }
        let types = self.types.len();
        let result = self.result.take();
        let sealed = std::mem::replace(&mut self.sealed, true);
        let in_loop = std::mem::replace(&mut self.in_loop, false);
        self.budget += 3;
        self.stmts(2, 1);
        self.result = result;
        self.sealed = sealed;
        self.in_loop = in_loop;
        self.indent -= 1;
        self.line("}");
        self.leave_types(types);
        self.streams = streams;
        self.awaits = awaits;
        self.vars = outer;
    }

    pub(super) fn agent_decl(&mut self) {
        let name = if self.indent == 0 {
            "Keeper".to_owned()
        } else {
            format!("Keeper{}", self.next())
        };
        self.line(&format!("agent {name} {{"));
        self.indent += 1;
        let before = self.vars.clone();
        self.vars
            .retain(|var| !var.is_narrowed && var.name != "this");
        let awaits = std::mem::replace(&mut self.awaits, false);
        let mut fields = Vec::new();
        for field in ["total", "class", "xs"] {
            let ty = self.ty(1);
            let value = self.expr(&ty, 1, false).text;
            let value = self.fresh(&ty, value, true);
            let text = self.type_text(&ty);
            self.line(&format!("var {field}: {text} = {value}"));
            fields.push((field.to_owned(), ty.clone()));
            self.vars.push(Var {
                name: field.to_owned(),
                ty,
                is_mutable: true,
                is_let: true,
                is_narrowed: false,
            });
        }
        if self.chance.percent(60) {
            self.handler();
        }
        let mut methods = Vec::new();
        for _ in 0..=self.chance.below(2) {
            let intent = format!("intent{}", self.next());
            self.budget += 4;
            let start = self.out.len();
            let signature = self.function(&intent, 1, false, false);
            let text = self.out.split_off(start);
            self.out.push_str(&text.replacen("fun ", "intent ", 1));
            methods.push(signature);
        }
        if self.chance.percent(50) {
            if self.is_free("print") && !self.vars.iter().any(|var| var.ty.has_function()) {
                self.line("on close { print(\"closed\", total) }");
            } else if self.is_free("print") {
                self.line("on close { print(\"closed\") }");
            }
        }
        self.vars = before;
        self.awaits = awaits;
        self.indent -= 1;
        self.line("}");
        self.types.push(TypeDef {
            name: name.clone(),
            variants: vec![VariantDef { name, fields }],
            is_record: false,
            is_agent: true,
            is_local: self.indent > 0,
            is_gone: false,
            is_key: false,
            methods,
        });
    }

    /// A statement about streams and agents, if the program has some.
    pub(super) fn reactive_stmt(&mut self) -> bool {
        if self.streams.is_empty() || self.pure {
            return false;
        }
        let at_top = self.result.is_none() && self.indent == 0;
        match self.chance.below(6) {
            0 if at_top || self.chance.percent(30) => self.handler(),
            1 => {
                let Some(at) = self.agent() else {
                    return false;
                };
                let name = format!("agent{}", self.next());
                let ty = Ty::Agent(at);
                let value = self.expr(&ty, 1, true).text;
                self.line(&format!("let {name} = {value}"));
                self.declare(&name, &ty, false);
            }
            2 => {
                let Some(at) = self.agent() else {
                    return false;
                };
                let name = format!("agent{}", self.next());
                let ty = Ty::Agent(at);
                let value = self.expr(&ty, 1, true).within(0);
                self.line(&format!("using {name} = {value} {{"));
                let visible = self.vars.len();
                self.declare(&name, &ty, false);
                let in_loop = std::mem::replace(&mut self.in_loop, false);
                self.inner(2, 1);
                self.in_loop = in_loop;
                self.vars.truncate(visible);
                self.line("}");
            }
            3 if !at_top && self.types.len() < 12 => {
                if self.chance.percent(50) {
                    self.stream_decl();
                }
                self.agent_decl();
            }
            _ => {
                let (stream, fields) = self.chance.pick(&self.streams).clone();
                let texts: Vec<String> = fields
                    .iter()
                    .map(|(name, ty)| format!("{name}: {}", self.expr(ty, 1, false).text))
                    .collect();
                self.line(&format!("emit {stream} {{ {} }}", texts.join(", ")));
            }
        }
        true
    }

    /// An agent in sight.
    fn agent(&mut self) -> Option<usize> {
        let found: Vec<usize> = (0..self.types.len())
            .filter(|at| {
                let def = &self.types[*at];
                def.is_agent && !def.is_record && !def.is_gone
            })
            .collect();
        (!found.is_empty()).then(|| *self.chance.pick(&found))
    }

    /// A new instance of an agent, with some of its variables given.
    pub(super) fn agent_value(&mut self, at: usize) -> Piece {
        let variant = self.types[at].variants[0].clone();
        let mut given = Vec::new();
        for (name, ty) in &variant.fields {
            if self.chance.percent(25) {
                let value = self.expr(ty, 1, false).text;
                let value = self.fresh(ty, value, true);
                given.push(format!("{name}: {value}"));
            }
        }
        let word = if self.chance.percent(20) {
            "spawn "
        } else {
            ""
        };
        Piece::loose(format!("{word}{} {{ {} }}", variant.name, given.join(", ")))
    }

    /// A value out of a channel or a subscription, which may be empty.
    pub(super) fn received(&mut self, ty: &Ty) -> Option<Piece> {
        let wanted = Box::new(ty.clone());
        let (chan, sub) = (Ty::Chan(wanted.clone()), Ty::Sub(wanted));
        let found = self.in_sight(|var| var.ty == chan || var.ty == sub);
        if found.is_empty() {
            return None;
        }
        let var = self.chance.pick(&found).clone();
        let name = if var.ty == chan { "recv" } else { "recv_sub" };
        Some(Piece::tight(format!("{name}({})", var.name)))
    }

    /// Something about channels and value streams.
    pub(super) fn message_stmt(&mut self) {
        let found = self.in_sight(|var| matches!(var.ty, Ty::Chan(_) | Ty::Feed(_) | Ty::Sub(_)));
        if found.is_empty() || self.chance.percent(25) {
            let item = Box::new(self.ty(1));
            if item.has_function() {
                return self.declaration();
            }
            let ty = if self.chance.percent(50) {
                Ty::Chan(item.clone())
            } else {
                Ty::Feed(item.clone())
            };
            let name = format!("mail{}", self.next());
            let text = self.type_text(&ty);
            let value = self.expr(&ty, 1, false).text;
            self.line(&format!("let {name}: {text} = {value}"));
            self.declare(&name, &ty, false);
            if matches!(ty, Ty::Feed(_)) {
                let sub = format!("sub{}", self.next());
                self.line(&format!("let {sub} = subscribe({name})"));
                self.declare(&sub, &Ty::Sub(item), false);
            }
            return;
        }
        let var = self.chance.pick(&found).clone();
        let print = self.is_free("print") && self.is_free("len") && !self.pure;
        match &var.ty {
            Ty::Chan(item) if self.chance.percent(60) => {
                let value = self.expr(item, 2, false).text;
                if self.guarded {
                    self.line(&format!("send({}, {value})", var.name));
                } else if print {
                    self.line(&format!(
                        "if len({0}) < 1 {{ send({0}, {value}) }}",
                        var.name
                    ));
                }
            }
            Ty::Chan(_) if print => self.line(&format!(
                "if len({0}) > 0 {{ print(len({0}), recv({0})) }} else {{ print(\"empty\") }}",
                var.name
            )),
            Ty::Feed(item) => {
                let value = self.expr(item, 2, false).text;
                self.line(&format!("emit({}, {value})", var.name));
            }
            _ if print => self.line(&format!(
                "try {{ print(recv_sub({})) }} catch none_left {{ print(none_left.code) }}",
                var.name
            )),
            _ => self.declaration(),
        }
    }
}
