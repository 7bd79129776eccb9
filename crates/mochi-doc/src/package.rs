//! The public API of a Python package as Mochi programs see it.
//!
//! Spec: bridge.md §5, §6.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::rc::Rc;

use mochi_bridge::Bridge;
use mochi_surface::{ModuleName, Skip, SurfaceSource};
use mochi_types::{
    ClassId, ClassKind, Context, Decls, ExternClass, ExternField, ExternFun, ExternItem,
    ExternMember, Externs, ModuleId,
};

use crate::model::{DocText, Entry, Note, Page, Section, Site};
use crate::spelled;

/// What pages are made of.
pub struct PackageRequest<'a> {
    /// What the site is called.
    pub title: String,
    /// Sentences below the title.
    pub facts: Vec<String>,
    /// What a program writes to import the package.
    pub spec: String,
    /// The package in Mochi's types.
    pub bridge: &'a Bridge,
    /// Its surface, for what its modules say about themselves.
    pub source: &'a dyn SurfaceSource,
    /// The modules, the one that an import means first.
    pub modules: &'a [ModuleName],
}

/// One page for each module.
pub fn of_package(request: &PackageRequest<'_>) -> Site {
    let decls = Decls::default();
    let mut writer = Writer {
        bridge: request.bridge,
        context: Context {
            decls: &decls,
            externs: request.bridge,
        },
        seen: BTreeSet::new(),
        items: BTreeMap::new(),
    };
    let mut site = Site {
        title: request.title.clone(),
        facts: request.facts.clone(),
        pages: Vec::new(),
    };
    for (index, name) in request.modules.iter().enumerate() {
        let Some(module) = request.source.module(name) else {
            continue;
        };
        let import = if index == 0 {
            request.spec.clone()
        } else {
            let package = request.spec.split([':', '@']).next().unwrap_or("");
            format!("{package}:{name}")
        };
        let alias = name.as_str().rsplit('.').next().unwrap_or("");
        site.pages.push(Page {
            name: name.as_str().to_owned(),
            import: Some(["import python \"", &import, "\" as ", alias].concat()),
            doc: module.doc.clone().map(DocText::Docstring),
            facts: vec![format!("Types: {}.", module.tier.word())],
            sections: writer.sections(name),
        });
    }
    writer.add_skips(&mut site);
    // Modules without anything of their own only hold others.
    let first = site.pages.first().map(|page| page.name.clone());
    site.pages.retain(|page| {
        Some(&page.name) == first.as_ref()
            || page
                .sections
                .iter()
                .any(|section| !section.entries.is_empty())
    });
    site
}

struct Writer<'a> {
    bridge: &'a Bridge,
    context: Context<'a>,
    /// Classes that are described already.
    seen: BTreeSet<ClassId>,
    /// The names under which skips may know an entry, with the page and the anchor.
    items: BTreeMap<String, (String, String)>,
}

impl Writer<'_> {
    fn sections(&mut self, module: &ModuleName) -> Vec<Section> {
        let id = ModuleId(Rc::from(module.as_str()));
        let titles = ["Functions", "Classes", "Values", "Type aliases", "Modules"];
        let mut sections: Vec<Section> = titles
            .iter()
            .map(|title| Section {
                title: (*title).to_owned(),
                entries: Vec::new(),
            })
            .collect();
        for name in self.bridge.names(&id) {
            let Some(item) = self.bridge.attribute(&id, &name) else {
                continue;
            };
            let kind = match &*item {
                ExternItem::Fun(_) => 0,
                ExternItem::Class(_) => 1,
                ExternItem::Value { .. } => 2,
                ExternItem::Alias(_) => 3,
                ExternItem::Module(_) => 4,
            };
            let entry = self.item(module, &name, &item);
            if let Some(section) = sections.get_mut(kind) {
                section.entries.push(entry);
            }
        }
        sections
    }

    fn item(&mut self, module: &ModuleName, name: &str, item: &ExternItem) -> Entry {
        let page = module.as_str();
        let mut entry = Entry {
            name: name.to_owned(),
            anchor: name.to_owned(),
            ..Entry::default()
        };
        self.known(format!("{page}.{name}"), page, name);
        match item {
            ExternItem::Fun(fun) => self.function(&mut entry, page, fun, "fun "),
            ExternItem::Class(class) => self.class(&mut entry, page, class),
            ExternItem::Value { get, set } => {
                let word = if set.is_some() { "var" } else { "let" };
                let ty = spelled::ty(&self.context, &get.ty);
                entry.signatures.push(format!("{word} {name}: {ty}"));
            }
            ExternItem::Alias(ty) => {
                let ty = spelled::ty(&self.context, ty);
                entry.signatures.push(format!("type {name} = {ty}"));
            }
            ExternItem::Module(other) => {
                entry.signatures.push(format!("module {}", other.0));
            }
        }
        entry
    }

    fn known(&mut self, item: String, page: &str, anchor: &str) {
        self.items
            .entry(item)
            .or_insert_with(|| (page.to_owned(), anchor.to_owned()));
    }

    fn function(&mut self, entry: &mut Entry, page: &str, fun: &ExternFun, word: &str) {
        self.known(fun.symbol.to_string(), page, &entry.anchor);
        for overload in &fun.overloads {
            let head = format!("{word}{}", entry.name);
            entry
                .signatures
                .push(spelled::signature(&self.context, &head, overload));
        }
        entry.doc = fun.doc.clone().map(DocText::Docstring);
        if let Some(message) = &fun.deprecated {
            entry.notes.push(Note {
                label: "deprecated".to_owned(),
                text: message.to_string(),
            });
        }
    }

    fn class(&mut self, entry: &mut Entry, page: &str, id: &ClassId) {
        let Some(class) = self.bridge.class(id) else {
            return;
        };
        entry.signatures.push(self.header(&class));
        entry.doc = class.doc.clone().map(DocText::Docstring);
        if !self.seen.insert(id.clone()) {
            entry.notes.push(Note {
                label: "described elsewhere".to_owned(),
                text: format!("as `{}`", class.display),
            });
            return;
        }
        entry.path = Some(class.display.clone());
        self.known(id.to_string(), page, &entry.anchor);
        self.known(class.display.to_string(), page, &entry.anchor);
        if class.stub_only {
            entry.notes.push(Note {
                label: "stub-only-class".to_owned(),
                text: "it may not exist when a program runs".to_owned(),
            });
        }
        self.fields(entry, &class);
        self.members(entry, page, (id, &class.display), None);
        // What stands in a private module is described nowhere else.
        for (base, _) in class.mro.iter().skip(1) {
            let is_private = base.module.split('.').any(|part| part.starts_with('_'));
            let top = |module: &str| module.split('.').next().unwrap_or("").to_owned();
            if is_private && top(&base.module) == top(page) {
                let from = self.bridge.class(base);
                let from = from.map_or_else(|| base.to_string(), |base| base.display.to_string());
                self.members(entry, page, (base, &from), Some(&from));
            }
        }
    }

    /// The members that a class declares, as far as the entry does not have them yet.
    fn members(
        &mut self,
        entry: &mut Entry,
        page: &str,
        (id, display): (&ClassId, &str),
        inherited: Option<&str>,
    ) {
        for name in self.bridge.member_names(id) {
            let is_special = name.starts_with("__");
            if is_special && !matches!(&*name, "__init__" | "__call__") {
                continue;
            }
            let anchor = format!("{}.{name}", entry.anchor);
            if entry.members.iter().any(|known| known.anchor == anchor) {
                continue;
            }
            if let Some(member) = self.bridge.member(id, &name) {
                for item in [id.to_string(), display.to_owned()] {
                    self.known(format!("{item}.{name}"), page, &anchor);
                }
                let shown = match &*name {
                    "__init__" => entry.name.clone(),
                    "__call__" => "(call)".to_owned(),
                    other => other.to_owned(),
                };
                let mut member = self.member(page, &shown, anchor, &member);
                if let Some(from) = inherited {
                    member.notes.push(Note {
                        label: "inherited".to_owned(),
                        text: format!("declared by `{from}`"),
                    });
                }
                entry.members.push(member);
            }
        }
    }

    fn member(&mut self, page: &str, name: &str, anchor: String, member: &ExternMember) -> Entry {
        let mut entry = Entry {
            name: name.to_owned(),
            anchor,
            ..Entry::default()
        };
        match member {
            // A class is called by its name.
            ExternMember::Method(fun) if entry.anchor.ends_with(".__init__") => {
                self.function(&mut entry, page, fun, "");
            }
            ExternMember::Method(fun) if entry.anchor.ends_with(".__call__") => {
                let name = std::mem::replace(&mut entry.name, "value".to_owned());
                self.function(&mut entry, page, fun, "");
                entry.name = name;
            }
            ExternMember::Method(fun) => self.function(&mut entry, page, fun, "fun "),
            ExternMember::ClassMethod(fun) | ExternMember::StaticMethod(fun) => {
                self.function(&mut entry, page, fun, "static fun ");
            }
            ExternMember::Attribute { get, set, .. } => {
                let word = if set.is_some() { "var" } else { "let" };
                let ty = spelled::ty(&self.context, &get.ty);
                entry.signatures.push(format!("{word} {name}: {ty}"));
            }
            ExternMember::Class(class) => self.class(&mut entry, page, class),
        }
        entry
    }

    fn header(&self, class: &ExternClass) -> String {
        let word = match &class.kind {
            ClassKind::Protocol => "interface",
            ClassKind::Enum(_) => "enum",
            ClassKind::Exception => "error type",
            ClassKind::Record { .. } => "record",
            ClassKind::TypedDict(_) => "record (a dict when it runs)",
            ClassKind::Plain => "type",
        };
        let mut text = format!("{word} {}", class.display);
        if !class.type_params.is_empty() {
            let names: Vec<&str> = class.type_params.iter().map(|one| &*one.name).collect();
            let _ = write!(text, "<{}>", names.join(", "));
        }
        let bases: Vec<String> = class
            .mro
            .iter()
            .skip(1)
            .filter(|(base, _)| !base.is("builtins", "object"))
            .filter_map(|(base, _)| Some(self.bridge.class(base)?.display.to_string()))
            .take(1)
            .collect();
        if let Some(base) = bases.first() {
            text.push_str(": ");
            text.push_str(base);
        }
        text
    }

    fn fields(&self, entry: &mut Entry, class: &ExternClass) {
        match &class.kind {
            ClassKind::Enum(members) => {
                entry
                    .signatures
                    .extend(members.iter().map(|member| format!("  {member}")));
            }
            ClassKind::Record { fields, .. } | ClassKind::TypedDict(fields) => {
                entry
                    .signatures
                    .extend(fields.iter().map(|field| self.field(field)));
            }
            _ => {}
        }
    }

    fn field(&self, field: &ExternField) -> String {
        let default = if field.has_default { " = _" } else { "" };
        format!(
            "  {}: {}{default}",
            field.name,
            spelled::ty(&self.context, &field.set)
        )
    }

    /// Says at each entry what is degraded; what has no entry of its own is said on its page.
    fn add_skips(&self, site: &mut Site) {
        let mut loose: BTreeMap<String, Vec<Skip>> = BTreeMap::new();
        for skip in self.bridge.skips() {
            let Some((page, anchor)) = self.items.get(&*skip.item) else {
                let owner = site
                    .pages
                    .iter()
                    .map(|page| page.name.as_str())
                    .filter(|name| {
                        skip.item
                            .strip_prefix(name)
                            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                    })
                    .max_by_key(|name| name.len());
                if let Some(owner) = owner {
                    loose.entry(owner.to_owned()).or_default().push(skip);
                }
                continue;
            };
            let page = site.pages.iter_mut().find(|one| one.name == *page);
            let entry = page.and_then(|page| {
                let sections = page.sections.iter_mut();
                let mut entries = sections.flat_map(|section| &mut section.entries);
                entries.find_map(|entry| find(entry, anchor))
            });
            if let Some(entry) = entry {
                entry.notes.push(note(&skip));
            }
        }
        for (name, skips) in loose {
            if let Some(page) = site.pages.iter_mut().find(|page| page.name == name) {
                let entries = skips.iter().enumerate().map(|(index, skip)| Entry {
                    name: skip.item.to_string(),
                    anchor: format!("skip-{}", index + 1),
                    notes: vec![note(skip)],
                    ..Entry::default()
                });
                page.sections.push(Section {
                    title: "Degraded".to_owned(),
                    entries: entries.collect(),
                });
            }
        }
    }
}

fn find<'e>(entry: &'e mut Entry, anchor: &str) -> Option<&'e mut Entry> {
    if entry.anchor == anchor {
        return Some(entry);
    }
    entry
        .members
        .iter_mut()
        .find_map(|member| find(member, anchor))
}

/// A skip in words.
fn note(skip: &Skip) -> Note {
    let mut text = String::new();
    if !skip.part.is_empty() {
        let _ = write!(text, "{} ", skip.part);
    }
    if let Some(place) = &skip.place {
        let _ = write!(text, "({}:{})", place.file, place.line);
    }
    Note {
        label: skip.reason.code().to_owned(),
        text: text.trim_end().to_owned(),
    }
}
