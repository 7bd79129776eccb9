//! Files: texts, cells, rows that are saved and loaded again.

use super::ty::Ty;
use super::{Piece, Writer};

const PATHS: &[&str] = &["a.txt", "b.txt"];

impl Writer {
    /// A statement about files.
    pub(super) fn file_stmt(&mut self) {
        if self.pure {
            return self.print();
        }
        let path = *self.chance.pick(PATHS);
        match self.chance.below(5) {
            0 | 1 => {
                let name = if self.chance.percent(50) {
                    "writeFile"
                } else {
                    "appendFile"
                };
                let text = self.expr(&Ty::Str, 2, true).text;
                self.line(&format!("{name}(\"{path}\", {text})"));
                let var = format!("read{}", self.next());
                if self.chance.percent(50) {
                    self.line(&format!("let {var} = readFile(\"{path}\")"));
                    self.declare(&var, &Ty::Str, false);
                } else {
                    self.line(&format!("let {var} = lines(\"{path}\")"));
                    self.declare(&var, &Ty::Str.list(), false);
                }
            }
            2 => {
                let rows = Ty::Str.list().list();
                let value = self.expr(&rows, 2, true).text;
                self.line(&format!("saveCSV(\"{path}\", {value})"));
                let var = format!("read{}", self.next());
                self.line(&format!("let {var} = loadCSV(\"{path}\")"));
                self.declare(&var, &rows, false);
            }
            _ => self.saved_rows(path),
        }
    }

    fn saved_rows(&mut self, path: &str) {
        let found: Vec<usize> = (0..self.types.len())
            .filter(|at| {
                let def = &self.types[*at];
                !def.is_gone && def.is_record && Ty::Named(*at).is_read_back(&self.types)
            })
            .collect();
        if found.is_empty() {
            if self.types.len() > 12 {
                return self.print();
            }
            return self.late_record(path);
        }
        let ty = Ty::Named(*self.chance.pick(&found));
        let format = *self.chance.pick(&["json", "jsonl", "csv", "tsv"]);
        let is_table = matches!(format, "csv" | "tsv");
        let rows = self.expr(&ty.clone().list(), 2, true);
        let header = if is_table { ", header: true" } else { "" };
        self.line(&format!(
            "save {} to \"{path}\" with {{ format: \"{format}\"{header} }}",
            rows.within(0)
        ));
        let var = format!("read{}", self.next());
        let (of, ty) = if is_table || self.chance.percent(30) {
            ("any".to_owned(), Ty::Any.list())
        } else {
            (self.type_text(&ty), ty.list())
        };
        self.line(&format!(
            "let {var} = load \"{path}\" as {of} with {{ format: \"{format}\" }}"
        ));
        self.declare(&var, &ty, false);
        if self.is_free("print") && self.chance.percent(50) {
            self.line(&format!("print({var}, readFile(\"{path}\"))"));
        }
    }

    /// A record whose values can be saved, where there is none.
    fn late_record(&mut self, path: &str) {
        let name = format!("Saved{}", self.next());
        let fields = [("n", Ty::Int), ("name", Ty::Str), ("of", Ty::Bool)];
        let count = 1 + self.chance.below(3);
        let fields: Vec<(String, Ty)> = fields
            .into_iter()
            .take(count)
            .map(|(name, ty)| (name.to_owned(), ty))
            .collect();
        self.plain_record(&name, fields);
        self.saved_rows(path);
    }

    /// Text out of a file that may not be there.
    pub(super) fn read_text(&mut self) -> Piece {
        Piece::tight(format!("readFile(\"{}\")", self.chance.pick(PATHS)))
    }
}
