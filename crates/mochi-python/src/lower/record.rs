//! Records, sum types and anonymous records as dataclasses.
//!
//! Spec: language.md §7, §19.3.

use std::rc::Rc;

use mochi_check::typed::{Expr as TypedExpr, FunId};
use mochi_types::{DeclRef, FieldInfo, RecordDecl, SumDecl, Type};

use super::{Lowerer, name};
use crate::py::{Arg, ClassDef, Expr, Import, ImportGroup, ImportKind, Stmt, StmtKind};

/// How many fields a reader tells apart by their place.
const MOST_BY_POSITION: usize = 4;

impl<'a> Lowerer<'a> {
    pub(super) fn record_class(&mut self, decl: &DeclRef, record: &'a RecordDecl) -> Vec<Stmt> {
        let mut body = self.fields(&record.fields);
        let class_name = self.decl_names.get(&decl.id).cloned().unwrap_or_default();
        if self.is_local_class(decl.id) {
            let is_generic = !self.class_params(decl.id).is_empty();
            let same = is_generic.then(|| self.helper("same_record"));
            let fields = &record.fields;
            body.push(super::local_class::shared_equality(
                &class_name,
                fields,
                same,
            ));
        }
        for method in &record.methods {
            if self.is_scoped(FunId(method.fun)) {
                body.extend(self.method_stub(FunId(method.fun)));
                continue;
            }
            let (def, _) = self.function(FunId(method.fun));
            let span = self.fun(FunId(method.fun)).map(|fun| fun.span);
            let span = span.unwrap_or(record.span);
            body.extend(self.comments_about(span));
            body.push(StmtKind::Function(Box::new(def)).at(span));
        }
        self.declared.insert(decl.id);
        let class = ClassDef {
            name: class_name,
            decorators: vec![self.dataclass(record.is_key)],
            type_params: self.class_params(decl.id),
            bases: Vec::new(),
            doc: record.doc.as_ref().map(ToString::to_string),
            body,
        };
        let renamed = renamed(&class.name, &decl.name);
        let class = StmtKind::Class(Box::new(class)).at(record.span);
        [Some(class), renamed].into_iter().flatten().collect()
    }

    pub(super) fn sum_classes(&mut self, decl: &DeclRef, sum: &'a SumDecl) -> Vec<Stmt> {
        let mut out = Vec::new();
        let mut joined: Option<Expr> = None;
        for (index, variant) in sum.variants.iter().enumerate() {
            let body = self.fields(&variant.fields);
            let key = (decl.id, u32::try_from(index).unwrap_or(u32::MAX));
            let name = self.variant_names.get(&key).cloned().unwrap_or_default();
            let params = self.variant_params(decl.id, variant);
            let applied = super::local_class::applied(Expr::Name(name.clone()), &params);
            let base = self.facts.writes_json.then(|| self.helper("Variant"));
            let class = ClassDef {
                name: name.clone(),
                decorators: vec![self.dataclass(sum.is_key)],
                type_params: params,
                bases: base.into_iter().collect(),
                doc: variant.doc.as_ref().map(ToString::to_string),
                body,
            };
            out.extend(self.comments_about(variant.span));
            out.push(StmtKind::Class(Box::new(class)).at(variant.span));
            out.extend(renamed(&name, &variant.name));
            joined = Some(match joined {
                Some(left) => left.either(applied),
                None => applied,
            });
        }
        self.declared.insert(decl.id);
        let name = self.decl_names.get(&decl.id).cloned().unwrap_or_default();
        if let Some(union) = joined {
            let params = self.class_params(decl.id);
            out.push(StmtKind::TypeAlias(name, params, union).at(sum.span));
            if let Some(doc) = &sum.doc {
                out.push(StmtKind::Expr(Expr::str(doc.trim().to_string())).bare());
            }
        }
        out
    }

    fn fields(&mut self, fields: &[FieldInfo]) -> Vec<Stmt> {
        let mut body = Vec::new();
        for field in fields {
            let annotation = self.annotation(&field.ty);
            let name = Expr::Name(name::field_name(&field.name));
            body.extend(self.comments_about(field.span));
            body.push(StmtKind::AnnAssign(name, annotation, None).at(field.span));
            if let Some(doc) = &field.doc {
                body.push(StmtKind::Expr(Expr::str(doc.trim().to_string())).bare());
            }
        }
        body
    }

    fn dataclass(&mut self, frozen: bool) -> Expr {
        let local = if self.all_names.contains("dataclass") {
            "_dataclass"
        } else {
            "dataclass"
        };
        let imported = if local == "dataclass" {
            "dataclass".to_string()
        } else {
            format!("dataclass as {local}")
        };
        let kind = ImportKind::From("dataclasses".to_string(), imported);
        if !self.imports.iter().any(|import| import.kind == kind) {
            self.imports.push(Import {
                group: ImportGroup::Standard,
                kind,
                span: None,
            });
        }
        let flag = |name: &str| Arg {
            name: Some(name.to_string()),
            value: Expr::Bool(true),
        };
        let mut args = Vec::new();
        if self.options.since.is_some() {
            // Later texts may use values as keys that are there already.
            args.push(flag("unsafe_hash"));
        } else if frozen {
            args.push(flag("frozen"));
        }
        args.push(flag("slots"));
        Expr::Call(Box::new(Expr::name(local)), args)
    }

    /// The class of an anonymous record's shape, made when first asked for.
    pub(super) fn anonymous_class(&mut self, fields: &Rc<[(Rc<str>, Type)]>) -> Expr {
        let is_key = self.is_key_shape(fields);
        let (shape, params) = self.shape_of(fields);
        let fields = &shape;
        if let Some((_, name)) = self.anonymous.iter().find(|(shape, _)| shape == fields) {
            return Expr::name(name.clone());
        }
        if let Some(foreign) = self.foreign_shape(fields) {
            return foreign;
        }
        let mut name = String::new();
        for (field, _) in fields.iter() {
            let mut chars = field.chars();
            if let Some(first) = chars.next() {
                name.extend(first.to_uppercase());
                name.push_str(chars.as_str());
            }
        }
        if name.is_empty() || name.len() > 24 {
            name = "Row".to_string();
        }
        let base = name::python_name(&name);
        let name = name::distinct(&base, |name| self.all_names.contains(name));
        self.module_names.insert(name.clone());
        self.all_names.insert(name.clone());
        self.anonymous.push((Rc::clone(fields), name.clone()));
        // The class stands before those that its fields may name.
        let names_classes = |ty: &Type| {
            ty.any_part(&|part| {
                matches!(part, Type::Named(_) | Type::Variant(..) | Type::Group(..))
            })
        };
        if fields.iter().any(|(_, ty)| names_classes(ty)) {
            self.future_annotations = true;
        }
        let mut body = Vec::new();
        for (field, ty) in fields.iter() {
            let annotation = self.annotation(ty);
            let target = Expr::Name(name::field_name(field));
            body.push(StmtKind::AnnAssign(target, annotation, None).bare());
        }
        let base = self.helper("Anonymous");
        let class = ClassDef {
            name: name.clone(),
            decorators: vec![self.dataclass(is_key)],
            type_params: self.type_params(&params),
            bases: vec![base],
            doc: None,
            body,
        };
        self.extra.push(StmtKind::Class(Box::new(class)).bare());
        Expr::Name(name)
    }

    /// `Class(field=value, …)` in the order written.
    pub(super) fn construct(&mut self, class: Expr, fields: &'a [(Rc<str>, TypedExpr)]) -> Expr {
        let operands: Vec<&TypedExpr> = fields.iter().map(|(_, value)| value).collect();
        let values = self.operands(&operands);
        let values = self.located(values, &operands);
        let names = fields.iter().map(|(field, _)| name::field_name(field));
        class.call_named(names.zip(values))
    }

    /// `Record(a, b)` by position, which is the faster call, where the code runs often and the order
    /// written is the declared one; by name elsewhere.
    pub(super) fn construct_record(
        &mut self,
        decl: &DeclRef,
        class: Expr,
        fields: &'a [(Rc<str>, TypedExpr)],
    ) -> Expr {
        let in_order = self.module.decls.record(decl.id).is_some_and(|info| {
            let names = info.fields.iter().map(|field| &field.name);
            info.fields.len() == fields.len() && names.eq(fields.iter().map(|(name, _)| name))
        });
        if !in_order || fields.len() > MOST_BY_POSITION || !self.runs_often() {
            return self.construct(class, fields);
        }
        let operands: Vec<&TypedExpr> = fields.iter().map(|(_, value)| value).collect();
        let values = self.operands(&operands);
        let values = self.located(values, &operands);
        class.call(values)
    }

    /// `Variant(a, b)`, by position where the order written is the declared one.
    pub(super) fn construct_variant(
        &mut self,
        sum: &DeclRef,
        variant: u32,
        fields: &'a [(Rc<str>, TypedExpr)],
    ) -> Expr {
        let class = self.variant_class(sum, variant);
        let in_order = self
            .module
            .decls
            .sum(sum.id)
            .and_then(|decl| decl.variants.get(variant as usize))
            .is_some_and(|info| {
                info.fields.len() == fields.len()
                    && info
                        .fields
                        .iter()
                        .zip(fields)
                        .all(|(a, (b, _))| a.name == *b)
            });
        if !in_order {
            return self.construct(class, fields);
        }
        let operands: Vec<&TypedExpr> = fields.iter().map(|(_, value)| value).collect();
        let values = self.operands(&operands);
        let values = self.located(values, &operands);
        class.call(values)
    }
}

/// `C_.__name__ = "C"`: what a class is called in print where Python needs another name.
fn renamed(class: &str, name: &str) -> Option<Stmt> {
    let target = Expr::name(class).attr("__name__");
    (class != name).then(|| StmtKind::Assign(target, Expr::str(name)).bare())
}
