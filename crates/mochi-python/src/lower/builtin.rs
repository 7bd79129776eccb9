//! The builtins: ordinary Python where it means the same for the static types, helpers elsewhere.
//!
//! Spec: language.md §12.

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind};
use mochi_types::Type;

use super::collection::spread;
use super::expr::{is_stable, mixes};
use super::stmt::literal_needs_annotation;
use super::{Lowerer, walk};
use crate::py::{BinOp, CmpOp, Comprehension, Expr};

impl<'a> Lowerer<'a> {
    /// A call of a builtin.
    pub(super) fn builtin(
        &mut self,
        builtin: Builtin,
        args: &'a [Typed],
        whole: &'a Typed,
    ) -> Expr {
        match builtin {
            Builtin::Print => return self.print(args),
            Builtin::Map | Builtin::Filter => return self.map_or_filter(builtin, args),
            Builtin::Eval => {
                return args
                    .first()
                    .map_or(Expr::None, |value| self.evaluated(value));
            }
            Builtin::Panic => {
                let values = self.operand_list(args);
                return self.call_helper("panic", values);
            }
            Builtin::Has | Builtin::Contains | Builtin::Join => {
                return self.reversed_operands(builtin, args);
            }
            _ => {}
        }
        let first = args.first().map_or(Type::Any, |arg| arg.ty.clone());
        if let Some(value) = self.query_builtin(builtin, args, whole) {
            return value;
        }
        let values = if builtin == Builtin::Reduce {
            let refs: Vec<&Typed> = args.iter().collect();
            self.folded_operands(&refs)
        } else {
            self.operand_list(args)
        };
        match builtin {
            Builtin::Str
            | Builtin::Int
            | Builtin::Float
            | Builtin::Abs
            | Builtin::Ceil
            | Builtin::Floor
            | Builtin::Round
            | Builtin::Sqrt
            | Builtin::Pow
            | Builtin::Num
            | Builtin::Denom => self.number_builtin(builtin, args, values, &first, whole),
            Builtin::Len
            | Builtin::Count
            | Builtin::Exists
            | Builtin::Append
            | Builtin::Push
            | Builtin::Concat
            | Builtin::First
            | Builtin::Reverse
            | Builtin::Distinct
            | Builtin::Keys
            | Builtin::Values
            | Builtin::Add
            | Builtin::Collect
            | Builtin::Range
            | Builtin::Sum
            | Builtin::Avg
            | Builtin::Min
            | Builtin::Max
            | Builtin::MapGet
            | Builtin::Reduce => self.container_builtin(builtin, args, values, &first, whole),
            Builtin::AwaitAll
            | Builtin::MakeChan
            | Builtin::Send
            | Builtin::Recv
            | Builtin::MakeStream
            | Builtin::Subscribe
            | Builtin::SubscribeLimit
            | Builtin::RecvSub
            | Builtin::EmitValue => self.channel_builtin(builtin, values),
            _ => self.text_builtin(builtin, args, values, &first),
        }
    }

    /// Calls whose Python form evaluates its operands the other way round.
    fn reversed_operands(&mut self, builtin: Builtin, args: &'a [Typed]) -> Expr {
        let (Some(first), Some(second)) = (args.first(), args.get(1)) else {
            return Expr::None;
        };
        let boxed = first.ty == Type::Any || second.ty == Type::Any;
        let (mut a, mut b) = self.pair(first, second);
        if boxed {
            let helper = if builtin == Builtin::Join {
                "any_join"
            } else {
                "contains"
            };
            return self.call_helper(helper, [a, b]);
        }
        if !is_stable(self, first) && !is_stable(self, second) {
            let mut kept = self.spill_all(vec![a, b]).into_iter();
            a = kept.next().unwrap_or(Expr::None);
            b = kept.next().unwrap_or(Expr::None);
        }
        match builtin {
            Builtin::Join => b.attr("join").call([a]),
            _ => Expr::compare(CmpOp::In, b, a),
        }
    }

    fn number_builtin(
        &mut self,
        builtin: Builtin,
        args: &[Typed],
        values: Vec<Expr>,
        first: &Type,
        whole: &Typed,
    ) -> Expr {
        let is_whole = matches!(first, Type::Int | Type::Int64 | Type::BigInt);
        let converts_itself = matches!(first.widened(), Type::BigRat | Type::Handle(..));
        let mut values = values.into_iter();
        let value = values.next().unwrap_or(Expr::None);
        match builtin {
            Builtin::Str => self.str_form(value, first),
            Builtin::Int => match first {
                _ if is_whole => value,
                Type::Float => self.call_helper("float_to_int", [value]),
                Type::Str => self.call_helper("parse_int", [value]),
                _ if converts_itself => Expr::call_name("int", [value]),
                Type::ErrorValue => value.attr("code"),
                _ => self.call_helper("any_to_int", [value]),
            },
            Builtin::Float => match first {
                Type::Float => value,
                Type::Str => self.call_helper("parse_float", [value]),
                _ if is_whole || converts_itself => Expr::call_name("float", [value]),
                _ => self.call_helper("any_to_float", [value]),
            },
            Builtin::Abs if *first == Type::Any => self.call_helper("any_abs", [value]),
            Builtin::Abs => Expr::call_name("abs", [value]),
            Builtin::Ceil | Builtin::Floor | Builtin::Round if is_whole && args.len() == 1 => value,
            Builtin::Ceil | Builtin::Floor => {
                let name = if builtin == Builtin::Ceil {
                    "ceil"
                } else {
                    "floor"
                };
                let value = self.checked_number(name, value, first);
                self.call_helper(name, [value])
            }
            Builtin::Round => {
                let helper = match first {
                    _ if args.len() > 1 => "round_to",
                    Type::Any => "any_round",
                    Type::BigRat => "rational_round",
                    _ => "round_half",
                };
                let value = if args.len() > 1 {
                    self.as_float(value, first)
                } else {
                    value
                };
                let rest: Vec<Expr> = std::iter::once(value).chain(values).collect();
                self.call_helper(helper, rest)
            }
            Builtin::Sqrt if args.first().is_some_and(|arg| self.is_natural(arg)) => {
                self.need_module("math").attr("sqrt").call([value])
            }
            Builtin::Sqrt => {
                let value = self.as_float(value, first);
                self.call_helper("sqrt", [value])
            }
            Builtin::Pow => {
                let exponent = values.next().unwrap_or(Expr::None);
                let literal = matches!(args.get(1).map(|arg| &arg.kind), Some(ExprKind::Int(0..)));
                match whole.ty {
                    Type::Float => self.call_helper("fpow", [value, exponent]),
                    Type::Any => {
                        self.call_helper("any_arithmetic", [Expr::str("**"), value, exponent])
                    }
                    Type::BigRat if literal && *first == Type::BigRat => {
                        Expr::binary(BinOp::Pow, value, exponent)
                    }
                    Type::BigRat => self.call_helper("rational_pow", [value, exponent]),
                    _ if literal => Expr::binary(BinOp::Pow, value, exponent),
                    _ => self.call_helper("ipow", [value, exponent]),
                }
            }
            _ => {
                let value = if is_whole || *first == Type::BigRat {
                    value
                } else {
                    self.call_helper("rational", [value])
                };
                value.attr(if builtin == Builtin::Num {
                    "numerator"
                } else {
                    "denominator"
                })
            }
        }
    }

    /// A number out of an `any`, for a builtin that is told from others by its name.
    fn checked_number(&mut self, builtin: &str, value: Expr, ty: &Type) -> Expr {
        match ty {
            Type::Any => self.call_helper("any_number", [value, Expr::str(builtin)]),
            _ => value,
        }
    }

    /// A number as the float that a helper takes.
    fn as_float(&mut self, value: Expr, ty: &Type) -> Expr {
        match ty {
            Type::Any => self.call_helper("cast_float", [value]),
            Type::BigRat => Expr::call_name("float", [value]),
            _ => value,
        }
    }

    fn container_builtin(
        &mut self,
        builtin: Builtin,
        args: &[Typed],
        values: Vec<Expr>,
        first: &Type,
        whole: &Typed,
    ) -> Expr {
        let boxed = *first == Type::Any;
        let mut values = values.into_iter();
        if builtin == Builtin::Concat {
            return Expr::List(values.flat_map(spread).collect());
        }
        if builtin == Builtin::Range {
            return self.range(args, values.collect());
        }
        let value = values.next().unwrap_or(Expr::None);
        match builtin {
            Builtin::Count if may_hold_none(first) => self.call_helper("count", [value]),
            Builtin::Len | Builtin::Count if boxed => self.call_helper("any_len", [value]),
            Builtin::Len | Builtin::Count => Expr::call_name("len", [value]),
            Builtin::Exists => {
                let length = if boxed {
                    self.call_helper("any_len", [value])
                } else {
                    Expr::call_name("len", [value])
                };
                Expr::compare(CmpOp::Gt, length, Expr::Int(0))
            }
            Builtin::Append | Builtin::Push => {
                let item = values.next().unwrap_or(Expr::None);
                let base = if boxed {
                    self.call_helper("iterate", [value])
                } else {
                    value
                };
                Expr::List(vec![Expr::Star(Box::new(base)), item])
            }
            Builtin::First => match value.as_name() {
                Some(_) => Expr::if_else(value.clone(), value.index(Expr::Int(0)), Expr::None),
                None => self.call_helper("first", [value]),
            },
            Builtin::Reverse if boxed => {
                let bounds = [value, Expr::None, Expr::None, Expr::int(-1)];
                self.call_helper("any_slice", bounds)
            }
            // What the elements are, the place of the whole says.
            Builtin::Reverse if args.first().is_some_and(is_written_loosely) => {
                Expr::call_name("list", [Expr::call_name("reversed", [value])])
            }
            Builtin::Reverse => {
                let backwards = Expr::Slice(None, None, Some(Box::new(Expr::int(-1))));
                value.index(backwards)
            }
            Builtin::Distinct => self.call_helper("distinct", [value]),
            Builtin::Keys => match first {
                Type::Map(key, _) => self.sorted_keys(value, key),
                Type::OMap(..) => Expr::call_name("list", [value]),
                _ => self.call_helper("map_keys", [value]),
            },
            Builtin::Values => match first {
                Type::OMap(..) => Expr::call_name("list", [value.attr("values").call([])]),
                _ => self.call_helper("map_values", [value]),
            },
            Builtin::Add => {
                let item = values.next().unwrap_or(Expr::None);
                if matches!(first, Type::Set(item) if mixes(item)) {
                    let all = Expr::Star(Box::new(value));
                    return self.call_helper("mixed_set", [all, item]);
                }
                Expr::binary(BinOp::BitOr, value, Expr::Set(vec![item]))
            }
            Builtin::Collect => match first {
                Type::Set(item) => self.sorted_set(value, item),
                Type::Any => {
                    let items = self.call_helper("iterate", [value]);
                    Expr::call_name("list", [items])
                }
                _ => Expr::call_name("list", [value]),
            },
            Builtin::MapGet => {
                let key = values.next().unwrap_or(Expr::None);
                let default = values.next().unwrap_or(Expr::None);
                value.attr("get").call([key, default])
            }
            Builtin::Reduce => {
                let rest: Vec<Expr> = std::iter::once(value).chain(values).collect();
                self.call_helper("reduce", rest)
            }
            _ => self.aggregate(builtin, value, first, &whole.ty),
        }
    }

    fn range(&mut self, args: &[Typed], values: Vec<Expr>) -> Expr {
        let step = args.get(2).map(|step| &step.kind);
        let literal = match step {
            None => true,
            Some(ExprKind::Int(value)) => *value != 0,
            Some(ExprKind::Unary { operand, .. }) => {
                matches!(operand.kind, ExprKind::Int(1..))
            }
            _ => false,
        };
        if literal {
            return Expr::call_name("list", [Expr::name("range").call(values)]);
        }
        self.call_helper("int_range", values)
    }

    /// Builtins on groups and on queries, which need not become lists.
    fn query_builtin(
        &mut self,
        builtin: Builtin,
        args: &'a [Typed],
        whole: &'a Typed,
    ) -> Option<Expr> {
        let [arg] = args else { return None };
        let consumes = matches!(
            builtin,
            Builtin::Sum | Builtin::Avg | Builtin::Min | Builtin::Max
        );
        if let Type::Group(_, item) = &arg.ty {
            let value = self.expr(arg);
            let as_list = Type::List(std::rc::Rc::clone(item));
            return match builtin {
                Builtin::Str => None,
                Builtin::Collect => {
                    let items = self.items_of(value, arg);
                    Some(Expr::call_name("list", [items]))
                }
                _ if consumes => {
                    let items = self.items_of(value, arg);
                    Some(self.aggregate(builtin, items, &as_list, &whole.ty))
                }
                Builtin::Len | Builtin::Exists | Builtin::Count => {
                    let items = self.items_of(value, arg);
                    Some(self.container_builtin(builtin, args, vec![items], &as_list, whole))
                }
                _ => None,
            };
        }
        let inner = arg.unwidened();
        let ExprKind::Query(query) = &inner.kind else {
            return self.aggregate_in_any_order(builtin, arg, whole);
        };
        let counts = matches!(builtin, Builtin::Len | Builtin::Count | Builtin::Exists);
        if !consumes && !counts {
            return None;
        }
        let item = super::query::element_type(&inner.ty);
        self.any_order = self.aggregate_hides_order(builtin, query);
        let rows = self.query(query, item, super::query::Want::Iterable);
        if counts {
            let list = match rows {
                Expr::Generator(_, clauses)
                    if builtin == Builtin::Exists && Self::is_total(inner) =>
                {
                    return Some(any_row(clauses));
                }
                Expr::Generator(element, clauses) => Expr::ListComp(element, clauses),
                Expr::Call(function, args) => {
                    let exists = builtin == Builtin::Exists;
                    match super::query::counted(*function, args, exists) {
                        Ok(whether) if exists => return Some(whether),
                        Ok(sized) => sized,
                        Err(other) => Expr::call_name("list", [other]),
                    }
                }
                sized @ (Expr::Name(_)
                | Expr::Attr(..)
                | Expr::Index(..)
                | Expr::List(_)
                | Expr::ListComp(..)) => sized,
                other => Expr::call_name("list", [other]),
            };
            return Some(self.container_builtin(builtin, args, vec![list], &arg.ty, whole));
        }
        Some(self.aggregate(builtin, rows, &arg.ty, &whole.ty))
    }

    fn text_builtin(
        &mut self,
        builtin: Builtin,
        args: &[Typed],
        values: Vec<Expr>,
        first: &Type,
    ) -> Expr {
        let helper = match builtin {
            Builtin::Input => Some("read_line"),
            Builtin::Json => Some("print_json"),
            Builtin::ToJson => Some("to_json"),
            Builtin::JsonDecode => Some("json_decode"),
            Builtin::ParseIntStr => Some("parse_int_base"),
            Builtin::Sha256 => Some("sha256"),
            Builtin::Now => Some("now"),
            Builtin::Mem => Some("mem"),
            Builtin::ReadFile => Some("read_file"),
            Builtin::WriteFile => Some("write_file"),
            Builtin::AppendFile => Some("append_file"),
            Builtin::Lines => Some("read_lines"),
            Builtin::LoadCsv => Some("load_csv"),
            Builtin::SaveCsv => Some("save_csv"),
            Builtin::Decode => Some("decode"),
            Builtin::PadStart if !self.is_plain_padding(args) => Some("pad_start"),
            Builtin::Trim => Some("trim"),
            Builtin::Split if !is_solid_text(args.get(1)) => Some("split"),
            _ => None,
        };
        if let Some(helper) = helper {
            return self.call_helper(helper, values);
        }
        let mut values = values.into_iter();
        let value = values.next().unwrap_or(Expr::None);
        let mut next = || values.next().unwrap_or(Expr::None);
        match builtin {
            Builtin::Upper => value.attr("upper").call([]),
            Builtin::Lower => self.str_form(value, first).attr("lower").call([]),
            Builtin::IndexOf => value.attr("find").call([next()]),
            Builtin::Repeat => Expr::binary(BinOp::Mul, value, next()),
            Builtin::Split => value.attr("split").call([next()]),
            Builtin::PadStart => value.attr("rjust").call([next(), next()]),
            Builtin::Encode => value.attr("encode").call([]),
            Builtin::Substring | Builtin::Substr | Builtin::SliceOf => {
                let (start, stop) = (next(), next());
                if *first == Type::Any {
                    return self.call_helper("any_slice", [value, start, stop, Expr::None]);
                }
                value.index(Expr::Slice(
                    Some(Box::new(start)),
                    Some(Box::new(stop)),
                    None,
                ))
            }
            _ => value,
        }
    }

    /// Whether Python's own padding does the same: it takes one character, and no width that is
    /// too far below zero.
    fn is_plain_padding(&self, args: &[Typed]) -> bool {
        let [_, width, pad] = args else { return false };
        let one = matches!(&pad.kind, ExprKind::Str(pad) if pad.chars().count() == 1);
        one && self.is_natural(width)
    }

    /// `map` and `filter` as comprehensions; a lambda written in place becomes their body.
    fn map_or_filter(&mut self, builtin: Builtin, args: &'a [Typed]) -> Expr {
        let (Some(list), Some(function)) = (args.first(), args.get(1)) else {
            return Expr::None;
        };
        if let Some(found) = self.inlined(builtin, list, function) {
            return found;
        }
        let (list_value, mut function_value) = self.pair(list, function);
        let list_value = self.without_bindings(list_value);
        function_value = self.named_value(function_value, function);
        if function_value.as_name().is_none() {
            function_value = self.spilled(function_value);
        }
        let item = Expr::name(self.fresh("_x"));
        let call = function_value.call([item.clone()]);
        Expr::At(
            function.span,
            Box::new(comprehension(builtin, item, list_value, call)),
        )
    }

    /// A source of a comprehension, which may not bind names.
    fn without_bindings(&mut self, source: Expr) -> Expr {
        if super::query::binds_names(&source) {
            self.spilled(source)
        } else {
            source
        }
    }

    /// The parameter and the body of a lambda that may stand in a comprehension.
    fn body_in_place(
        &self,
        id: mochi_check::typed::FunId,
    ) -> Option<(mochi_check::typed::VarId, &'a Typed)> {
        let fun = self.fun(id)?;
        let body = walk::single_expression(fun)?;
        let mut has_lambda = false;
        walk::each_subexpr(body, &mut |part| {
            has_lambda |= matches!(part.kind, ExprKind::Lambda(_));
        });
        let [param] = fun.params.as_slice() else {
            return None;
        };
        let fits = !has_lambda && !fun.is_async && super::expr::is_simple(self, body);
        fits.then_some((param.var, body))
    }

    fn inlined(&mut self, builtin: Builtin, list: &'a Typed, function: &'a Typed) -> Option<Expr> {
        let id = Self::as_lambda(function)?;
        let (param, body) = self.body_in_place(id)?;
        let source = if let Some(range) = self.range_call(list) {
            range
        } else {
            let source = self.expr(list);
            self.without_bindings(source)
        };
        self.open_scope();
        self.depth += 1;
        let outer_names = self.row_names.len();
        let owner = self.declare_as_local(param);
        let (stmts, value) = self.captured(|this| this.expr(body));
        self.row_names.truncate(outer_names);
        self.depth -= 1;
        self.close_scope();
        self.append(stmts);
        if builtin == Builtin::Map
            && let Some(repeated) = repeated(&value, &source)
        {
            return Some(repeated);
        }
        let idle = builtin == Builtin::Map && !value.mentions(&owner);
        let owner = if idle { "_".to_string() } else { owner };
        let value = Expr::At(body.span, Box::new(value));
        Some(comprehension(builtin, Expr::Name(owner), source, value))
    }
}

/// `[0] * n` for a constant that `range(n)` repeats.
pub(super) fn repeated(value: &Expr, source: &Expr) -> Option<Expr> {
    let Expr::Call(function, args) = source.plain() else {
        return None;
    };
    match args.as_slice() {
        [count] if function.as_name() == Some("range") && value.is_constant() => {
            let one = Expr::List(vec![value.clone()]);
            Some(Expr::binary(BinOp::Mul, one, count.value.clone()))
        }
        _ => None,
    }
}

fn comprehension(builtin: Builtin, item: Expr, source: Expr, value: Expr) -> Expr {
    let filter = builtin == Builtin::Filter;
    let (element, conds) = if filter {
        (item.clone(), vec![value])
    } else {
        (value, Vec::new())
    };
    Expr::ListComp(
        Box::new(element),
        vec![Comprehension {
            target: item,
            source,
            conds,
        }],
    )
}

/// Whether a list is written out and Python's checkers may take its elements for others.
fn is_written_loosely(list: &Typed) -> bool {
    matches!(list.kind, ExprKind::List(_)) && literal_needs_annotation(list)
}

/// Whether there is a row.
fn any_row(clauses: Vec<Comprehension>) -> Expr {
    let mut clauses = clauses;
    if let [only] = clauses.as_slice()
        && only.conds.is_empty()
        && let Expr::Call(function, args) = &only.source
        && let Ok(found) = super::query::counted((**function).clone(), args.clone(), true)
    {
        return found;
    }
    let conds = clauses
        .last_mut()
        .map(|last| std::mem::take(&mut last.conds));
    let both = |first, second| Expr::bool2(crate::py::BoolOp::And, first, second);
    let cond = conds.into_iter().flatten().reduce(both);
    let element = cond.unwrap_or(Expr::Bool(true));
    super::query::forget_unused(&mut clauses, &element);
    let rows = Expr::Generator(Box::new(element), clauses);
    Expr::call_name("any", [rows])
}

/// Whether elements may be none, which aggregates skip.
fn may_hold_none(ty: &Type) -> bool {
    match ty {
        Type::List(item) => matches!(**item, Type::Option(_) | Type::Any | Type::None),
        other => *other == Type::Any,
    }
}

fn is_solid_text(arg: Option<&Typed>) -> bool {
    matches!(arg.map(|arg| &arg.kind), Some(ExprKind::Str(text)) if !text.is_empty())
}

/// Whether a call of the builtin surely needs no statements besides those of its arguments.
pub(super) fn is_simple_call(lowerer: &Lowerer<'_>, builtin: Builtin, args: &[Typed]) -> bool {
    match builtin {
        Builtin::Map | Builtin::Filter => {
            args.get(1).is_some_and(|function| match function.kind {
                ExprKind::Fun(_) => true,
                ExprKind::Lambda(id) => lowerer.body_in_place(id).is_some(),
                _ => false,
            }) && !args.first().is_some_and(super::query::may_bind)
        }
        Builtin::Has | Builtin::Contains | Builtin::Join => args.iter().any(|arg| {
            matches!(
                arg.kind,
                ExprKind::Str(_) | ExprKind::Int(_) | ExprKind::Var(_)
            )
        }),
        _ => true,
    }
}

impl<'a> Lowerer<'a> {
    /// The error that `panic(…)` raises.
    pub(super) fn panic_error(&mut self, args: &'a [Typed]) -> Expr {
        let first = args.first().map(|arg| arg.ty.clone());
        let values = self.operand_list(args);
        match (args.len(), first) {
            (1, Some(Type::Str)) => {
                let mut all = vec![Expr::Int(0)];
                all.extend(values);
                self.call_helper("MochiError", all)
            }
            (2, Some(Type::Int | Type::Int64)) => self.call_helper("MochiError", values),
            (1, Some(Type::Handle(..))) => values.into_iter().next().unwrap_or(Expr::None),
            _ => self.call_helper("panic_error", values),
        }
    }

    /// A builtin as a function value.
    pub(super) fn builtin_value(&mut self, builtin: Builtin) -> Expr {
        let helper = match builtin {
            Builtin::Len => Some("any_len"),
            Builtin::Abs => Some("any_abs"),
            Builtin::Print => Some("print_all"),
            Builtin::Str => Some("to_str"),
            Builtin::Int => Some("any_to_int"),
            Builtin::Float => Some("any_to_float"),
            Builtin::ToJson => Some("to_json"),
            Builtin::JsonDecode => Some("json_decode"),
            Builtin::Trim => Some("trim"),
            Builtin::Distinct => Some("distinct"),
            Builtin::Now => Some("now"),
            Builtin::Input => Some("read_line"),
            Builtin::Split => Some("split"),
            Builtin::Sha256 => Some("sha256"),
            _ => None,
        };
        if let Some(helper) = helper {
            return self.helper(helper);
        }
        Expr::name("str").attr("upper")
    }

    /// Gives a lambda's parameter a name of the function at hand, for use in a comprehension.
    fn declare_as_local(&mut self, id: mochi_check::typed::VarId) -> String {
        let base = self
            .var(id)
            .map(|var| super::name::python_name(&var.name))
            .unwrap_or_default();
        // A comprehension has a scope of its own, but in early CPython 3.12 its variables spoil reads of
        // outer ones that are called the same in the other comprehensions of the function.
        let taken = |name: &str| self.is_taken(name) || self.hides_another(name);
        let local = super::name::distinct(&base, taken);
        self.var_names.insert(id, local.clone());
        self.row_names.push(local.clone());
        local
    }
}
