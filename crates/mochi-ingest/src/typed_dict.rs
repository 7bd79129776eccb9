//! Typed dicts and the classes that a call makes: their fields.
//!
//! Spec: typing-spec "typed dictionaries", "named tuples" (functional forms).

use std::rc::Rc;

use mochi_surface::{ClassName, Parameter, ParameterKind, PyType};
use ruff_python_ast::{Expr, ExprCall};

use crate::index::{ClassNode, ClassOrigin, Def, MadeKind, ModuleIndex};
use crate::record::{Record, RecordField, RecordKind, is_true};
use crate::scope::{Ctx, Symbol};
use crate::special::Special;
use crate::subst::{bind, substitute};
use crate::universe::Universe;

impl Universe {
    /// The keys of a typed dict, inherited ones first.
    pub(crate) fn typed_dict(&self, mro: &[PyType]) -> Record {
        let mut fields: Vec<RecordField> = Vec::new();
        for entry in mro.iter().rev() {
            let PyType::Class(name, arguments) = entry else {
                continue;
            };
            // What every object and every mapping has is no key.
            if name.module.as_str() == "typing" || name.is("builtins", "object") {
                continue;
            }
            let Some((module, base)) = self.class_node(name) else {
                continue;
            };
            let own = match &base.origin {
                ClassOrigin::Call(..) => self.record(&base).map(|r| r.fields.clone()),
                ClassOrigin::Statement(statement) => {
                    let total = statement
                        .arguments
                        .as_ref()
                        .and_then(|arguments| is_true(arguments, "total"))
                        .unwrap_or(true);
                    let ctx = self.class_ctx(&module, &base);
                    Some(self.typed_dict_fields(&ctx, &base, total))
                }
            };
            let vars = self.header(&base).map(|h| h.type_vars.clone());
            let bindings = bind(&vars.unwrap_or_default(), arguments);
            for mut field in own.unwrap_or_default() {
                field.ty = substitute(&field.ty, &bindings);
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => *known = field,
                    None => fields.push(field),
                }
            }
        }
        Record {
            kind: RecordKind::TypedDict,
            fields,
            frozen: false,
            makes_init: true,
        }
    }

    fn typed_dict_fields(&self, ctx: &Ctx, node: &ClassNode, total: bool) -> Vec<RecordField> {
        let mut fields = Vec::new();
        for name in &node.scope.order {
            if let Some(site) = self.choose(&node.scope, name)
                && let Def::Annotated(assign) = &site.def
            {
                fields.push(self.typed_dict_field(ctx, name, &assign.annotation, total));
            }
        }
        fields
    }

    fn typed_dict_field(
        &self,
        ctx: &Ctx,
        name: &str,
        annotation: &Expr,
        total: bool,
    ) -> RecordField {
        RecordField {
            name: Rc::from(name),
            alias: None,
            ty: self.eval_type(ctx, annotation),
            has_default: !self.is_required(ctx, annotation).unwrap_or(total),
            keyword_only: true,
            in_init: true,
            on_class: false,
        }
    }

    /// `Required[…]` and `NotRequired[…]`, looked for through the other qualifiers.
    fn is_required(&self, ctx: &Ctx, annotation: &Expr) -> Option<bool> {
        match annotation {
            Expr::Subscript(subscript) => match &*self.resolve_expr(ctx, &subscript.value) {
                Symbol::Special(Special::Required) => Some(true),
                Symbol::Special(Special::NotRequired) => Some(false),
                Symbol::Special(Special::ReadOnly | Special::Annotated) => {
                    let inner = crate::annotation::elements(&subscript.slice).first()?;
                    self.is_required(ctx, inner)
                }
                _ => None,
            },
            Expr::StringLiteral(text) => {
                let parsed = ruff_python_parser::parse_expression(text.value.to_str()).ok()?;
                self.is_required(ctx, parsed.expr())
            }
            _ => None,
        }
    }

    /// The record that a call such as `namedtuple("P", "x y")` makes.
    pub(crate) fn made_record(
        &self,
        module: &Rc<ModuleIndex>,
        kind: MadeKind,
        call: &ExprCall,
    ) -> Option<Record> {
        let ctx = Ctx::module(module, "");
        let argument = call.arguments.args.get(1);
        let (kind, fields) = match kind {
            MadeKind::Enum => return None,
            MadeKind::TypedDict => {
                let total = is_true(&call.arguments, "total").unwrap_or(true);
                let mut fields = Vec::new();
                if let Some(Expr::Dict(dict)) = argument {
                    for item in dict {
                        if let Some(Expr::StringLiteral(key)) = &item.key {
                            let key = key.value.to_str();
                            fields.push(self.typed_dict_field(&ctx, key, &item.value, total));
                        }
                    }
                }
                (RecordKind::TypedDict, fields)
            }
            MadeKind::NamedTuple | MadeKind::UntypedTuple => {
                let names = argument
                    .or_else(|| {
                        let keyword = call.arguments.find_keyword("field_names");
                        keyword.map(|keyword| &keyword.value)
                    })
                    .map(tuple_fields)
                    .unwrap_or_default();
                let defaults = call
                    .arguments
                    .find_keyword("defaults")
                    .map_or(0, |keyword| match &keyword.value {
                        Expr::Tuple(tuple) => tuple.len(),
                        Expr::List(list) => list.len(),
                        // `(None,) * n`: how many is not known, so none is required.
                        _ => names.len(),
                    });
                let required = names.len().saturating_sub(defaults);
                let fields = names
                    .into_iter()
                    .enumerate()
                    .map(|(at, (name, ty))| RecordField {
                        name,
                        alias: None,
                        ty: ty.map_or(PyType::Any, |ty| self.eval_type(&ctx, ty)),
                        has_default: at >= required,
                        keyword_only: false,
                        in_init: true,
                        on_class: false,
                    })
                    .collect();
                (RecordKind::NamedTuple, fields)
            }
        };
        Some(Record {
            kind,
            fields,
            frozen: kind == RecordKind::NamedTuple,
            makes_init: true,
        })
    }

    /// The fields of a typed dict, for `**kwargs: Unpack[TD]`.
    pub(crate) fn typed_dict_params(&self, name: &ClassName) -> Option<Vec<Parameter>> {
        let (_, node) = self.class_node(name)?;
        let record = self.record(&node)?;
        if record.kind != RecordKind::TypedDict {
            return None;
        }
        let params = record.fields.iter().map(|field| Parameter {
            name: field.name.clone(),
            kind: ParameterKind::KeywordOnly,
            ty: field.ty.clone(),
            has_default: field.has_default,
        });
        Some(params.collect())
    }
}

/// The fields in `"x y"`, `["x", "y"]` or `[("x", int)]`.
fn tuple_fields(expr: &Expr) -> Vec<(Rc<str>, Option<&Expr>)> {
    let elements = match expr {
        Expr::StringLiteral(text) => {
            return text
                .value
                .to_str()
                .split([',', ' ', '\n', '\t'])
                .filter(|name| !name.is_empty())
                .map(|name| (Rc::from(name), None))
                .collect();
        }
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        _ => return Vec::new(),
    };
    elements
        .iter()
        .filter_map(|element| match element {
            Expr::StringLiteral(text) => Some((Rc::from(text.value.to_str()), None)),
            Expr::Tuple(pair) => match pair.elts.as_slice() {
                [Expr::StringLiteral(text), ty] => Some((Rc::from(text.value.to_str()), Some(ty))),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
