//! Modules that the program imports.

use super::{Var, Writer};

/// What modules are called; also like modules of Python and like helpers.
const NAMES: &[&str] = &[
    "lib",
    "re",
    "typing",
    "dataclasses",
    "fractions",
    "_mochi_",
    "util",
];

impl Writer {
    /// A module with what it exports, which has its alias in front from here on.
    pub(super) fn module(&mut self) {
        let name = (*self.chance.pick(NAMES)).to_owned();
        if self.modules.contains(&name) {
            return;
        }
        let (functions, vars) = (self.functions.len(), self.vars.len());
        let types = self.types.len();
        for _ in 0..self.chance.below(3) {
            let start = self.out.len();
            self.type_decl();
            self.export(start);
        }
        let mut hidden = Vec::new();
        let exported_types = self.types.len();
        for _ in 0..=self.chance.below(4) {
            let (start, before) = (self.out.len(), self.functions.len());
            if self.chance.percent(50) {
                let taken = |name: &str, writer: &Self| {
                    !writer.is_free(name) || writer.functions.iter().any(|one| one.name == name)
                };
                let mut var = self.var_name();
                if taken(&var, self) {
                    var = format!("v{}", self.next());
                }
                self.declaration_of(&var);
            } else {
                self.function_decl();
            }
            if self.chance.percent(85) {
                self.export(start);
            } else if self.out[start..].contains("fun ") && self.functions.len() > before {
                hidden.push(self.functions[before].name.clone());
            } else if let Some(var) = self.vars.last() {
                hidden.push(var.name.clone());
            }
        }
        self.line("if 1 > 0 {");
        self.budget = 3;
        let visible = self.vars.len();
        self.indent += 1;
        self.stmts(3, 2);
        self.indent -= 1;
        self.leave_types(exported_types);
        self.vars.truncate(visible);
        if self.is_free("print") {
            self.line(&format!("  print(\"{name} runs\")"));
        }
        self.line("}");
        let is_kept = |name: &String| !hidden.contains(name);
        let mut at = 0;
        self.vars.retain(|var| {
            at += 1;
            at <= vars || is_kept(&var.name)
        });
        let mut at = 0;
        self.functions.retain(|one| {
            at += 1;
            at <= functions || is_kept(&one.name)
        });
        for def in &mut self.types[types..exported_types] {
            def.name = format!("{name}.{}", def.name);
            for variant in &mut def.variants {
                variant.name = format!("{name}.{}", variant.name);
            }
        }
        for one in &mut self.functions[functions..] {
            one.name = format!("{name}.{}", one.name);
        }
        for var in &mut self.vars[vars..] {
            var.name = format!("{name}.{}", var.name);
            var.is_mutable = false;
            var.is_let = true;
        }
        let kept = std::mem::take(&mut self.kept);
        let body = std::mem::take(&mut self.out);
        let imports = self.imports();
        self.before
            .push_str(&format!("// module {name}\n{imports}{kept}{body}"));
        self.kept_types.clear();
        self.modules.push(name);
    }

    /// Imports of all modules so far.
    pub(super) fn imports(&self) -> String {
        let lines = self.modules.iter();
        let lines = lines.map(|name| format!("import \"./{name}\"\n"));
        lines.collect::<Vec<String>>().concat()
    }

    fn export(&mut self, start: usize) {
        self.out.insert_str(start, "export ");
    }

    /// Whether a variable is another module's.
    pub(super) fn is_foreign(var: &Var) -> bool {
        var.name.contains('.')
    }
}
