//! What an expected type asks of the parts of a literal or lambda that is written for it.
//!
//! A list literal written for `Sequence[float] | None` has elements written for `float`. Expected
//! types handed to [`crate::DeferredArg`] may contain [`Type::Infer`] where a type variable is
//! not solved yet; such a part expects nothing, and answers here contain it likewise.
//!
//! The relation itself is asked: a list of a fresh variable is given for the expected type, and
//! what is then asked of the variable is the answer. So every ABC and protocol is understood.

use std::rc::Rc;

use crate::relation::{Mode, Relation};
use crate::{Context, Effects, FunType, Type, TypeParam};

impl Context<'_> {
    /// The elements of a list or set literal (say which by `make`, [`Type::list`] or
    /// [`Type::set`]) written for `expected`; none if that takes no such container.
    pub fn expected_elements(&self, expected: &Type, make: fn(Type) -> Type) -> Option<Type> {
        self.ask(expected, 1, |variables| make(variables[0].clone()))?
            .pop()
    }

    /// The elements of a list literal written for `expected`.
    pub fn expected_element(&self, expected: &Type) -> Option<Type> {
        self.expected_elements(expected, Type::list)
    }

    /// The keys and values of a map literal written for `expected`.
    pub fn expected_entry(&self, expected: &Type) -> Option<(Type, Type)> {
        let mut types = self.ask(expected, 2, |variables| match variables {
            [key, value, ..] => Type::map(key.clone(), value.clone()),
            _ => Type::Never,
        })?;
        let value = types.pop()?;
        Some((types.pop()?, value))
    }

    /// The parts of a tuple of `len` parts written for `expected`.
    pub fn expected_parts(&self, expected: &Type, len: usize) -> Option<Vec<Type>> {
        self.ask(expected, len, |variables| Type::Tuple(variables.into()))
    }

    /// The function type of a lambda with `arity` parameters written for `expected`: `Callable`,
    /// callback protocols, unions with one. Nothing is asked of a lambda written for `any`.
    pub fn expected_function(&self, expected: &Type, arity: usize) -> Option<Rc<FunType>> {
        match expected {
            Type::Any => return None,
            Type::Fun(fun) => return (fun.params.len() == arity).then(|| fun.clone()),
            Type::Option(inner) => return self.expected_function(inner, arity),
            Type::Union(members) => {
                return members
                    .iter()
                    .find_map(|member| self.expected_function(member, arity));
            }
            Type::AnyFun(result) => {
                return Some(Rc::new(FunType {
                    params: vec![Type::Any; arity],
                    result: (**result).clone(),
                    effects: Effects::NONE,
                    is_async: false,
                }));
            }
            _ => {}
        }
        let function = |is_async: bool| {
            self.ask(expected, arity + 1, |variables| {
                let (result, params) = match variables.split_last() {
                    Some((result, params)) => (result.clone(), params.to_vec()),
                    None => (Type::Any, Vec::new()),
                };
                Type::Fun(Rc::new(FunType {
                    params,
                    result,
                    effects: Effects::NONE,
                    is_async,
                }))
            })
        };
        let (mut types, is_async) = match function(false) {
            Some(types) => (types, false),
            None => (function(true)?, true),
        };
        let result = types.pop()?;
        Some(Rc::new(FunType {
            params: types,
            result,
            effects: Effects::NONE,
            is_async,
        }))
    }

    /// Gives a type made of `count` fresh variables for `expected`; what is asked of each, `any`
    /// where nothing is. None if it does not fit.
    fn ask(
        &self,
        expected: &Type,
        count: usize,
        make: impl FnOnce(&[Type]) -> Type,
    ) -> Option<Vec<Type>> {
        match expected {
            Type::Any => return Some(vec![Type::Any; count]),
            Type::Error | Type::Infer(_) => return None,
            _ => {}
        }
        let closed = rename(expected);
        let mut relation = Relation::new(*self, Mode::Python);
        let fresh: Vec<Rc<TypeParam>> = (0..count).map(|_| placeholder("")).collect();
        let numbers = relation.add_variables(&fresh);
        let variables: Vec<Type> = numbers.map(Type::Infer).collect();
        let given = make(&variables);
        if !relation.fits(&given, &closed) {
            return None;
        }
        Some(
            variables
                .iter()
                .map(|variable| named_again(&relation.resolved(variable)))
                .collect(),
        )
    }
}

/// Marks the placeholder for a variable of another question.
const MARK: char = '?';

fn placeholder(id: &str) -> Rc<TypeParam> {
    Rc::new(TypeParam {
        id: Rc::from(id),
        name: Rc::from("_"),
        bound: None,
        constraints: Vec::new(),
        default: None,
    })
}

/// The variables of the surrounding call as rigid placeholders, so that numbers do not clash.
fn rename(ty: &Type) -> Type {
    let new = ty.rewrite(&mut |part| match part {
        Type::Infer(number) => Some(Type::Param(placeholder(&format!("{MARK}{number}")))),
        _ => None,
    });
    new.unwrap_or_else(|| ty.clone())
}

fn named_again(ty: &Type) -> Type {
    let new = ty.rewrite(&mut |part| match part {
        Type::Param(param) => {
            let number = param.id.strip_prefix(MARK)?.parse().ok()?;
            Some(Type::Infer(number))
        }
        _ => None,
    });
    new.unwrap_or_else(|| ty.clone())
}
