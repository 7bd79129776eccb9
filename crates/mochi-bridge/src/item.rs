//! What the names of a module stand for.
//!
//! Spec: bridge.md §5, §6; language.md §18.1, §18.4.

use std::rc::Rc;

use mochi_surface::{Item, PyType, SkipReason, Tier, Value};
use mochi_types::{Check, ExternItem, ModuleId, Type};

use crate::Bridge;
use crate::function::Binding;
use crate::name::{class_id, display_path, is_offered, module_id, module_name};
use crate::site::{Site, out};

impl Bridge {
    /// A name of a module, or none if it has no such value.
    pub(crate) fn map_item(&self, module: &ModuleId, name: &str) -> Option<ExternItem> {
        if !is_offered(name) {
            return None;
        }
        let symbol = display_path(&module.0, name);
        let Some(item) = self.source.item(&module_name(module), name) else {
            return self.dynamic_item(module, symbol);
        };
        if self.is_slip(module, name, &item) {
            return None;
        }
        Some(match &*item {
            Item::Function(function) => ExternItem::Fun(Rc::new(self.map_function(
                function,
                symbol,
                Binding::Free,
            )?)),
            Item::Class(class) => ExternItem::Class(class_id(class)),
            Item::Value(value) => self.map_value(value, symbol),
            Item::Module(name) => ExternItem::Module(module_id(name)),
            Item::Alias(PyType::Class(class, args)) if args.is_empty() => {
                ExternItem::Class(class_id(class))
            }
            Item::Alias(ty) => {
                ExternItem::Alias(Site::new(self, symbol, None).part("alias").exact(ty))
            }
            Item::TypingOnly => return None,
        })
    }

    fn map_value(&self, value: &Value, symbol: Rc<str>) -> ExternItem {
        // `randint = _inst.randint`: a function under another name, its results to be checked.
        if let PyType::Callable(params, ret) = &value.ty
            && let Some(fun) = self.map_callable(params, ret, symbol.clone(), value.place.clone())
        {
            return ExternItem::Fun(Rc::new(fun));
        }
        let mut site = Site::new(self, symbol, value.place.clone());
        let get = site.constant(value);
        let set = if value.is_final {
            None
        } else {
            site.input(&value.ty).ok()
        };
        ExternItem::Value { get, set }
    }

    /// A name that only a module's `__getattr__` may serve, one slip of the finger away from a
    /// declared one, is that slip.
    fn is_slip(&self, module: &ModuleId, name: &str, item: &Item) -> bool {
        let served = PyType::Unknown(SkipReason::DynamicAttribute);
        if !matches!(item, Item::Value(value) if value.ty == served) {
            return false;
        }
        let declared = self.source.module(&module_name(module));
        let declared = declared.filter(|header| !header.public.iter().any(|one| **one == *name));
        declared.is_some_and(|header| {
            let names = header.public.iter().map(|name| &**name);
            mochi_base::suggest::nearest(name, names).is_some()
        })
    }

    /// A stub with a module-level `__getattr__` says that it is incomplete: every name may exist.
    fn dynamic_item(&self, module: &ModuleId, symbol: Rc<str>) -> Option<ExternItem> {
        let header = self.source.module(&module_name(module))?;
        if !header.dynamic || !matches!(header.tier, Tier::Stubs | Tier::Typeshed) {
            return None;
        }
        Site::new(self, symbol, None).skip(SkipReason::DynamicAttribute);
        Some(ExternItem::Value {
            get: out(Type::Any, Check::Nothing),
            set: None,
        })
    }
}
