//! What other languages write inside of expressions, types and bodies: reported once, and read as
//! what was meant where that is plain.
//!
//! Spec: language.md §2, §20 (follow-up noise).

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Expr, ExprKind, MapEntry, MapKey, Name, Subscript, TypeExpr, TypeExprKind},
    token::TokenKind,
};

/// What messages call it.
pub(super) const EXPRESSION: &str = "expression";

const LAMBDA: &str = "a function without a name is `fun(x: int): int => x + 1`";
const FUN_TYPE: &str = "the type of a function is `fun(int): int`";
const BARE_PARAMS: &str = "the type of a function lists types alone: `fun(int, string): bool`";
pub(super) const METHOD: &str = "methods stand in their type, where fields go by their bare names: \
                      `type T { n: int  fun twice(): int { return n * 2 } }`";
const TYPE_ARGS: &str =
    "what a type holds stands in angle brackets: `list<int>`, `map<string, int>`";
const LIST_TYPE: &str = "a list of ints is `list<int>`";
const STUB: &str = "methods without bodies say what values can do, and stand in an interface: \
                    `extern interface T { fun f(): int }`";
const TUPLE_TYPE: &str = "the type of a tuple is `(int, string)`, its values are `(1, \"a\")`";
const SET: &str = "a set is `set{\"a\", \"b\"}`; a map has keys and values: `{ a: 1 }`";
const SHORTHAND: &str = "a map names its values: `{ a: a }`; a set is `set{a, b}`";
const FIELD: &str = "each field has its value: `Point { x: x, y: y }`";
const ARGUMENT: &str = "the name of an argument stands before `=`: `f(x = 1)`";
const EMPTY_MAP: &str = "a map without entries is `{}`";
const PANIC: &str = "errors are raised by `panic(\"message\")` or `panic(code, \"message\")`";
const TUPLE_PART: &str = "a part of a tuple is `t[0]`";
const BLOCK: &str = "a block has no value: what it declares stands before, and its last line where the \
                     value is wanted";
const EQUALS: &str = "values are compared with `==`";
const FILE_ROWS: &str =
    "the rows of a file are `load \"people.csv\" as Person`, with a declared `type Person`";
const LOAD_TYPE: &str = "the rows of a file have a type: `load \"people.csv\" as Person`";
const QUERY: &str = "a query begins with its sources and ends with what it selects: \
                     `from x in xs where x.f > 0 select x`";
const PARTS: &str = "a query has one name for each row: `from p in pairs`, and its parts as `p[0]`";

/// How far to look for the end of parameters.
const MAX_LOOK: usize = 200;

/// What begins a clause of a query.
const CLAUSES: [&str; 16] = [
    "from", "where", "group", "order", "sort", "having", "join", "left", "right", "outer", "inner",
    "limit", "on", "skip", "take", "select",
];

/// The keys without values of one literal.
#[derive(Default)]
pub(super) struct Lone {
    reported: bool,
    /// How many of them can only be elements of a set.
    pub elements: usize,
}

impl Parser<'_> {
    /// `Point { 1, 2 }`, if that stands behind the name; its braces are here.
    pub(super) fn foreign_record(&mut self, name: Expr) -> Expr {
        let last = match &name.kind {
            ExprKind::Name(text) => text,
            ExprKind::Field { name, .. } => &name.text,
            _ => return name,
        };
        let is_type = last.starts_with(char::is_uppercase);
        if !is_type || self.braces != super::Braces::Record || self.token().first_on_line {
            return name;
        }
        let note = format!("the fields of a record are named: `{last} {{ x: 1, y: 2 }}`");
        let start = name.span.start;
        self.bump();
        self.foreign(code::P030, "name", &note);
        self.list(TokenKind::RBrace, code::P001, |p| {
            p.expr();
            Some(())
        });
        let span = self.span_from(start);
        self.expr_node(ExprKind::Error, span)
    }

    /// Where the body of a method is missing: what such a type describes is not known.
    pub(super) fn foreign_stub(&mut self) -> bool {
        use TokenKind as K;
        let token = self.token();
        let is_stub = !self.panicking
            && match token.kind {
                K::RBrace | K::Fun | K::Async | K::Comma => true,
                kind => token.first_on_line && kind.is_name() && self.nth(1) == K::Colon,
            };
        if is_stub && !self.lacks_bodies {
            self.foreign(code::P011, "\"{\"", STUB);
            self.lacks_bodies = true;
        }
        is_stub
    }

    /// `, B]` of a type `[A, B]`, read as a tuple.
    pub(super) fn foreign_tuple_type(&mut self, first: TypeExpr) -> TypeExprKind {
        self.foreign(code::P053, "\"]\"", TUPLE_TYPE);
        let mut parts = vec![first];
        while self.eat(TokenKind::Comma) && !self.at(TokenKind::RBracket) {
            parts.push(self.type_expr());
        }
        self.expect(TokenKind::RBracket, code::P053);
        TypeExprKind::Tuple(parts)
    }

    /// A lambda or query as another language begins it with the name here; none if it is just a name.
    pub(super) fn foreign_expr(&mut self) -> Option<Expr> {
        let next = self.nth_token(1);
        if next.first_on_line {
            return None;
        }
        match self.slice(self.token()) {
            "func" | "function" | "fn" if self.lambda_ahead() => {
                self.foreign(code::P020, EXPRESSION, LAMBDA);
                let start = self.token().start;
                Some(self.lambda_rest(start, false))
            }
            "error" if self.takes_text() => {
                self.foreign(code::P020, EXPRESSION, PANIC);
                self.bump();
                self.bump();
                Some(self.error_expr())
            }
            "from" if self.takes_text() => {
                self.foreign(code::P020, EXPRESSION, FILE_ROWS);
                self.bump();
                self.bump();
                Some(self.error_expr())
            }
            word @ ("from" | "select") if self.begins_value() => {
                let parts = word == "from" && self.parts_ahead();
                // A variable may be called so: `from as float`, `in from where …`.
                let word = self.slice(next);
                let goes_on = word == "as" || CLAUSES.contains(&word) || !self.clause_ahead();
                if !parts && (!next.kind.is_name() || goes_on) {
                    return None;
                }
                let note = if parts { PARTS } else { QUERY };
                self.foreign(code::P020, EXPRESSION, note);
                self.pass_query();
                Some(self.error_expr())
            }
            _ => None,
        }
    }

    /// Whether a string stands behind the name here, where a value begins with that name. In an arm a
    /// string may stand behind a value, or behind what a block declares, as what the arm yields.
    fn takes_text(&self) -> bool {
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        let yields = before.is_some_and(|before| before.kind == TokenKind::Eq)
            && self.nth_token(2).kind == TokenKind::RBrace;
        let is_text = self.nth_token(1).kind == TokenKind::Str;
        is_text && !yields && self.begins_value() && !self.in_arm()
    }

    /// Whether a value begins here, for which nothing but its name can stand.
    fn begins_value(&self) -> bool {
        use TokenKind as K;
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        let opens = [K::Eq, K::Return, K::LParen, K::Comma, K::FatArrow, K::In];
        // `select union ys` joins a variable of that name.
        let joins = [K::Union, K::Except, K::Intersect, K::Into, K::To, K::With];
        before.is_some_and(|before| opens.contains(&before.kind)) && !joins.contains(&self.nth(1))
    }

    /// Whether a clause of a query follows somewhere behind the next word.
    fn clause_ahead(&self) -> bool {
        use TokenKind as K;
        let mut depth = 0usize;
        for ahead in 2..MAX_LOOK {
            let token = self.nth_token(ahead);
            let is_clause = CLAUSES.contains(&self.slice(token));
            match token.kind {
                K::Eof => return false,
                K::LParen | K::LBracket | K::LBrace => depth += 1,
                K::RParen | K::RBracket | K::RBrace => match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => return false,
                },
                _ if depth == 0 && is_clause => return true,
                _ if depth == 0 && token.first_on_line => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether the parenthesis behind the word here opens parameters rather than arguments.
    fn lambda_ahead(&self) -> bool {
        use TokenKind as K;
        if self.nth(1) != K::LParen {
            return false;
        }
        if self.nth(2).is_name() && self.nth(3) == K::Colon {
            return true;
        }
        let mut depth = 0usize;
        for ahead in 1..MAX_LOOK {
            match self.nth(ahead) {
                K::LParen => depth += 1,
                K::RParen if depth == 1 => return self.nth(ahead + 1) == K::FatArrow,
                K::RParen => depth -= 1,
                K::Eof => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether the arrow of an arm stands before the token here.
    fn in_arm(&self) -> bool {
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_some_and(|before| before.kind == TokenKind::FatArrow)
    }

    /// Whether several names in parentheses stand behind the `from` here.
    fn parts_ahead(&self) -> bool {
        use TokenKind as K;
        if self.nth(1) != K::LParen {
            return false;
        }
        let end = (2..MAX_LOOK).find(|ahead| {
            let kind = self.nth(*ahead);
            !kind.is_name() && kind != K::Comma
        });
        end.is_some_and(|end| self.nth(end) == K::RParen && self.nth(end + 1) == K::In)
    }

    /// Passes over what SQL writes as a query, on as many lines as that takes.
    fn pass_query(&mut self) {
        use TokenKind as K;
        let mut depth = 0usize;
        loop {
            self.bump();
            let token = self.token();
            match token.kind {
                K::Eof => return,
                K::LParen | K::LBracket | K::LBrace => depth += 1,
                K::RParen | K::RBracket | K::RBrace => match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => return,
                },
                _ => {}
            }
            let is_clause = CLAUSES.contains(&self.slice(token)) && self.nth(1) != K::Eq;
            if depth == 0 && token.first_on_line && !is_clause {
                return;
            }
        }
    }

    /// `func(int): int` where a type is read: whether the word stands there for `fun`.
    pub(super) fn foreign_fun_type(&mut self) -> bool {
        let next = self.nth_token(1);
        let word = self.slice(self.token());
        let is_fun = matches!(word, "func" | "function" | "fn")
            && next.kind == TokenKind::LParen
            && !next.first_on_line;
        if is_fun {
            self.foreign(code::P999, "type", FUN_TYPE);
        }
        is_fun
    }

    /// A parameter in the type of a function; a name before it is passed over, and reported unless
    /// `named` says that this was done.
    pub(super) fn type_param(&mut self, named: &mut bool) -> TypeExpr {
        if self.kind().is_name() && self.nth(1) == TokenKind::Colon {
            self.bump();
            if !std::mem::replace(named, true) {
                self.foreign(code::P052, "\",\" or \")\"", BARE_PARAMS);
            }
            self.bump();
        }
        self.type_expr()
    }

    /// `[]int`, whose bracket is here.
    pub(super) fn go_list(&mut self) -> Option<TypeExprKind> {
        let (close, element) = (self.nth_token(1), self.nth_token(2));
        let begins = element.kind.starts_type() && !element.first_on_line;
        if close.kind != TokenKind::RBracket || !begins {
            return None;
        }
        self.bump();
        self.foreign(code::P999, "type", LIST_TYPE);
        self.bump();
        Some(TypeExprKind::List(Box::new(self.type_expr())))
    }

    /// `map[string, int]`, `map[string]int` or `list[int]`, whose bracket is here.
    pub(super) fn bracket_args(&mut self, path: &mut [Name]) -> Vec<TypeExpr> {
        let token = self.token();
        if !self.at(TokenKind::LBracket) || token.first_on_line || !self.nth(1).starts_type() {
            return Vec::new();
        }
        self.foreign(code::P056, "\"<\"", TYPE_ARGS);
        self.bump();
        let mut args = self.list(TokenKind::RBracket, code::P053, |p| Some(p.type_expr()));
        let next = self.token();
        if let [name] = path {
            if &*name.text == "map"
                && args.len() == 1
                && next.kind.starts_type()
                && !next.first_on_line
            {
                args.push(self.type_expr());
            }
            if &*name.text == "dict" {
                name.text = "map".into();
            }
        }
        args
    }

    /// What stands between braces where a key without a value does: the entry that is meant.
    pub(super) fn lone_key(&mut self, key: Expr, lone: &mut Lone) -> MapEntry {
        let span = key.span;
        let name = match &key.kind {
            ExprKind::Name(text) => Some(Name {
                text: std::rc::Rc::clone(text),
                span,
            }),
            _ => None,
        };
        if !std::mem::replace(&mut lone.reported, true) {
            let note = if name.is_some() { SHORTHAND } else { SET };
            self.foreign(code::P054, "\":\"", note);
        }
        if let Some(name) = name {
            return MapEntry {
                key: MapKey::Word(name),
                value: key,
            };
        }
        lone.elements += 1;
        let value = self.expr_node(ExprKind::Error, span);
        MapEntry {
            key: MapKey::Expr(key),
            value,
        }
    }

    /// `load "path"` without the type of its rows.
    pub(super) fn lacks_row_type(&mut self) -> bool {
        let lacks = !self.panicking && !self.at(TokenKind::As);
        if lacks {
            self.foreign(code::P999, "\"as\"", LOAD_TYPE);
            self.reported_at = Some(self.pos);
        }
        lacks
    }

    /// The value of a field or argument that has its name alone, or behind the wrong sign: `{ a, b }`
    /// in a record, `f(a: 1)` in a call.
    pub(super) fn short_field(&mut self, name: &Name, reported: &mut bool) -> Option<Expr> {
        let ends = [TokenKind::Comma, TokenKind::RBrace];
        if self.panicking || !ends.contains(&self.kind()) {
            return None;
        }
        if !std::mem::replace(reported, true) {
            self.foreign(code::P054, "\":\"", FIELD);
        }
        let kind = ExprKind::Name(std::rc::Rc::clone(&name.text));
        Some(self.expr_node(kind, name.span))
    }

    /// At `{` behind a name: whether names of fields stand in the braces, some without a value.
    pub(super) fn short_fields_ahead(&self) -> bool {
        use TokenKind as K;
        if !self.nth(1).is_name() {
            return false;
        }
        match self.nth(2) {
            K::Comma => {
                self.nth(3).is_name() && matches!(self.nth(4), K::Comma | K::Colon | K::RBrace)
            }
            _ => false,
        }
    }

    /// The name of an argument before a colon: `f(a: 1)`.
    pub(super) fn colon_argument(&mut self, reported: &mut bool) -> Option<Name> {
        if !self.kind().is_name() || self.nth(1) != TokenKind::Colon {
            return None;
        }
        let name = self.take_name();
        if !std::mem::replace(reported, true) {
            self.foreign(code::P052, "\",\" or \")\"", ARGUMENT);
        }
        self.bump();
        Some(name)
    }

    /// `{:}`, whose brace is here.
    pub(super) fn empty_map(&mut self) -> Option<Expr> {
        if self.nth(1) != TokenKind::Colon || self.nth(2) != TokenKind::RBrace {
            return None;
        }
        let start = self.bump().start;
        self.foreign(code::P020, EXPRESSION, EMPTY_MAP);
        self.bump();
        self.bump();
        let span = self.span_from(start);
        Some(self.expr_node(ExprKind::Map(Vec::new()), span))
    }

    /// `t.0`, whose dot is read.
    pub(super) fn part_of_tuple(&mut self, object: Expr) -> Result<Expr, Expr> {
        let token = self.token();
        if !self.at(TokenKind::Int) || token.first_on_line {
            return Err(object);
        }
        self.foreign(code::P030, "name", TUPLE_PART);
        let start = object.span.start;
        let index = self.literal();
        let span = self.span_from(start);
        let kind = ExprKind::Index {
            object: Box::new(object),
            subscripts: vec![Subscript::Index(index)],
        };
        Ok(self.expr_node(kind, span))
    }

    /// `{ let x = 1  x + 1 }` where a value is read.
    pub(super) fn block_value(&mut self) -> Option<Expr> {
        let inner = self.nth(1);
        if !inner.is_statement_word() || self.nth(2) == TokenKind::Colon {
            return None;
        }
        let start = self.pos;
        self.pos += 1;
        self.foreign(code::P020, EXPRESSION, BLOCK);
        self.pos = start;
        self.arm_block();
        Some(self.error_expr())
    }

    /// `if x = 3 {`: the rest of the condition, which is read as a comparison.
    pub(super) fn assigned_condition(&mut self) {
        if self.at(TokenKind::Eq) && !self.token().first_on_line {
            self.foreign(code::P050, "\"{\"", EQUALS);
            self.bump();
            self.head_expr();
        }
    }
}
