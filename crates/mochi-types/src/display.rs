//! Types and signatures as messages show them.
//!
//! Spec: language.md §4 (column "in messages"), §18.2 (extern syntax of signatures).

use std::fmt::Write;

use crate::{ClassId, Context, ExternFun, FunType, Literal, ParamKind, Signature, Type, quoted};

/// Unions longer than this are cut in messages.
const SHOWN_MEMBERS: usize = 5;

/// Unions of literals are choices: more of them are shown.
const SHOWN_LITERALS: usize = 12;

/// Candidates with more parameters are shown without those that have defaults.
const SHOWN_PARAMS: usize = 4;

/// Parts of a type deeper than this are left out of messages.
const SHOWN_DEPTH: usize = 3;

impl Context<'_> {
    /// The form that messages use: `[int]`, `{string: int}`, `option[T]`, `fun(A, B): R ! io`.
    pub fn show(&self, ty: &Type) -> String {
        let mut text = String::new();
        self.write_type(&mut text, 0, ty);
        text
    }

    /// A signature among the candidates of a call: of many parameters only those that must be
    /// given, `…` for the others.
    pub(crate) fn show_candidate(&self, name: &str, signature: &Signature) -> String {
        if signature.params.len() <= SHOWN_PARAMS {
            return self.show_signature(name, signature);
        }
        let mut text = format!("{name}(");
        self.write_params(&mut text, signature, true);
        text.push(')');
        text
    }

    /// A signature in Mochi's extern syntax: `get(url: string, *, timeout: float = _): Response`.
    pub fn show_signature(&self, name: &str, signature: &Signature) -> String {
        let mut text = String::new();
        if signature.is_async {
            text.push_str("async ");
        }
        text.push_str(name);
        if !signature.type_params.is_empty() {
            text.push('<');
            for (index, param) in signature.type_params.iter().enumerate() {
                separate(&mut text, index);
                text.push_str(&param.name);
                // Bounds that are unions of protocols would bury the parameters.
                if let Some(bound) = param.bound.as_ref().filter(|bound| is_short(bound)) {
                    text.push_str(": ");
                    self.write_type(&mut text, 0, bound);
                }
            }
            text.push('>');
        }
        text.push('(');
        self.write_params(&mut text, signature, false);
        text.push(')');
        if signature.ret.ty != Type::Unit {
            text.push_str(": ");
            self.write_type(&mut text, 0, &signature.ret.ty);
        }
        text
    }

    fn write_params(&self, text: &mut String, signature: &Signature, shortened: bool) {
        let params = &signature.params;
        let mut keyword_only = false;
        let mut left_out = false;
        for (index, param) in params.iter().enumerate() {
            let leave_out = shortened && param.has_default;
            if leave_out && left_out {
                continue;
            }
            left_out = leave_out;
            separate(text, index);
            match param.kind {
                ParamKind::VarArgs => {
                    keyword_only = true;
                    text.push('*');
                }
                ParamKind::KwArgs => text.push_str("**"),
                ParamKind::KeywordOnly if !keyword_only => {
                    keyword_only = true;
                    text.push_str("*, ");
                }
                _ => {}
            }
            if leave_out {
                text.push('…');
                continue;
            }
            text.push_str(&param.name);
            text.push_str(": ");
            self.write_type(text, 0, &param.ty);
            if param.has_default {
                text.push_str(" = _");
            }
            let next_kind = params.get(index + 1).map(|next| next.kind);
            if param.kind == ParamKind::PositionalOnly
                && next_kind != Some(ParamKind::PositionalOnly)
            {
                text.push_str(", /");
            }
        }
    }

    /// `depth` is the number of types around it.
    fn write_type(&self, text: &mut String, depth: usize, ty: &Type) {
        if depth > SHOWN_DEPTH && has_parts(ty) {
            text.push('…');
            return;
        }
        let outer = depth;
        let depth = depth + 1;
        match ty {
            Type::Error => text.push_str("unknown"),
            Type::Any => text.push_str("any"),
            Type::Never => text.push_str("never"),
            Type::Unit => text.push_str("unit"),
            Type::None => text.push_str("none"),
            Type::Int => text.push_str("int"),
            Type::Int64 => text.push_str("int64"),
            Type::BigInt => text.push_str("bigint"),
            Type::BigRat => text.push_str("bigrat"),
            Type::Float => text.push_str("float"),
            Type::Bool => text.push_str("bool"),
            Type::Str => text.push_str("string"),
            Type::Bytes => text.push_str("bytes"),
            Type::ErrorValue => text.push_str("error"),
            Type::PyObject => text.push_str("PyObject"),
            Type::SelfType => text.push_str("Self"),
            Type::Infer(_) => text.push('_'),
            Type::List(element) => {
                self.write_between(text, depth, "[", &[(**element).clone()], "]");
            }
            Type::Map(key, value) => {
                text.push('{');
                self.write_type(text, depth, key);
                text.push_str(": ");
                self.write_type(text, depth, value);
                text.push('}');
            }
            Type::OMap(key, value) => {
                text.push_str("omap<");
                self.write_type(text, depth, key);
                text.push_str(", ");
                self.write_type(text, depth, value);
                text.push('>');
            }
            Type::Set(element) => self.write_applied(text, depth, "set", element),
            Type::Iterator(element) => self.write_applied(text, depth, "iterator", element),
            Type::AsyncIterator(element) => {
                self.write_applied(text, depth, "asyncIterator", element);
            }
            Type::Future(element) => self.write_applied(text, depth, "future", element),
            Type::TypeOf(of) => self.write_applied(text, depth, "type", of),
            Type::Option(inner) => {
                self.write_between(text, outer, "option[", &[(**inner).clone()], "]");
            }
            Type::Tuple(parts) => {
                let close = if parts.len() == 1 { ",)" } else { ")" };
                self.write_between(text, depth, "(", parts, close);
            }
            Type::Group(..) => text.push_str("group"),
            Type::Channel(kind, element) => {
                self.write_applied(text, depth, kind.word(), element);
            }
            Type::Fun(fun) => self.write_fun(text, depth, fun),
            Type::AnyFun(result) => {
                text.push_str("fun(...any)");
                self.write_result(text, depth, result);
            }
            Type::Anon(fields) => {
                text.push('{');
                for (index, (name, ty)) in fields.iter().enumerate() {
                    separate(text, index);
                    text.push_str(name);
                    text.push_str(": ");
                    self.write_type(text, depth, ty);
                }
                text.push('}');
            }
            Type::Named(decl) => text.push_str(&decl.name),
            Type::Variant(decl, index) => {
                let sum = self.decls.sum(decl.id);
                let variant = sum.and_then(|sum| sum.variants.get(*index as usize));
                text.push_str(variant.map_or(&*decl.name, |variant| &*variant.name));
            }
            Type::Union(members) => self.write_union(text, outer, members),
            Type::Literal(literal) => self.write_literal(text, literal),
            Type::Handle(class, args) => {
                self.write_class(text, class);
                if !args.is_empty() {
                    self.write_between(text, depth, "<", args, ">");
                }
            }
            Type::Param(param) => text.push_str(&param.name),
            Type::Module(module) => {
                text.push_str("module ");
                text.push_str(&module.0);
            }
            Type::Extern(fun) => self.write_extern(text, fun),
        }
    }

    fn write_applied(&self, text: &mut String, depth: usize, name: &str, arg: &Type) {
        text.push_str(name);
        text.push('<');
        self.write_type(text, depth, arg);
        text.push('>');
    }

    fn write_between(
        &self,
        text: &mut String,
        depth: usize,
        open: &str,
        types: &[Type],
        close: &str,
    ) {
        text.push_str(open);
        for (index, ty) in types.iter().enumerate() {
            separate(text, index);
            self.write_type(text, depth, ty);
        }
        text.push_str(close);
    }

    fn write_result(&self, text: &mut String, depth: usize, result: &Type) {
        if *result != Type::Unit {
            text.push_str(": ");
            self.write_type(text, depth, result);
        }
    }

    fn write_fun(&self, text: &mut String, depth: usize, fun: &FunType) {
        if fun.is_async {
            text.push_str("async ");
        }
        self.write_between(text, depth, "fun(", &fun.params, ")");
        self.write_result(text, depth, &fun.result);
        if !fun.effects.is_empty() {
            text.push_str(" ! ");
            text.push_str(&fun.effects.names().join(", "));
        }
    }

    fn write_extern(&self, text: &mut String, fun: &ExternFun) {
        if let Some(signature) = fun.overloads.first() {
            text.push_str(&self.show_signature("fun", signature));
        }
        if fun.overloads.len() > 1 {
            let _ = write!(text, " (+{} overloads)", fun.overloads.len() - 1);
        }
    }

    fn write_union(&self, text: &mut String, depth: usize, members: &[Type]) {
        let literals = members
            .iter()
            .all(|member| matches!(member, Type::Literal(_)));
        let limit = if literals {
            SHOWN_LITERALS
        } else {
            SHOWN_MEMBERS
        };
        let shown = if members.len() > limit {
            limit - 1
        } else {
            members.len()
        };
        for (index, member) in members.iter().take(shown).enumerate() {
            if index > 0 {
                text.push_str(" | ");
            }
            let is_fun = matches!(member, Type::Fun(_) | Type::AnyFun(_) | Type::Extern(_));
            if is_fun {
                text.push('(');
            }
            self.write_type(text, depth, member);
            if is_fun {
                text.push(')');
            }
        }
        if shown < members.len() {
            let _ = write!(text, " | … ({} more)", members.len() - shown);
        }
    }

    fn write_class(&self, text: &mut String, class: &ClassId) {
        match self.externs.class(class) {
            Some(known) => text.push_str(&known.display),
            None => {
                let _ = write!(text, "{class}");
            }
        }
    }

    fn write_literal(&self, text: &mut String, literal: &Literal) {
        match literal {
            Literal::Int(value) => {
                let _ = write!(text, "{value}");
            }
            Literal::Bool(value) => {
                let _ = write!(text, "{value}");
            }
            Literal::Str(value) => text.push_str(&quoted(value)),
            Literal::Bytes(value) => {
                text.push('b');
                write_bytes(text, value);
            }
            Literal::Member(class, name) => {
                self.write_class(text, class);
                text.push('.');
                text.push_str(name);
            }
        }
    }
}

/// Whether the type is written with other types inside.
fn has_parts(ty: &Type) -> bool {
    match ty {
        Type::Handle(_, args) => !args.is_empty(),
        Type::List(_)
        | Type::Map(..)
        | Type::OMap(..)
        | Type::Set(_)
        | Type::Iterator(_)
        | Type::AsyncIterator(_)
        | Type::Future(_)
        | Type::TypeOf(_)
        | Type::Tuple(_)
        | Type::Fun(_)
        | Type::AnyFun(_)
        | Type::Anon(_)
        | Type::Extern(_)
        | Type::Union(_) => true,
        _ => false,
    }
}

const fn is_short(ty: &Type) -> bool {
    !matches!(ty, Type::Union(_) | Type::Option(_))
}

fn separate(text: &mut String, index: usize) {
    if index > 0 {
        text.push_str(", ");
    }
}

fn write_bytes(text: &mut String, value: &[u8]) {
    text.push('"');
    for byte in value {
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            0x20..=0x7e => text.push(char::from(*byte)),
            other => {
                let _ = write!(text, "\\x{other:02x}");
            }
        }
    }
    text.push('"');
}
