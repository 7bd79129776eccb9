//! What a Mochi program or library exports.
//!
//! Spec: language.md §15 (export), §1 (documentation comments).

use std::fmt::Write as _;
use std::rc::Rc;

use mochi_base::Span;
use mochi_check::typed;
use mochi_types::{Context, Decl, Effects, Externs, FieldInfo, RecordDecl, SumDecl, VariantInfo};

use crate::model::{DocText, Entry, Page, Section, Site};
use crate::spelled;

/// A module of the program, with the name that its page gets.
pub struct ProgramModule<'a> {
    /// Its name: a path without suffix, or the package's name for the main one.
    pub name: String,
    /// How another file imports it.
    pub import: Option<String>,
    /// The module.
    pub module: &'a typed::Module,
}

/// One page for each module that exports something, the last module (the program itself) first.
/// `source` gives the text of a place.
pub fn of_program(
    title: &str,
    modules: &[ProgramModule<'_>],
    externs: &dyn Externs,
    source: &dyn Fn(Span) -> String,
) -> Site {
    let mut pages = Vec::new();
    for (index, one) in modules.iter().rev().enumerate() {
        let writer = Writer {
            module: one.module,
            context: Context {
                decls: &one.module.decls,
                externs,
            },
            source,
        };
        let page = Page {
            name: one.name.clone(),
            import: one.import.clone(),
            doc: one.module.doc.clone().map(DocText::Markdown),
            facts: Vec::new(),
            sections: writer.sections(),
        };
        let is_empty = page
            .sections
            .iter()
            .all(|section| section.entries.is_empty());
        if index == 0 || !is_empty {
            pages.push(page);
        }
    }
    Site {
        title: title.to_owned(),
        facts: Vec::new(),
        pages,
    }
}

struct Writer<'a> {
    module: &'a typed::Module,
    context: Context<'a>,
    source: &'a dyn Fn(Span) -> String,
}

impl Writer<'_> {
    fn sections(&self) -> Vec<Section> {
        let section = |title: &str, entries: Vec<Entry>| Section {
            title: title.to_owned(),
            entries,
        };
        vec![
            section("Functions", self.functions()),
            section("Types", self.types()),
            section("Values", self.values()),
            section("Python declarations", self.externs()),
        ]
    }

    fn functions(&self) -> Vec<Entry> {
        let module = self.module;
        let top = module
            .funs
            .iter()
            .filter(|fun| fun.export && fun.kind == typed::FunKind::Top && module.owns(fun.span));
        top.map(|fun| self.function(fun, "", "fun")).collect()
    }

    /// A function, or a method of `owner`; `word` is what declares it.
    fn function(&self, fun: &typed::Fun, owner: &str, word: &str) -> Entry {
        let name = fun.name.as_deref().unwrap_or("");
        Entry {
            name: name.to_owned(),
            anchor: anchor(owner, name),
            signatures: vec![self.signature(&format!("{word} {name}"), fun)],
            doc: markdown(fun.doc.as_ref()),
            ..Entry::default()
        }
    }

    fn signature(&self, declared: &str, fun: &typed::Fun) -> String {
        let word = if fun.is_async { "async " } else { "" };
        let mut head = format!("{word}{declared}");
        if !fun.type_params.is_empty() {
            let names: Vec<&str> = fun.type_params.iter().map(|one| &*one.name).collect();
            let _ = write!(head, "<{}>", names.join(", "));
        }
        let params: Vec<String> = fun
            .params
            .iter()
            .filter_map(|param| {
                let var = self.module.vars.get(param.var.0 as usize)?;
                let default = param.default.as_ref().map_or(String::new(), |value| {
                    format!(" = {}", (self.source)(value.span))
                });
                Some(format!(
                    "{}: {}{default}",
                    var.name,
                    spelled::ty(&self.context, &var.ty)
                ))
            })
            .collect();
        let mut tail = spelled::result(&self.context, &fun.result);
        if fun.effects != Effects::NONE {
            let _ = write!(tail, " ! {}", effects(fun.effects));
        }
        spelled::declaration(&head, &params, &tail)
    }

    fn types(&self) -> Vec<Entry> {
        let mut entries: Vec<(Span, Entry)> = Vec::new();
        for (index, decl) in self.module.decls.items.iter().enumerate() {
            let (span, export) = match decl {
                Decl::Record(one) | Decl::Agent(one) => (one.span, one.export),
                Decl::Sum(one) => (one.span, one.export),
            };
            if export && self.module.owns(span) {
                let entry = match decl {
                    Decl::Record(one) => {
                        let word = if self.is_stream(index) {
                            "stream"
                        } else {
                            "type"
                        };
                        self.record(one, word)
                    }
                    Decl::Agent(one) => self.record(one, "agent"),
                    Decl::Sum(one) => self.sum(one),
                };
                entries.push((span, entry));
            }
        }
        for alias in self.module.aliases.iter() {
            if alias.export && self.module.owns(alias.span) {
                let ty = spelled::ty(&self.context, &alias.ty);
                let entry = Entry {
                    name: alias.name.to_string(),
                    anchor: alias.name.to_string(),
                    signatures: vec![format!("type {} = {ty}", alias.name)],
                    doc: markdown(alias.doc.as_ref()),
                    ..Entry::default()
                };
                entries.push((alias.span, entry));
            }
        }
        entries.sort_by_key(|(span, _)| (span.source, span.start));
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Whether the type at that position is that of the events of a stream.
    fn is_stream(&self, index: usize) -> bool {
        self.module.body.iter().any(|stmt| {
            let typed::StmtKind::Reactive(item) = &stmt.kind else {
                return false;
            };
            matches!(&**item, typed::ReactiveStmt::Stream(decl) if decl.id.0 as usize == index)
        })
    }

    fn record(&self, record: &RecordDecl, word: &str) -> Entry {
        // What an agent holds is its own business.
        let is_open = word != "agent";
        let mut members = Vec::new();
        if is_open {
            members.extend(self.fields(&record.fields, &record.name));
        }
        let method_word = if is_open { "fun" } else { "intent" };
        for method in &record.methods {
            if let Some(fun) = self.module.funs.get(method.fun as usize) {
                members.push(self.function(fun, &record.name, method_word));
            }
        }
        let signature = if is_open {
            let fields: Vec<String> = record
                .fields
                .iter()
                .map(|field| self.field(field))
                .collect();
            format!("{word} {} {{ {} }}", record.name, fields.join(", "))
        } else {
            format!("{word} {}", record.name)
        };
        Entry {
            name: record.name.to_string(),
            anchor: record.name.to_string(),
            path: Some(Rc::clone(&record.name)),
            signatures: vec![signature],
            doc: markdown(record.doc.as_ref()),
            members,
            ..Entry::default()
        }
    }

    /// The fields of what is called `owner`.
    fn fields(&self, fields: &[FieldInfo], owner: &str) -> Vec<Entry> {
        let entries = fields.iter().map(|field| Entry {
            name: field.name.to_string(),
            anchor: anchor(owner, &field.name),
            signatures: vec![self.field(field)],
            doc: markdown(field.doc.as_ref()),
            ..Entry::default()
        });
        entries.collect()
    }

    /// What a variant says about itself and its fields, if it says anything.
    fn variant(&self, variant: &VariantInfo, owner: &str) -> Option<Entry> {
        let documented = variant.fields.iter().filter(|field| field.doc.is_some());
        let documented: Vec<FieldInfo> = documented.cloned().collect();
        if variant.doc.is_none() && documented.is_empty() {
            return None;
        }
        let place = anchor(owner, &variant.name);
        Some(Entry {
            name: variant.name.to_string(),
            signatures: vec![self.variant_signature(variant)],
            doc: markdown(variant.doc.as_ref()),
            members: self.fields(&documented, &place),
            anchor: place,
            ..Entry::default()
        })
    }

    fn variant_signature(&self, variant: &VariantInfo) -> String {
        let fields = variant.fields.iter();
        let fields: Vec<String> = fields.map(|field| self.field(field)).collect();
        if fields.is_empty() {
            variant.name.to_string()
        } else {
            format!("{}({})", variant.name, fields.join(", "))
        }
    }

    fn sum(&self, sum: &SumDecl) -> Entry {
        let mut signatures = vec![format!("type {} =", sum.name)];
        for variant in &sum.variants {
            signatures.push(format!("  | {}", self.variant_signature(variant)));
        }
        let variants = sum.variants.iter();
        let members = variants.filter_map(|variant| self.variant(variant, &sum.name));
        Entry {
            name: sum.name.to_string(),
            anchor: sum.name.to_string(),
            path: Some(Rc::clone(&sum.name)),
            signatures,
            doc: markdown(sum.doc.as_ref()),
            members: members.collect(),
            ..Entry::default()
        }
    }

    fn field(&self, field: &FieldInfo) -> String {
        format!("{}: {}", field.name, spelled::ty(&self.context, &field.ty))
    }

    fn values(&self) -> Vec<Entry> {
        let vars = self.module.vars.iter();
        vars.filter(|var| var.export && self.module.owns(var.span))
            .map(|var| {
                let word = if var.mutable { "var" } else { "let" };
                let ty = spelled::ty(&self.context, &var.ty);
                Entry {
                    name: var.name.to_string(),
                    anchor: var.name.to_string(),
                    signatures: vec![format!("{word} {}: {ty}", var.name)],
                    doc: markdown(var.doc.as_ref()),
                    ..Entry::default()
                }
            })
            .collect()
    }

    fn externs(&self) -> Vec<Entry> {
        let exported = self.module.exported_externs.iter();
        exported
            .map(|one| Entry {
                name: one.own.to_string(),
                anchor: one.own.to_string(),
                signatures: vec![(self.source)(one.span)],
                ..Entry::default()
            })
            .collect()
    }
}

/// The labels of effects, as declarations write them.
fn effects(effects: Effects) -> String {
    let labels = Effects::LABELS.iter().enumerate();
    let held: Vec<&str> = labels
        .filter(|(bit, _)| effects.0 & (1 << bit) != 0)
        .map(|(_, label)| *label)
        .collect();
    held.join(", ")
}

fn markdown(doc: Option<&Rc<str>>) -> Option<DocText> {
    doc.map(|doc| DocText::Markdown(Rc::clone(doc)))
}

fn anchor(owner: &str, name: &str) -> String {
    if owner.is_empty() {
        name.to_owned()
    } else {
        format!("{owner}.{name}")
    }
}
