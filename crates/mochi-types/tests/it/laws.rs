//! Laws of the relations, over types drawn by a small generator of our own.

use mochi_types::{Literal, Type};

use crate::world::{handle, point, world};

/// A linear congruential generator: the same types in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn ty(&mut self, depth: u32) -> Type {
        let kinds = if depth == 0 { 16 } else { 25 };
        let text = |value: &str| Type::Literal(Literal::Str(value.into()));
        match self.below(kinds) {
            0 => Type::Int,
            1 => Type::Int64,
            2 => Type::BigInt,
            3 => Type::BigRat,
            4 => Type::Float,
            5 => Type::Bool,
            6 => Type::Str,
            7 => Type::Bytes,
            8 => text("a"),
            9 => text("b"),
            10 => Type::Literal(Literal::Int(1)),
            11 => handle("m.IntBox", &[]),
            12 => handle("m.Color", &[]),
            13 => handle("SupportsIndex", &[]),
            14 => point(),
            15 => Type::Unit,
            16 => Type::list(self.ty(depth - 1)),
            17 => Type::set(self.ty(depth - 1)),
            18 => Type::map(Type::Str, self.ty(depth - 1)),
            19 => Type::option(self.ty(depth - 1)),
            20 => Type::Tuple([self.ty(depth - 1), self.ty(depth - 1)].into()),
            21 => Type::fun(vec![self.ty(depth - 1)], self.ty(depth - 1)),
            22 => Type::union([self.ty(depth - 1), self.ty(depth - 1)]),
            23 => handle("Iterable", &[self.ty(depth - 1)]),
            _ => Type::iterator(self.ty(depth - 1)),
        }
    }

    fn types(&mut self, count: usize, depth: u32) -> Vec<Type> {
        (0..count).map(|_| self.ty(depth)).collect()
    }
}

#[test]
fn reflexive_with_top_and_bottom() {
    let world = world();
    let cx = world.cx();
    for ty in Draw(1).types(2000, 3) {
        assert!(cx.is_subtype(&ty, &ty), "{}", cx.show(&ty));
        assert!(cx.is_passable(&ty, &ty), "{}", cx.show(&ty));
        assert!(cx.is_subtype(&ty, &Type::Any));
        assert!(cx.is_subtype(&Type::Never, &ty));
        assert!(cx.is_assignable(&ty, &Type::option(ty.clone())));
        if ty != Type::Any {
            assert!(
                !cx.is_assignable(&Type::Any, &ty),
                "any into {}",
                cx.show(&ty)
            );
            assert!(
                !cx.is_passable(&Type::Any, &ty),
                "any into {}",
                cx.show(&ty)
            );
            assert!(!cx.is_subtype(&ty, &Type::Never));
        }
    }
}

#[test]
fn transitive() {
    let world = world();
    let cx = world.cx();
    let types = Draw(2).types(110, 2);
    let mut chains = 0;
    for a in &types {
        for b in types.iter().filter(|b| cx.is_subtype(a, b)) {
            for c in types.iter().filter(|c| cx.is_subtype(b, c)) {
                chains += usize::from(a != b && b != c);
                let (x, y, z) = (cx.show(a), cx.show(b), cx.show(c));
                assert!(cx.is_subtype(a, c), "{x} <: {y} <: {z}");
            }
        }
    }
    assert!(chains > 50, "too few chains to mean anything: {chains}");
}

#[test]
fn assignability_widens_subtyping_and_python_widens_assignability() {
    let world = world();
    let cx = world.cx();
    let types = Draw(3).types(150, 2);
    for a in &types {
        for b in &types {
            if cx.is_subtype(a, b) {
                assert!(cx.is_assignable(a, b), "{} into {}", cx.show(a), cx.show(b));
            }
            if cx.is_assignable(a, b) {
                assert!(
                    cx.is_assignable_fresh(a, b),
                    "{} into {}",
                    cx.show(a),
                    cx.show(b)
                );
            }
        }
    }
}

#[test]
fn a_union_is_the_least_upper_bound_of_its_members() {
    let world = world();
    let cx = world.cx();
    let types = Draw(4).types(60, 1);
    for a in &types {
        for b in &types {
            let union = Type::union([a.clone(), b.clone()]);
            assert!(cx.is_assignable(a, &union) && cx.is_assignable(b, &union));
            for c in &types {
                let both = cx.is_assignable(a, c) && cx.is_assignable(b, c);
                let one = cx.is_assignable(&union, c);
                assert_eq!(
                    both,
                    one,
                    "{} | {} into {}",
                    cx.show(a),
                    cx.show(b),
                    cx.show(c)
                );
            }
        }
    }
}

#[test]
fn unification_is_symmetric_and_above_both() {
    let world = world();
    let cx = world.cx();
    let types = Draw(5).types(200, 2);
    for a in &types {
        for b in &types {
            let (ab, ba) = (cx.unify(a, b), cx.unify(b, a));
            assert_eq!(
                ab.is_some(),
                ba.is_some(),
                "{} and {}",
                cx.show(a),
                cx.show(b)
            );
        }
    }
}
