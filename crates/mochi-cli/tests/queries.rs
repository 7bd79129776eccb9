//! Queries beside a plain evaluator of language.md §10: random combinations of joins, conditions,
//! groups, orders and windows, hundreds in one program, must print what the evaluator says.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::fs;

use mochi_test::process::Mochi;

/// A row: what each variable holds, as (k, v); none where a join left it without a value.
type Row = Vec<Option<(i64, i64)>>;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

const NAMES: [&str; 3] = ["x", "y", "z"];

/// `x.k` or `x.v`.
#[derive(Clone, Copy)]
struct Access {
    var: usize,
    key: bool,
}

impl Access {
    fn any(dice: &mut Dice, vars: usize) -> Self {
        Self {
            var: dice.roll(vars),
            key: dice.chance(60),
        }
    }

    const fn field(self) -> &'static str {
        if self.key { "k" } else { "v" }
    }

    /// As a program writes it; `from` is what the variable is a field of.
    fn text(self, optional: &[bool], from: &str) -> String {
        let (name, field) = (NAMES[self.var], self.field());
        if optional[self.var] {
            format!("({from}{name}?.{field} ?? -1)")
        } else {
            format!("{from}{name}.{field}")
        }
    }

    fn value(self, row: &Row) -> i64 {
        row[self.var].map_or(-1, |(k, v)| if self.key { k } else { v })
    }
}

/// A condition on a row.
enum Cond {
    Equal(Access, Access),
    Less(Access, Access),
    Above(Access, i64),
    Even(Access),
    And(Box<Cond>, Box<Cond>),
    Or(Box<Cond>, Box<Cond>),
}

impl Cond {
    fn any(dice: &mut Dice, vars: usize, depth: usize) -> Self {
        let access = |dice: &mut Dice| Access::any(dice, vars);
        match dice.roll(if depth == 0 { 3 } else { 5 }) {
            0 => Self::Less(access(dice), access(dice)),
            1 => Self::Above(access(dice), i64::try_from(dice.roll(5)).unwrap() - 1),
            2 => Self::Even(access(dice)),
            3 => Self::And(
                Box::new(Self::any(dice, vars, depth - 1)),
                Box::new(Self::any(dice, vars, depth - 1)),
            ),
            _ => Self::Or(
                Box::new(Self::any(dice, vars, depth - 1)),
                Box::new(Self::any(dice, vars, depth - 1)),
            ),
        }
    }

    /// The condition of a join of the last variable with those before.
    fn of_join(dice: &mut Dice, vars: usize) -> Self {
        let last = vars - 1;
        let new = |dice: &mut Dice| Access {
            var: last,
            key: dice.chance(70),
        };
        let equal = |dice: &mut Dice| {
            let (old, new) = (Access::any(dice, last), new(dice));
            if dice.chance(50) {
                Self::Equal(old, new)
            } else {
                Self::Equal(new, old)
            }
        };
        match dice.roll(6) {
            0 | 1 => equal(dice),
            2 => Self::And(Box::new(equal(dice)), Box::new(equal(dice))),
            3 => Self::And(Box::new(equal(dice)), Box::new(Self::any(dice, vars, 1))),
            4 => Self::And(Box::new(Self::any(dice, vars, 0)), Box::new(equal(dice))),
            _ => Self::any(dice, vars, 1),
        }
    }

    fn text(&self, optional: &[bool]) -> String {
        match self {
            Self::Equal(a, b) => format!("{} == {}", a.text(optional, ""), b.text(optional, "")),
            Self::Less(a, b) => format!("{} < {}", a.text(optional, ""), b.text(optional, "")),
            Self::Above(a, bound) => format!("{} > {bound}", a.text(optional, "")),
            Self::Even(a) => format!("{} % 2 == 0", a.text(optional, "")),
            Self::And(a, b) => format!("{} && {}", a.text(optional), b.text(optional)),
            Self::Or(a, b) => format!("({} || {})", a.text(optional), b.text(optional)),
        }
    }

    fn holds(&self, row: &Row) -> bool {
        match self {
            Self::Equal(a, b) => a.value(row) == b.value(row),
            Self::Less(a, b) => a.value(row) < b.value(row),
            Self::Above(a, bound) => a.value(row) > *bound,
            Self::Even(a) => a.value(row) % 2 == 0,
            Self::And(a, b) => a.holds(row) && b.holds(row),
            Self::Or(a, b) => a.holds(row) || b.holds(row),
        }
    }
}

/// The lists that queries run over, by variable.
fn lists(dice: &mut Dice) -> Vec<Vec<(i64, i64)>> {
    let number = |dice: &mut Dice, sides| i64::try_from(dice.roll(sides)).unwrap();
    [7, 6, 5]
        .into_iter()
        .map(|length| {
            (0..length)
                .map(|_| (number(dice, 4), number(dice, 6)))
                .collect()
        })
        .collect()
}

/// A query's text while it grows, beside its rows.
struct Case {
    text: String,
    rows: Vec<Row>,
    optional: Vec<bool>,
}

fn sources(dice: &mut Dice, data: &[Vec<(i64, i64)>]) -> Case {
    let froms = 1 + usize::from(dice.chance(20));
    let total = (froms + [0, 0, 1, 1, 2][dice.roll(5)]).min(3);
    let mut case = Case {
        text: "from x in xs".to_owned(),
        rows: data[0].iter().map(|item| vec![Some(*item)]).collect(),
        optional: vec![false],
    };
    for var in 1..total {
        let name = NAMES[var];
        let before = std::mem::take(&mut case.rows);
        if var < froms {
            write!(case.text, " from {name} in {name}s").unwrap();
            case.optional.push(false);
            for row in before {
                for item in &data[var] {
                    case.rows.push([row.clone(), vec![Some(*item)]].concat());
                }
            }
            continue;
        }
        let kind = ["", "left ", "right ", "outer "][dice.roll(4)];
        let cond = Cond::of_join(dice, var + 1);
        case.optional.push(false);
        let on = cond.text(&case.optional);
        write!(case.text, " {kind}join {name} in {name}s on {on}").unwrap();
        let keeps_left = matches!(kind, "left " | "outer ");
        let keeps_right = matches!(kind, "right " | "outer ");
        let mut matched = vec![false; data[var].len()];
        for row in &before {
            let mut alone = true;
            for (position, item) in data[var].iter().enumerate() {
                let joined = [row.clone(), vec![Some(*item)]].concat();
                if cond.holds(&joined) {
                    alone = false;
                    matched[position] = true;
                    case.rows.push(joined);
                }
            }
            if alone && keeps_left {
                case.rows.push([row.clone(), vec![None]].concat());
            }
        }
        if keeps_right {
            for (position, item) in data[var].iter().enumerate() {
                if !matched[position] {
                    case.rows
                        .push([vec![None; var], vec![Some(*item)]].concat());
                }
            }
            case.optional = vec![true; var];
            case.optional.push(false);
        }
        if keeps_left {
            case.optional[var] = true;
        }
    }
    if dice.chance(60) {
        let cond = Cond::any(dice, total, 2);
        write!(case.text, " where {}", cond.text(&case.optional)).unwrap();
        case.rows.retain(|row| cond.holds(row));
    }
    case
}

/// A number by which rows may be sorted, with its text.
type SortKey<T> = (String, Box<dyn Fn(&T) -> i64>);

/// Numbers by which rows are sorted: each falling or not, with its text.
fn sorted<T>(dice: &mut Dice, text: &mut String, rows: &mut [T], keys: &[SortKey<T>]) {
    if !dice.chance(60) {
        return;
    }
    let mut chosen = Vec::new();
    for _ in 0..=dice.roll(2) {
        chosen.push((dice.roll(keys.len()), dice.chance(40)));
    }
    let texts: Vec<String> = chosen
        .iter()
        .map(|(key, falling)| format!("{}{}", if *falling { "-" } else { "" }, keys[*key].0))
        .collect();
    if let [only] = texts.as_slice() {
        write!(text, " sort by {only}").unwrap();
    } else {
        write!(text, " sort by [{}]", texts.join(", ")).unwrap();
    }
    rows.sort_by(|a, b| {
        for (key, falling) in &chosen {
            let order = (keys[*key].1)(a).cmp(&(keys[*key].1)(b));
            let order = if *falling { order.reverse() } else { order };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    });
}

/// `skip` and `take`, as numbers.
fn window(dice: &mut Dice, text: &mut String) -> (usize, usize) {
    let mut bounds = (0, usize::MAX);
    for word in ["skip", "take"] {
        if !dice.chance(30) {
            continue;
        }
        let count = i64::try_from(dice.roll(8)).unwrap() - 1;
        write!(text, " {word} {count}").unwrap();
        let count = usize::try_from(count).unwrap_or(0);
        if word == "skip" {
            bounds.0 = count;
        } else {
            bounds.1 = count;
        }
    }
    bounds
}

/// What a query prints: a list of tuples, or of numbers.
fn shown(rows: &[Vec<i64>]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|row| {
            let parts: Vec<String> = row.iter().map(ToString::to_string).collect();
            match parts.as_slice() {
                [only] => only.clone(),
                several => format!("({})", several.join(", ")),
            }
        })
        .collect();
    format!("[{}]", rows.join(", "))
}

/// The end of a query: what is selected of the rows, and what that prints.
fn selected(
    dice: &mut Dice,
    text: &mut String,
    rows: Vec<Vec<i64>>,
    element: &str,
    bounds: (usize, usize),
) -> String {
    let mut rows = rows;
    let distinct = dice.chance(30);
    if distinct {
        let mut seen: Vec<Vec<i64>> = Vec::new();
        rows.retain(|row| {
            let new = !seen.contains(row);
            seen.push(row.clone());
            new
        });
    }
    let word = if distinct { "distinct " } else { "" };
    let rows: Vec<Vec<i64>> = rows.into_iter().skip(bounds.0).take(bounds.1).collect();
    let aggregate = ["sum", "count", "min", "max"][dice.roll(4)];
    if rows.iter().all(|row| row.len() == 1) && !element.contains(',') && dice.chance(30) {
        write!(text, " select {word}{aggregate}({element})").unwrap();
        let values: Vec<i64> = rows.iter().map(|row| row[0]).collect();
        let value = match aggregate {
            "sum" => values.iter().sum(),
            "count" => i64::try_from(values.len()).unwrap(),
            "min" => values.iter().min().copied().unwrap_or(0),
            _ => values.iter().max().copied().unwrap_or(0),
        };
        return value.to_string();
    }
    write!(text, " select {word}{element}").unwrap();
    shown(&rows)
}

fn tuple(parts: &[String]) -> String {
    match parts {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    }
}

/// The rest of a query that does not group.
fn plain(dice: &mut Dice, case: Case) -> (String, String) {
    let Case {
        mut text,
        mut rows,
        optional,
    } = case;
    let keys: Vec<SortKey<Row>> = (0..optional.len())
        .flat_map(|var| [true, false].map(|key| Access { var, key }))
        .map(|access| {
            let value: Box<dyn Fn(&Row) -> i64> = Box::new(move |row| access.value(row));
            (access.text(&optional, ""), value)
        })
        .collect();
    sorted(dice, &mut text, &mut rows, &keys);
    let bounds = window(dice, &mut text);
    let accesses: Vec<Access> = (0..=dice.roll(3))
        .map(|_| Access::any(dice, optional.len()))
        .collect();
    let texts: Vec<String> = accesses
        .iter()
        .map(|access| access.text(&optional, ""))
        .collect();
    let values = rows
        .iter()
        .map(|row| accesses.iter().map(|access| access.value(row)).collect())
        .collect();
    let expected = selected(dice, &mut text, values, &tuple(&texts), bounds);
    (text, expected)
}

/// A group: its key's parts, and its rows.
type Group = (Vec<i64>, Vec<Row>);

/// The rest of a query that groups.
fn grouped(dice: &mut Dice, case: Case) -> (String, String) {
    let Case {
        mut text,
        rows,
        optional,
    } = case;
    let by: Vec<Access> = (0..=dice.roll(2))
        .map(|_| Access::any(dice, optional.len()))
        .collect();
    let key_texts: Vec<String> = by.iter().map(|key| key.text(&optional, "")).collect();
    write!(text, " group by {} into g", key_texts.join(", ")).unwrap();
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let key: Vec<i64> = by.iter().map(|key| key.value(&row)).collect();
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, items)) => items.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    // The names of the key's parts.
    let mut names: Vec<String> = Vec::new();
    for (position, key) in by.iter().enumerate() {
        let field = key.field().to_owned();
        let plain = !optional[key.var] && !names.contains(&field);
        names.push(if plain {
            field
        } else {
            format!("k{}", position + 1)
        });
    }
    if dice.chance(40) {
        let least = dice.roll(3);
        write!(text, " having count(g) > {least}").unwrap();
        groups.retain(|(_, items)| items.len() > least);
    }
    let inner = [(); 3].map(|()| Access::any(dice, optional.len()));
    let of_row = inner.map(|access| {
        if optional.len() == 1 {
            format!("r.{}", access.field())
        } else {
            access.text(&optional, "r.")
        }
    });
    let items = ["g", "g.items"][dice.roll(2)];
    let total = format!("sum(from r in {items} select {})", of_row[0]);
    let most = format!(
        "max(from r in g where {} > 1 sort by -{} take 2 select {})",
        of_row[1], of_row[0], of_row[2]
    );
    let most_of = move |group: &Group| {
        let mut rows: Vec<&Row> = group
            .1
            .iter()
            .filter(|row| inner[1].value(row) > 1)
            .collect();
        rows.sort_by_key(|row| -inner[0].value(row));
        let values = rows.into_iter().take(2).map(|row| inner[2].value(row));
        values.max().unwrap_or(0)
    };
    let mut keys: Vec<SortKey<Group>> = vec![
        (
            "count(g)".to_owned(),
            Box::new(|group| i64::try_from(group.1.len()).unwrap()),
        ),
        (
            total,
            Box::new(move |group| group.1.iter().map(|row| inner[0].value(row)).sum()),
        ),
        (most, Box::new(most_of)),
    ];
    for (position, name) in names.iter().enumerate() {
        let read = if names.len() == 1 {
            "g.key".to_owned()
        } else {
            format!("g.key.{name}")
        };
        keys.push((read, Box::new(move |group: &Group| group.0[position])));
    }
    sorted(dice, &mut text, &mut groups, &keys);
    let bounds = window(dice, &mut text);
    let chosen: Vec<usize> = (0..=dice.roll(3)).map(|_| dice.roll(keys.len())).collect();
    let texts: Vec<String> = chosen.iter().map(|key| keys[*key].0.clone()).collect();
    let values = groups
        .iter()
        .map(|group| chosen.iter().map(|key| (keys[*key].1)(group)).collect())
        .collect();
    let expected = selected(dice, &mut text, values, &tuple(&texts), bounds);
    (text, expected)
}

#[test]
fn queries_give_what_the_definition_says() {
    let mut dice = Dice(2_718_281_828);
    let data = lists(&mut dice);
    let mut program = "type R { k: int, v: int }\n".to_owned();
    for (name, items) in NAMES.iter().zip(&data) {
        let items: Vec<String> = items
            .iter()
            .map(|(k, v)| format!("R {{ k: {k}, v: {v} }}"))
            .collect();
        writeln!(program, "let {name}s = [{}]", items.join(", ")).unwrap();
    }
    let mut expected = Vec::new();
    let mut texts = Vec::new();
    for _ in 0..400 {
        let case = sources(&mut dice, &data);
        let (text, value) = if dice.chance(40) {
            grouped(&mut dice, case)
        } else {
            plain(&mut dice, case)
        };
        writeln!(program, "print({text})").unwrap();
        texts.push(text);
        expected.push(value);
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.mochi"), &program).unwrap();
    let mochi = Mochi::new(env!("CARGO_BIN_EXE_mochi"), folder.path().join("cache"));
    let finished = mochi
        .run(folder.path(), &["run", "main.mochi"], "")
        .unwrap();
    let lines: Vec<&str> = finished.stdout.lines().collect();
    for (index, value) in expected.iter().enumerate() {
        assert_eq!(
            lines.get(index),
            Some(&value.as_str()),
            "{}\n{}",
            texts[index],
            finished.stderr
        );
    }
}
