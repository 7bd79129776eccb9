//! Streams and agents.

use super::ty::{Ty, TypeDef, VariantDef};
use super::{Var, Writer};

impl Writer {
    pub(super) fn stream_decl(&mut self) {
        let name = "Event".to_owned();
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
            is_local: false,
            is_gone: false,
            is_key: false,
            methods: Vec::new(),
        });
        self.streams.push((name, fields));
    }

    /// A handler of the stream; `emit` would not end inside of it.
    fn handler(&mut self) {
        let Some((stream, fields)) = self.streams.first().cloned() else {
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
        let name = "Keeper".to_owned();
        self.line(&format!("agent {name} {{"));
        self.indent += 1;
        let before = std::mem::take(&mut self.vars);
        for field in ["total", "class", "xs"] {
            let ty = self.ty(1);
            let value = self.expr(&ty, 1, false).text;
            let text = self.type_text(&ty);
            self.line(&format!("var {field}: {text} = {value}"));
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
            self.line("on close { print(\"closed\", total) }");
        }
        self.vars = before;
        self.indent -= 1;
        self.line("}");
        self.types.push(TypeDef {
            name,
            variants: Vec::new(),
            is_record: false,
            is_agent: true,
            is_local: false,
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
        match self.chance.below(3) {
            0 if at_top => self.handler(),
            1 => {
                let agents: Vec<usize> = (0..self.types.len())
                    .filter(|at| self.types[*at].is_agent && !self.types[*at].is_record)
                    .collect();
                let Some(at) = agents.first().copied() else {
                    return false;
                };
                let name = format!("agent{}", self.next());
                let ty = Ty::Agent(at);
                let value = self.expr(&ty, 1, true).text;
                self.line(&format!("let {name} = {value}"));
                self.declare(&name, &ty, false);
            }
            _ => {
                let (stream, fields) = self.streams[0].clone();
                let texts: Vec<String> = fields
                    .iter()
                    .map(|(name, ty)| format!("{name}: {}", self.expr(ty, 1, false).text))
                    .collect();
                self.line(&format!("emit {stream} {{ {} }}", texts.join(", ")));
            }
        }
        true
    }
}
