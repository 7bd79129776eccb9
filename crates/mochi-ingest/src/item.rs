//! Items of modules: what a public name is, as the surface shows it.

use std::rc::Rc;

use mochi_surface::{Item, ModuleName, PyType, SkipReason, Value};
use ruff_python_ast::Expr;

use crate::class::is_private;
use crate::function::Defined;
use crate::index::{Def, ModuleIndex};
use crate::lookup::{Found, Local};
use crate::scope::{Symbol, local_ctx};
use crate::special::Special;
use crate::universe::Universe;

impl Universe {
    /// What a name of a module stands for.
    pub(crate) fn describe_item(&self, module: &Rc<ModuleIndex>, name: &str) -> Option<Item> {
        // `from _csv import Writer` in a stub is for the stub itself.
        let is_hidden = module.is_stub()
            && module.scope.sites.contains_key(name)
            && !self.exports(module, name)
            && !module.source.children.iter().any(|child| **child == *name);
        if is_hidden {
            return implicit(name);
        }
        let Some(found) = self.find(module, name) else {
            return implicit(name);
        };
        if let Found::Missing(reason) = &found {
            return Some(unknown(*reason));
        }
        Some(match &*self.symbol(&found) {
            Symbol::Module(name) => Item::Module(name.clone()),
            Symbol::Class(class) => {
                self.remember_path(&module.name, name, class);
                Item::Class(class.clone())
            }
            Symbol::Special(_) | Symbol::Var(_) | Symbol::Bound(_) => Item::TypingOnly,
            Symbol::Alias(alias) => Item::Alias(self.expand(alias, &[])),
            Symbol::Value(local) => self.describe_value(local),
            Symbol::Missing(reason) => unknown(*reason),
        })
    }

    fn describe_value(&self, local: &Local) -> Item {
        let Some(site) = self.choose(local.scope(), &local.name) else {
            return unknown(SkipReason::UnresolvedReference);
        };
        let place = Some(local.module.place(site.at));
        let ctx = match &local.class {
            Some(class) => self.class_ctx(&local.module, class),
            None => local_ctx(local),
        };
        let is_upper = local.name.chars().any(char::is_alphabetic)
            && !local.name.chars().any(char::is_lowercase);
        match &site.def {
            Def::Function(_) => match self.define(&ctx, local.scope(), &local.name, site) {
                Defined::Function(function, _) => Item::Function(function),
                Defined::Property { get: ty, .. } | Defined::Value(ty) => Item::Value(Value {
                    ty,
                    is_final: false,
                    place,
                }),
            },
            Def::Assigned(assign) => {
                // `get = _impl.get`: a second name of a function.
                if let Expr::Name(_) | Expr::Attribute(_) = &*assign.value {
                    match &*self.resolve_expr(&ctx, &assign.value) {
                        Symbol::Value(other) if other.path() != local.path() => {
                            if let Some(item) = self.describe_other(other) {
                                return item;
                            }
                        }
                        _ => {}
                    }
                    if let Some(function) = self.attribute_function(&ctx, &assign.value) {
                        return Item::Function(function);
                    }
                }
                Item::Value(Value {
                    ty: self
                        .local_value(local)
                        .unwrap_or(PyType::Unknown(SkipReason::NoAnnotation)),
                    is_final: is_upper,
                    place,
                })
            }
            Def::Annotated(assign) => {
                let is_final = is_upper || self.is_final(&ctx, &assign.annotation);
                Item::Value(Value {
                    ty: self
                        .local_value(local)
                        .unwrap_or(PyType::Unknown(SkipReason::RecursiveAlias)),
                    is_final,
                    place,
                })
            }
            _ => Item::Value(Value {
                ty: PyType::Unknown(SkipReason::NoAnnotation),
                is_final: false,
                place,
            }),
        }
    }

    /// The item behind a second name, guarded against cycles.
    fn describe_other(&self, local: &Local) -> Option<Item> {
        let marker = format!("item {}", local.path());
        if !self.busy_values.borrow_mut().insert(marker.clone()) {
            return None;
        }
        let item = match &local.class {
            // A method bound to a module name needs its receiver: left to the value's type.
            Some(_) => None,
            None => Some(self.describe_value(local)),
        };
        self.busy_values.borrow_mut().remove(&marker);
        item
    }

    fn is_final(&self, ctx: &crate::scope::Ctx, annotation: &Expr) -> bool {
        let base = match annotation {
            Expr::Subscript(subscript) => &subscript.value,
            other => other,
        };
        matches!(base, Expr::Name(_) | Expr::Attribute(_))
            && matches!(
                *self.resolve_expr(ctx, base),
                Symbol::Special(Special::Final)
            )
    }

    /// Keeps the shortest public path by which a class was asked for.
    fn remember_path(&self, module: &ModuleName, name: &str, class: &mochi_surface::ClassName) {
        if is_private(module.as_str()) || name.starts_with('_') {
            return;
        }
        let depth = |name: &ModuleName| name.as_str().split('.').count();
        let defined_publicly = !is_private(class.module.as_str());
        // A path through another distribution is not the class's own.
        if module.top_level() != class.module.top_level() {
            return;
        }
        if defined_publicly && depth(module) >= depth(&class.module) {
            return;
        }
        if self
            .load(module)
            .is_some_and(|index| !index.binds_at_run_time(name))
        {
            return;
        }
        let mut paths = self.public_paths.borrow_mut();
        let is_better = paths
            .get(class)
            .is_none_or(|(known, _)| (depth(module), module) < (depth(known), known));
        if is_better {
            paths.insert(class.clone(), (module.clone(), Rc::from(name)));
        }
    }
}

/// The names that every module has.
fn implicit(name: &str) -> Option<Item> {
    let text = PyType::builtin("str");
    let ty = match name {
        "__name__" | "__file__" => text,
        "__doc__" | "__package__" => PyType::union([text, PyType::None]),
        _ => return None,
    };
    Some(Item::Value(Value {
        ty,
        is_final: false,
        place: None,
    }))
}

fn unknown(reason: SkipReason) -> Item {
    Item::Value(Value {
        ty: PyType::Unknown(reason),
        is_final: false,
        place: None,
    })
}
