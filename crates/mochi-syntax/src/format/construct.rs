//! How each kind of construct is broken over lines.

use super::mark::{NodeKind, Role};
use super::measure::{has_trailing_comma, is_subscript};
use super::print::{Printer, STEP, WIDTH};
use super::source::Node;
use crate::token::TokenKind as K;

/// Lists whose items are numbers of at most so many columns are filled line by line.
const SHORT: usize = 10;

impl Printer<'_> {
    /// A statement. The value of a variable moves to a line of its own if not even its beginning fits
    /// behind the `=`.
    pub fn stmt(&mut self, index: usize, indent: usize) {
        let source = self.source;
        let node = source.node(index);
        let mut direct = source.direct(index);
        let Some(equals) = direct.find(|at| source.unit(*at).kind == K::Eq) else {
            self.parts(index, indent, 0);
            return;
        };
        let value = equals + 1;
        self.run(index, node.first, value, indent, 0, false);
        let opens = |at: &usize| {
            let unit = source.unit(*at);
            let bracket = matches!(unit.kind, K::LParen | K::LBracket | K::LBrace);
            bracket || matches!(unit.role, Some(Role::Op(_)))
        };
        let head = (value..node.end).find(opens).map_or(node.end, |at| at + 1);
        let width = self.measures.width(value, head);
        let moves = self.column_of(value) + width > WIDTH && indent + STEP + width <= WIDTH;
        let base = if moves { indent + STEP } else { indent };
        if moves {
            self.due(base, false);
        }
        self.run(index, value, node.end, base, 0, false);
    }

    /// `{ … }` around statements.
    pub fn block(&mut self, index: usize, indent: usize) {
        let source = self.source;
        let node = source.node(index);
        self.unit(node.first, indent);
        for (count, child) in source.child_indexes(index).enumerate() {
            self.due(indent + STEP, count > 0);
            self.node(child, indent + STEP, 0);
        }
        self.close(node.end - 1, indent);
    }

    /// `{ … }` around members, with a comma behind every one or none at all.
    pub fn members(&mut self, index: usize, indent: usize) {
        let source = self.source;
        let node = source.node(index);
        let items: Vec<usize> = source.child_indexes(index).collect();
        let comma_behind = |item: &usize| source.unit(source.node(*item).end).kind == K::Comma;
        let between = items.split_last().map_or(&[][..], |(_, rest)| rest);
        let commas = if between.is_empty() {
            items.iter().all(comma_behind)
        } else {
            between.iter().all(comma_behind)
        };
        self.unit(node.first, indent);
        for (count, item) in items.iter().enumerate() {
            self.due(indent + STEP, count > 0);
            self.node(*item, indent + STEP, 1);
            let next = items.get(count + 1).map(|next| source.node(*next));
            // Without it, the next member would go on the one before.
            let needed = next.is_some_and(|next| source.unit(next.first).kind == K::LParen);
            if commas || needed {
                self.comma();
            }
            if comma_behind(item) {
                self.comments(source.node(*item).end, indent + STEP);
            }
        }
        self.close(node.end - 1, indent);
    }

    /// Brackets around items with commas between them.
    pub fn list(&mut self, index: usize, indent: usize, after: usize) {
        let source = self.source;
        let node = source.node(index);
        let items: Vec<usize> = source.child_indexes(index).collect();
        if let Some(last) = self.hugged(node, &items) {
            let item = source.node(last);
            self.units(node.first, item.first, indent);
            self.node(last, indent, after + 1);
            self.units(item.end, node.end, indent);
            return;
        }
        self.unit(node.first, indent);
        if items.is_empty() {
            self.close(node.end - 1, indent);
            return;
        }
        let inner = indent + STEP;
        let fill = items.len() > 1
            && items
                .iter()
                .all(|item| self.is_short(source.node(*item), node.end));
        for (count, item) in items.iter().enumerate() {
            let node = source.node(*item);
            let room = self.column_of(node.first) + self.measures.width(node.first, node.end) + 1;
            if !fill || count == 0 || room > WIDTH || source.unit(node.first).newlines > 1 {
                self.due(inner, count > 0);
            }
            self.node(*item, inner, 1);
            if source.unit(node.end).kind == K::Comma {
                self.unit(node.end, inner);
            } else if !is_subscript(source, source.node(index)) {
                self.comma();
            }
        }
        self.close(node.end - 1, indent);
    }

    /// A number that may share its line with others of a list, which ends before the unit `end`:
    /// no comment belongs to it alone.
    fn is_short(&self, item: Node, end: usize) -> bool {
        let units = (item.first..item.end).all(|at| {
            matches!(
                self.source.unit(at).kind,
                K::Int | K::Float | K::Minus | K::True | K::False | K::None
            )
        });
        let behind = (end - 1).min(item.end + 2);
        let closes = behind == end - 1 && item.end + 1 >= behind;
        let mut last = self.source.comments_before(end - 1).iter();
        let commented = self.measures.breaks_in(item.first + 1, behind)
            || closes && last.any(|comment| comment.newlines == 0);
        units && !commented && self.measures.width(item.first, item.end) <= SHORT
    }

    /// The last item of a list, if only what it ends with is broken and the brackets stay where they
    /// are: a block or literal in braces, or, where the item is the only one, any brackets.
    fn hugged(&self, node: Node, items: &[usize]) -> Option<usize> {
        let last = *items.last()?;
        let item = self.source.node(last);
        let only = items.len() == 1;
        let hangs = match self.source.unit(node.first).kind {
            K::LParen => true,
            K::LBracket => only,
            _ => false,
        };
        let open = self.tail(last, only).filter(|_| hangs)?;
        let clean = !self.measures.breaks_in(node.first + 1, open + 1)
            && !self.measures.breaks_in(item.end, node.end)
            && !has_trailing_comma(self.source, node);
        let width = self.measures.width(node.first, open + 1);
        (clean && self.column_of(node.first) + width <= WIDTH).then_some(last)
    }

    /// The bracket that the last part of a node begins with, if that part may hang open at the end
    /// of a line; with `only` that may be more than braces.
    fn tail(&self, index: usize, only: bool) -> Option<usize> {
        let node = self.source.node(index);
        let child = self.source.child_indexes(index).last()?;
        let last = self.source.node(child);
        if last.end != node.end {
            return None;
        }
        match last.kind {
            NodeKind::Block => Some(last.first),
            NodeKind::Members if only => Some(last.first),
            NodeKind::List => {
                let open = self.source.unit(last.first);
                let role = matches!(open.role, Some(Role::Tight | Role::Padded));
                let hangs = match node.kind {
                    NodeKind::Chain => role && (only || open.kind == K::LBrace),
                    _ => only || open.kind == K::LBrace,
                };
                hangs.then_some(last.first)
            }
            NodeKind::Chain => self.tail(child, only),
            _ => None,
        }
    }

    /// `(e)`.
    pub fn paren(&mut self, index: usize, indent: usize, after: usize) {
        let source = self.source;
        let node = source.node(index);
        let child = source.children(index).next();
        let wraps = child.is_none_or(|child| matches!(child.kind, NodeKind::Binary | NodeKind::If))
            || self.measures.breaks_in(node.first + 1, node.first + 2)
            || self.measures.breaks_in(node.end - 1, node.end);
        self.unit(node.first, indent);
        if wraps {
            self.due(indent + STEP, false);
            self.run(index, node.first + 1, node.end - 1, indent + STEP, 0, false);
            self.close(node.end - 1, indent);
        } else {
            self.run(
                index,
                node.first + 1,
                node.end - 1,
                indent,
                after + 1,
                false,
            );
            self.unit(node.end - 1, indent);
        }
    }

    /// `{ e }`.
    pub fn braced(&mut self, index: usize, indent: usize) {
        let node = self.source.node(index);
        self.unit(node.first, indent);
        self.due(indent + STEP, false);
        self.run(index, node.first + 1, node.end - 1, indent + STEP, 0, false);
        self.close(node.end - 1, indent);
    }

    /// A value followed by calls and members: members that are called begin lines, the first one of
    /// a path aside, unless it is enough to break what stands last.
    pub fn chain(&mut self, index: usize, indent: usize, after: usize) {
        let source = self.source;
        let node = source.node(index);
        let direct: Vec<usize> = source.direct(index).collect();
        let links = direct.iter().copied().filter(|at| {
            let name = if source.unit(*at).kind == K::Question {
                at + 2
            } else {
                at + 1
            };
            let is_link = source.unit(*at).role == Some(Role::Link);
            let open = source.unit(name + 1);
            is_link && open.kind == K::LParen && open.role == Some(Role::Tight)
        });
        let mut links: Vec<usize> = links.collect();
        let first_child = source.children(index).next().map_or(node.end, |c| c.first);
        let calls = links.len();
        links.retain(|at| *at > first_child);
        if links.is_empty() || calls < 2 || self.ends_open(index, calls) {
            self.parts(index, indent, after);
            return;
        }
        let mut at = node.first;
        let mut base = indent;
        for link in links.iter().copied().chain([node.end]) {
            // The room behind a line of the chain is what follows its last part only.
            let room = if link == node.end { after } else { 0 };
            self.run(index, at, link, base, room, false);
            at = link;
            if link < node.end {
                base = indent + STEP;
                self.due(base, false);
            }
        }
    }

    /// Whether a chain may stay on its line up to the bracket of its last call.
    fn ends_open(&self, index: usize, calls: usize) -> bool {
        let node = self.source.node(index);
        let Some(open) = self.tail(index, true) else {
            return false;
        };
        let must_break = self.measures.breaks_in(open + 1, node.end);
        (calls < 3 || must_break) && self.fits(node.first, open + 1, 0)
    }

    /// Operands with operators between them: operators begin lines.
    pub fn binary(&mut self, index: usize, indent: usize, after: usize) {
        let source = self.source;
        let node = source.node(index);
        let last = source.children(index).last();
        // Operators that begin lines stay there: what was broken for want of room has a comma at its
        // end from then on, and would else be taken for what should hang.
        let mut ops = source.direct(index).map(|at| source.unit(at));
        let begins = ops.any(|op| matches!(op.role, Some(Role::Op(_))) && op.first_on_line);
        // Members are broken with what they stand in: only the last operand may have some.
        let mut others = source.children(index);
        let hangs = last.is_some_and(|last| {
            !begins
                && !others.any(|c| c.kind == NodeKind::Members && c.first != last.first)
                && last.end == node.end
                && self.measures.breaks_in(last.first + 1, last.end)
                && self.fits(node.first, last.first + 1, 0)
        });
        if hangs {
            self.parts(index, indent, after);
            return;
        }
        let ops: Vec<(usize, u8)> = source
            .direct(index)
            .filter_map(|at| match source.unit(at).role {
                Some(Role::Op(level)) => Some((at, level)),
                _ => None,
            })
            .collect();
        self.operands(index, (node.first, node.end), &ops, indent, after);
    }

    /// A part of a node with operators; what does not fit is broken at the loosest operators.
    fn operands(
        &mut self,
        index: usize,
        (first, end): (usize, usize),
        ops: &[(usize, u8)],
        indent: usize,
        after: usize,
    ) {
        let lowest = ops.iter().map(|(_, level)| *level).min();
        let fits = self.fits(first, end, after);
        if fits {
            self.units(first, end, indent);
            return;
        }
        let Some(lowest) = lowest else {
            self.run(index, first, end, indent, after, false);
            return;
        };
        let mut at = first;
        let mut base = indent;
        let mut rest = ops;
        loop {
            let next = rest.iter().position(|(_, level)| *level == lowest);
            let (inner, behind) = rest.split_at(next.unwrap_or(rest.len()));
            let to = behind.first().map_or(end, |(at, _)| *at);
            let room = if to == end { after } else { 0 };
            self.operands(index, (at, to), inner, base, room);
            let Some((op, tail)) = behind.split_first() else {
                return;
            };
            base = indent + STEP;
            self.due(base, false);
            self.unit(op.0, base);
            at = op.0 + 1;
            rest = tail;
        }
    }

    /// `if c { a } else { b }` with every brace open, or `then` and `else` on lines of their own.
    pub fn if_expr(&mut self, index: usize, indent: usize, after: usize) {
        let source = self.source;
        let node = source.node(index);
        let mut at = node.first;
        let mut base = indent;
        let words = source.direct(index);
        let has_then = source
            .direct(index)
            .any(|at| source.unit(at).kind == K::Then);
        let is_word = |at: &usize| {
            let kind = source.unit(*at).kind;
            has_then && matches!(kind, K::Then | K::Else)
        };
        for word in words.filter(is_word) {
            self.run(index, at, word, base, 0, false);
            base = indent + STEP;
            self.due(base, false);
            at = word;
        }
        let broken = !has_then && source.children(index).any(|c| c.kind == NodeKind::Braced);
        self.if_parts(index, (at, node.end), base, after, broken);
    }

    fn if_parts(
        &mut self,
        index: usize,
        (first, end): (usize, usize),
        indent: usize,
        after: usize,
        broken: bool,
    ) {
        let source = self.source;
        let inside = source.child_indexes(index).filter(|child| {
            let child = source.node(*child);
            child.first >= first && child.end <= end
        });
        let mut at = first;
        for child in inside {
            let node = source.node(child);
            self.units(at, node.first, indent);
            at = node.end;
            let follows_else = source.unit(node.first.wrapping_sub(1)).kind == K::Else;
            let chained = node.kind == NodeKind::If && follows_else;
            if broken && (node.kind == NodeKind::Braced || chained) {
                self.broken(child, indent, after);
            } else {
                let room = if at == end { after } else { STEP };
                self.node(child, indent, room);
            }
        }
        self.units(at, end, indent);
    }

    /// A query: each clause but the first begins a line; a rule: each condition does.
    pub fn query(&mut self, index: usize, indent: usize, after: usize) {
        let source = self.source;
        let node = source.node(index);
        let mut at = node.first;
        let mut base = indent;
        let clauses = source.direct(index);
        for clause in clauses.filter(|at| source.unit(*at).role == Some(Role::Clause)) {
            self.run(index, at, clause, base, 0, false);
            base = indent + STEP;
            self.due(base, false);
            at = clause;
        }
        self.run(index, at, node.end, base, after, false);
    }
}
