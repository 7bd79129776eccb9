//! Data: `load`, `save`, `fetch`, `generate`, `model`, `update`.
//!
//! Spec: language.md §5.3 (`update`), §14.

use std::rc::Rc;

use mochi_check::typed::{
    DataExpr, DataOptions, DataStmt, Expr as Typed, ExprKind, Generated, VarId,
};
use mochi_types::{Decl, Type};

use super::frame::Frame;
use super::{Lowerer, name, walk};
use crate::py::{Arg, Expr, FunctionDef, StmtKind};

impl<'a> Lowerer<'a> {
    pub(super) fn data_expr(&mut self, data: &'a DataExpr, whole: &'a Typed) -> Expr {
        match data {
            DataExpr::Load { path, options } => {
                let rows = self.loaded(path.as_ref(), &Type::Any, options);
                Expr::call_name("list", [rows])
            }
            DataExpr::Save {
                rows,
                path,
                options,
            } => {
                let rows = self.expr(rows);
                self.file_call("write", vec![rows, file_path(path.as_ref())], options)
            }
            DataExpr::Fetch { url, options } => {
                let text = whole.ty == Type::Str;
                let url = self.expr(url);
                match options {
                    DataOptions::Given(fields) => {
                        let helper = if text { "fetch_text" } else { "fetch_value" };
                        self.call_with(helper, vec![url], fields)
                    }
                    DataOptions::Map(map) => {
                        let map = self.expr(map);
                        let helper = if text {
                            "fetch_text_with"
                        } else {
                            "fetch_value_with"
                        };
                        self.call_helper(helper, [url, map])
                    }
                }
            }
            DataExpr::Generate { what, fields } => match what {
                Generated::Text(provider) => {
                    let provider = Expr::str(provider.to_string());
                    self.call_with("generate", vec![provider], fields)
                }
                Generated::Embedding => self.call_with("generate_embedding", Vec::new(), fields),
                Generated::Record => {
                    let cast = self.caster_value(&whole.ty);
                    self.call_with("generate_as", vec![cast], fields)
                }
            },
            DataExpr::Query(atom) => self.logic_query(atom, &whole.ty),
        }
    }

    /// The rows of a file as they are read. In cells, none is written as nothing at all: an empty
    /// one is that where the element's field may be none and not text.
    pub(super) fn loaded(
        &mut self,
        path: Option<&Rc<str>>,
        item: &Type,
        options: &'a DataOptions,
    ) -> Expr {
        let call = self.file_call("read", vec![file_path(path)], options);
        let cells = match options {
            DataOptions::Given(_) => options
                .text("format")
                .is_none_or(|format| matches!(&**format, "csv" | "tsv")),
            DataOptions::Map(_) => true,
        };
        let empty: Vec<Expr> = self
            .fields_of(item)
            .into_iter()
            .filter(|(_, ty)| match ty {
                Type::Option(inner) => !matches!(**inner, Type::Str | Type::Any),
                _ => false,
            })
            .map(|(name, _)| Expr::str(name.to_string()))
            .collect();
        match call {
            Expr::Call(function, mut args) if cells && !empty.is_empty() => {
                args.push(Arg {
                    name: Some("empty".to_string()),
                    value: Expr::Tuple(empty),
                });
                Expr::Call(function, args)
            }
            other => other,
        }
    }

    /// The fields of a record type; none of other types.
    fn fields_of(&self, ty: &Type) -> Vec<(Rc<str>, Type)> {
        match ty {
            Type::Named(decl) => match self.module.decls.get(decl.id) {
                Some(Decl::Record(record)) => record
                    .fields
                    .iter()
                    .map(|field| (Rc::clone(&field.name), field.ty.clone()))
                    .collect(),
                _ => Vec::new(),
            },
            Type::Anon(fields) => fields.to_vec(),
            _ => Vec::new(),
        }
    }

    /// `eval("…")`, in place; where a global that it reads is hidden, in a function of its own.
    pub(super) fn evaluated(&mut self, value: &'a Typed) -> Expr {
        let mut hidden = false;
        walk::each_subexpr(value, &mut |expr| {
            hidden |= matches!(expr.kind, ExprKind::Var(id) if self.is_hidden(id));
        });
        if !hidden {
            return self.expr(value);
        }
        let name = name::distinct("_eval", |name| self.all_names.contains(name));
        self.all_names.insert(name.clone());
        self.module_names.insert(name.clone());
        let frames = std::mem::replace(&mut self.frames, vec![Frame::new(None)]);
        let (mut body, result) = self.captured(|this| this.expr(value));
        self.frames = frames;
        body.push(StmtKind::Return(Some(result)).at(value.span));
        let def = FunctionDef {
            name: name.clone(),
            is_async: false,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params: Vec::new(),
            result: Some(Expr::name("object")),
            doc: None,
            body,
            origin: None,
        };
        self.extra.push(StmtKind::Function(Box::new(def)).bare());
        Expr::Name(name).call([])
    }

    /// A helper's call with fields as keyword arguments.
    fn call_with(
        &mut self,
        helper: &'static str,
        first: Vec<Expr>,
        fields: &'a [(Rc<str>, Typed)],
    ) -> Expr {
        let operands: Vec<&Typed> = fields.iter().map(|(_, value)| value).collect();
        let values = self.operands(&operands);
        let named = fields.iter().zip(values).map(|((name, _), value)| Arg {
            name: Some(name.to_string()),
            value,
        });
        let first = first.into_iter().map(|value| Arg { name: None, value });
        let args = first.chain(named).collect();
        Expr::Call(Box::new(self.helper(helper)), args)
    }

    /// A call of the reader or writer for the format that the options name.
    fn file_call(
        &mut self,
        action: &'static str,
        first: Vec<Expr>,
        options: &'a DataOptions,
    ) -> Expr {
        let fields = match options {
            DataOptions::Given(fields) => fields,
            DataOptions::Map(map) => {
                let map = self.expr(map);
                let helper = if action == "read" {
                    "read_rows"
                } else {
                    "write_rows"
                };
                return self.call_helper(helper, first.into_iter().chain([map]));
            }
        };
        let format = options.text("format").map_or("csv", |text| &**text);
        let helper = match (action, format) {
            ("read", "tsv") => "read_tsv_rows",
            ("read", "json") => "read_json_rows",
            ("read", "jsonl") => "read_jsonl_rows",
            ("read", "yaml") => "read_yaml_rows",
            ("read", _) => "read_csv_rows",
            (_, "tsv") => "write_tsv_rows",
            (_, "json") => "write_json_rows",
            (_, "jsonl") => "write_jsonl_rows",
            (_, "yaml") => "write_yaml_rows",
            _ => "write_csv_rows",
        };
        let mut args: Vec<Arg> = Vec::new();
        args.extend(first.into_iter().map(|value| Arg { name: None, value }));
        let with_cells = matches!(format, "csv" | "tsv");
        for (field, value) in fields {
            if with_cells && **field != *"format" {
                let value = self.expr(value);
                args.push(Arg {
                    name: Some(field.to_string()),
                    value,
                });
            }
        }
        Expr::Call(Box::new(self.helper(helper)), args)
    }

    pub(super) fn data_statement(&mut self, data: &'a DataStmt) {
        match data {
            DataStmt::Model { name, fields } => {
                let name = Expr::str(name.to_string());
                let call = self.call_with("declare_model", vec![name], fields);
                self.emit(StmtKind::Expr(call));
            }
            DataStmt::Update {
                item,
                list,
                entries,
                fields,
                cond,
            } => {
                let mut source = self.expr(list);
                let values = fields.iter().map(|(_, value)| value);
                if values.chain(cond.as_deref()).any(walk::calls_functions) {
                    // A function might change the list.
                    source = source.index(Expr::Slice(None, None, None));
                }
                self.open_scope();
                let target = Expr::Name(self.declare(*item));
                let (body, ()) = self.captured(|this| match cond {
                    Some(cond) => {
                        let test = this.condition(cond);
                        let (then, ()) =
                            this.captured(|this| this.update_fields(*item, *entries, fields));
                        this.emit(StmtKind::If(test, then, Vec::new()));
                    }
                    None => this.update_fields(*item, *entries, fields),
                });
                self.close_scope();
                self.emit(StmtKind::For(target, source, body));
            }
        }
    }

    /// Assigns fields of the element at hand. Where a value reads what was assigned before it, all
    /// are assigned at once.
    fn update_fields(&mut self, item: VarId, entries: bool, fields: &'a [(Rc<str>, Typed)]) {
        if fields.is_empty() {
            self.emit(StmtKind::Pass);
            return;
        }
        let object = Expr::Name(self.declare(item));
        let target = |field: &str| {
            if entries {
                object.clone().index(Expr::str(field))
            } else {
                object.clone().attr(name::field_name(field))
            }
        };
        let mut before: Vec<&str> = Vec::new();
        let mut independent = true;
        for (field, value) in fields {
            let alone =
                before.is_empty() || (!walk::calls_functions(value) && !reads(value, &before));
            independent &= alone;
            before.push(field);
        }
        if independent {
            for (field, value) in fields {
                let value = self.expr(value);
                self.emit(StmtKind::Assign(target(field), value));
            }
            return;
        }
        let operands: Vec<&Typed> = fields.iter().map(|(_, value)| value).collect();
        let values = self.operands(&operands);
        let targets = fields.iter().map(|(field, _)| target(field)).collect();
        self.emit(StmtKind::Assign(Expr::Tuple(targets), Expr::Tuple(values)));
    }
}

/// The path of a file; `-` stands for standard input and output.
fn file_path(path: Option<&Rc<str>>) -> Expr {
    Expr::str(path.map_or("-", |path| &**path))
}

/// Whether an expression reads a field or entry of one of these names.
fn reads(value: &Typed, names: &[&str]) -> bool {
    let mut found = false;
    walk::each_subexpr(value, &mut |expr| match &expr.kind {
        ExprKind::Field { name, .. }
        | ExprKind::MapField { name, .. }
        | ExprKind::AnyField { name, .. } => found |= names.contains(&&**name),
        ExprKind::Index { .. } => found = true,
        _ => {}
    });
    found
}
