//! Where a type is being mapped: the item and part that its skips name, what `Self` is called
//! there, and which callback protocols are being unfolded.

use std::rc::Rc;

use mochi_surface::{Class, ClassName, Place, Skip, SkipReason, TypeVar, TypeVarKind};
use mochi_types::{Check, ClassId, Out, Type, TypeParam};

use crate::Bridge;

/// The surroundings of the type that is being mapped.
pub(crate) struct Site<'a> {
    pub(crate) bridge: &'a Bridge,
    /// `httpx.Client.get`.
    pub(crate) item: Rc<str>,
    /// `parameter auth`, `return`; empty for the whole.
    pub(crate) part: Rc<str>,
    /// Where the item is declared.
    pub(crate) place: Option<Place>,
    /// The type variable that annotates the receiver: it means `Self`.
    pub(crate) self_var: Option<Rc<str>>,
    /// Callback protocols being unfolded: one that mentions itself stays a handle.
    pub(crate) unfolding: Vec<ClassName>,
}

impl<'a> Site<'a> {
    /// A site for a whole item.
    pub(crate) fn new(bridge: &'a Bridge, item: Rc<str>, place: Option<Place>) -> Self {
        Self {
            bridge,
            item,
            part: Rc::from(""),
            place,
            self_var: None,
            unfolding: Vec::new(),
        }
    }

    /// Names the part that is mapped next.
    pub(crate) fn part(&mut self, part: &str) -> &mut Self {
        self.part = Rc::from(part);
        self
    }

    /// Records that the current part is degraded.
    pub(crate) fn skip(&self, reason: SkipReason) {
        self.bridge.skips.push(Skip {
            item: self.item.clone(),
            part: self.part.clone(),
            reason,
            place: self.place.clone(),
        });
    }

    /// Records the reason; the value is opaque.
    pub(crate) fn opaque(&self, reason: SkipReason) -> Out {
        self.skip(reason);
        Out {
            ty: Type::PyObject,
            check: Rc::new(Check::Nothing),
        }
    }

    /// The header of a class.
    pub(crate) fn class(&self, name: &ClassName) -> Option<Rc<Class>> {
        self.bridge.source.class(name)
    }

    /// The type of an ordinary type variable.
    pub(crate) fn variable(&mut self, var: &TypeVar) -> Result<Type, SkipReason> {
        if self.self_var.as_ref() == Some(&var.id) {
            return Ok(Type::SelfType);
        }
        match var.kind {
            TypeVarKind::Plain => Ok(Type::Param(self.type_param(var))),
            TypeVarKind::ParamSpec => Err(SkipReason::ParamSpec),
            TypeVarKind::Tuple => Err(SkipReason::TypeVarTuple),
        }
    }

    /// The type parameter of a type variable, with its bound, constraints and default mapped.
    pub(crate) fn type_param(&mut self, var: &TypeVar) -> Rc<TypeParam> {
        // Overloads with lists of their own (PEP 695) give one name several bounds.
        if let Some((source, known)) = self.bridge.params.borrow().get(&var.id)
            && source == var
        {
            return known.clone();
        }
        // Seen by the bound if it mentions the variable itself.
        let mut param = TypeParam {
            id: var.id.clone(),
            name: var.name.clone(),
            bound: None,
            constraints: Vec::new(),
            default: None,
        };
        self.remember(var, &param);
        let part = std::mem::replace(
            &mut self.part,
            Rc::from(format!("type parameter {}", var.name)),
        );
        param.bound = var.bound.as_ref().and_then(|bound| self.input(bound).ok());
        param.constraints = var.constraints.iter().map(|ty| self.exact(ty)).collect();
        param.default = var.default.as_ref().map(|ty| self.exact(ty));
        self.part = part;
        self.remember(var, &param)
    }

    fn remember(&self, var: &TypeVar, param: &TypeParam) -> Rc<TypeParam> {
        let shared = Rc::new(param.clone());
        self.bridge
            .params
            .borrow_mut()
            .insert(param.id.clone(), (var.clone(), shared.clone()));
        shared
    }
}

/// An [`Out`] from its halves.
pub(crate) fn out(ty: Type, check: Check) -> Out {
    Out {
        ty,
        check: Rc::new(check),
    }
}

/// A handle of a class of the table.
pub(crate) fn handle(module: &str, name: &str, args: Vec<Type>) -> Type {
    Type::Handle(ClassId::new(module, name), args.into())
}
