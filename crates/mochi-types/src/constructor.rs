//! Class objects as functions.

use std::rc::Rc;

use crate::{Check, ClassId, Context, ExternFun, Out, Signature, Type};

impl Context<'_> {
    /// The function that calling the class is.
    pub fn constructor(&self, class: &ClassId) -> ExternFun {
        let display = self.externs.class(class).map_or_else(
            || Rc::from(class.to_string()),
            |class| class.display.clone(),
        );
        ExternFun {
            symbol: display,
            overloads: vec![Signature {
                type_params: Vec::new(),
                receiver: None,
                params: Vec::new(),
                ret: Out {
                    ty: Type::Handle(class.clone(), Rc::from([])),
                    check: Rc::new(Check::Nothing),
                },
                is_async: false,
            }],
            doc: None,
            deprecated: None,
        }
    }
}
