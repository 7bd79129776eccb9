//! Types and signatures as source spells them, whole: messages cut long types, documentation does
//! not.
//!
//! Spec: language.md §4 (written form), §18.2 (signatures of externs).

use mochi_types::{Context, FunType, ParamKind, Signature, Type};

/// Signatures that are longer get a line for each parameter.
const WIDTH: usize = 88;

/// A type as an annotation has it.
pub(crate) fn ty(context: &Context<'_>, of: &Type) -> String {
    let one = |of: &Type| ty(context, of);
    let list = |of: &[Type]| {
        let texts: Vec<String> = of.iter().map(one).collect();
        texts.join(", ")
    };
    match of {
        Type::List(item) => format!("list<{}>", one(item)),
        Type::Set(item) => format!("set<{}>", one(item)),
        Type::Map(key, value) => format!("map<{}, {}>", one(key), one(value)),
        Type::OMap(key, value) => format!("omap<{}, {}>", one(key), one(value)),
        Type::Iterator(item) => format!("iterator<{}>", one(item)),
        Type::AsyncIterator(item) => format!("asyncIterator<{}>", one(item)),
        Type::Future(item) => format!("future<{}>", one(item)),
        Type::Option(inner) => format!("{}?", operand(context, inner)),
        Type::Union(members) => {
            let texts: Vec<String> = members
                .iter()
                .map(|member| operand(context, member))
                .collect();
            texts.join(" | ")
        }
        Type::Tuple(parts) if parts.len() > 1 => format!("({})", list(parts)),
        Type::Anon(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, ty)| format!("{name}: {}", one(ty)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Type::Fun(fun) => function(context, fun),
        Type::AnyFun(result) => format!("fun(...any){}", self::result(context, result)),
        Type::Handle(class, args) => {
            let known = context.externs.class(class);
            let name = known.map_or_else(|| class.to_string(), |known| known.display.to_string());
            if args.is_empty() {
                name
            } else {
                format!("{name}<{}>", list(args))
            }
        }
        other => context.show(other),
    }
}

/// A type as an operand of `?` or `|`.
fn operand(context: &Context<'_>, of: &Type) -> String {
    let text = ty(context, of);
    match of {
        Type::Fun(_) | Type::AnyFun(_) | Type::Union(_) => format!("({text})"),
        _ => text,
    }
}

fn function(context: &Context<'_>, fun: &FunType) -> String {
    let params: Vec<String> = fun.params.iter().map(|param| ty(context, param)).collect();
    let word = if fun.is_async { "async fun" } else { "fun" };
    let result = result(context, &fun.result);
    format!("{word}({}){result}", params.join(", "))
}

/// `: T`; nothing for unit.
pub(crate) fn result(context: &Context<'_>, of: &Type) -> String {
    if *of == Type::Unit {
        String::new()
    } else {
        format!(": {}", ty(context, of))
    }
}

/// A declaration: on one line if it fits, else with a line for each parameter.
pub(crate) fn declaration(head: &str, params: &[String], tail: &str) -> String {
    let line = format!("{head}({}){tail}", params.join(", "));
    if line.chars().count() <= WIDTH || params.is_empty() {
        return line;
    }
    format!("{head}(\n  {},\n){tail}", params.join(",\n  "))
}

/// A signature of an extern; `head` is what stands before the parameters, such as `fun get`.
pub(crate) fn signature(context: &Context<'_>, head: &str, of: &Signature) -> String {
    let mut head = if of.is_async {
        format!("async {head}")
    } else {
        head.to_owned()
    };
    if !of.type_params.is_empty() {
        let params: Vec<String> = of
            .type_params
            .iter()
            .map(|param| match &param.bound {
                Some(bound) => format!("{}: {}", param.name, ty(context, bound)),
                None => param.name.to_string(),
            })
            .collect();
        head = format!("{head}<{}>", params.join(", "));
    }
    let mut params = Vec::new();
    let mut before = None;
    for param in &of.params {
        if before == Some(ParamKind::PositionalOnly) && param.kind != ParamKind::PositionalOnly {
            params.push("/".to_owned());
        }
        let is_behind_star = matches!(before, Some(ParamKind::VarArgs | ParamKind::KeywordOnly));
        if param.kind == ParamKind::KeywordOnly && !is_behind_star {
            params.push("*".to_owned());
        }
        let stars = match param.kind {
            ParamKind::VarArgs => "*",
            ParamKind::KwArgs => "**",
            _ => "",
        };
        let default = if param.has_default { " = _" } else { "" };
        let ty = ty(context, &param.ty);
        params.push(format!("{stars}{}: {ty}{default}", param.name));
        before = Some(param.kind);
    }
    if before == Some(ParamKind::PositionalOnly) {
        params.push("/".to_owned());
    }
    declaration(&head, &params, &result(context, &of.ret.ty))
}
