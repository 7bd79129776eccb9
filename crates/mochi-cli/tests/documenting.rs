//! `mochi doc`: pages of programs and of packages, whole, with links that lead somewhere.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use mochi_test::process::{Finished, Mochi};
use support::words;

struct Folder {
    folder: tempfile::TempDir,
    mochi: Mochi,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let (folder, mochi) = (support::folder(files), support::mochi("documenting"));
        Self { folder, mochi }
    }

    fn mochi(&self, line: &str) -> Finished {
        let folder = self.folder.path();
        self.mochi.run(folder, &words(line), "").unwrap()
    }

    /// The pages in a folder, checked: elements are closed, links lead to what is there.
    fn pages(&self, folder: &str) -> BTreeMap<String, String> {
        let mut pages = BTreeMap::new();
        for entry in fs::read_dir(self.folder.path().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            pages.insert(name, fs::read_to_string(path).unwrap());
        }
        for (name, text) in pages
            .iter()
            .filter(|(name, _)| Path::new(name).extension().is_some_and(|end| end == "html"))
        {
            closed(name, text);
            for link in values(text, "href") {
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                if file.starts_with("http") {
                    continue;
                }
                let file = if file.is_empty() { name } else { file };
                let target = pages.get(file);
                assert!(target.is_some(), "{name} links to {file}");
                let there = anchor.is_empty() || values(target.unwrap(), "id").contains(anchor);
                assert!(there, "{name} links to {link}");
            }
        }
        pages
    }
}

/// The values of an attribute.
fn values<'a>(text: &'a str, attribute: &str) -> BTreeSet<&'a str> {
    let start = format!(" {attribute}=\"");
    text.split(&start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

/// Every element that is opened is closed, in order; places are unique.
fn closed(name: &str, text: &str) {
    let mut open = Vec::new();
    for tag in text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let word = tag.split_whitespace().next().unwrap();
        if let Some(word) = word.strip_prefix('/') {
            assert_eq!(open.pop(), Some(word), "{name}");
        } else if !matches!(word, "!doctype" | "meta" | "link") {
            open.push(word);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
    let count = text.matches(" id=\"").count();
    assert_eq!(values(text, "id").len(), count, "{name} has places twice");
}

const UNITS: &str = "\
/// Lengths and *areas*.
package units

import \"./more\" as more
/// A rectangle <of> paper.
export type Rect {
  /// How wide.
  width: float
  height: float
  /// The area.
  fun area(): float { return this.width * this.height }
}
export type Shape =
  /// A round one.
  Circle(
    /// How far it reaches.
    r: float
  )
  | Square(side: float)
  /// Nothing but a place.
  | Point
/// Counts.
export agent Counter {
  var n: int = 0
  /// Adds to the count.
  intent add(k: int): int {
    n = n + k
    return n
  }
}
/// Comes again and again.
export stream Tick { at: int }
/// Adds.
///
/// - one
/// - two
///
/// ```mochi
/// 1 < 2
/// ```
export fun area(r: Rect, scale: float = 2.0): float { return r.area() * scale }
export fun shapes(names: map<string, list<int>>, first: Rect?, second: Rect?, last: int | string): list<Shape> { return [] }
fun hidden() {}
/// Pi.
export let pi = 3.14
";

#[test]
fn a_program_is_documented_by_what_it_exports() {
    let folder = Folder::new(&[
        ("units.mochi", UNITS),
        (
            "more.mochi",
            "export fun twice(n: int): int { return n * 2 }\n",
        ),
        ("none.mochi", "let x = 1\n"),
    ]);
    let done = folder.mochi("doc units.mochi");
    assert_eq!(
        (done.exit, done.stdout.as_str()),
        (0, "build/doc/units/index.html\n"),
        "{}",
        done.stderr
    );
    let pages = folder.pages("build/doc/units");
    let names: Vec<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["index.html", "more.html", "style.css", "units.html"]
    );
    insta::assert_snapshot!(pages["units.html"]);
    assert!(
        pages["more.html"].contains("import &quot;more&quot;"),
        "{}",
        pages["more.html"]
    );
    // The same bytes again, in the place of the old ones.
    assert_eq!(folder.mochi("doc units.mochi").exit, 0);
    assert_eq!(folder.pages("build/doc/units"), pages);
    let done = folder.mochi("doc none.mochi --out out");
    assert_eq!(done.stdout, "out/index.html\n");
    assert!(folder.pages("out")["index.html"].contains("Nothing is exported."));
}

#[test]
fn files_of_others_stay() {
    let folder = Folder::new(&[
        ("units.mochi", UNITS),
        (
            "more.mochi",
            "export fun twice(n: int): int { return n * 2 }\n",
        ),
        ("none.mochi", "export let x = 1\n"),
    ]);
    assert_eq!(folder.mochi("doc units.mochi --out out").exit, 0);
    let out = folder.folder.path().join("out");
    fs::create_dir(out.join("images")).unwrap();
    fs::write(out.join("images/a.svg"), "<svg/>").unwrap();
    fs::write(out.join("notes.html"), "mine").unwrap();
    let done = folder.mochi("doc none.mochi --out out");
    assert_eq!(done.exit, 0, "{}", done.stderr);
    let names: BTreeSet<String> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    // Pages of an earlier time are gone.
    let expected = ["images", "index.html", "notes.html", "style.css"];
    assert_eq!(names, expected.map(str::to_owned).into());
    assert_eq!(fs::read_to_string(out.join("notes.html")).unwrap(), "mine");
    assert!(out.join("images/a.svg").exists());
    // A file of others where a page belongs is in the way.
    fs::write(out.join("more.html"), "mine").unwrap();
    let done = folder.mochi("doc units.mochi --out out");
    assert_eq!(done.exit, 1);
    assert!(
        done.stderr
            .contains("out/more.html was not written by mochi doc: remove it"),
        "{}",
        done.stderr
    );
    assert_eq!(fs::read_to_string(out.join("more.html")).unwrap(), "mine");
    let index = fs::read_to_string(out.join("index.html")).unwrap();
    assert!(!index.contains("Rect"), "{index}");
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let folder = Folder::new(&[
        ("bad.mochi", "let x: int = \"a\"\n"),
        ("mine/index.html", "mine"),
        ("good.mochi", "export let x = 1\n"),
    ]);
    let done = folder.mochi("doc bad.mochi");
    assert_eq!(done.exit, 1);
    assert!(done.stderr.contains("error[T008]"), "{}", done.stderr);
    assert!(!folder.folder.path().join("build").exists());
    let done = folder.mochi("doc good.mochi --out mine");
    assert_eq!(done.exit, 1);
    assert!(
        done.stderr.contains("mine was not written by mochi doc"),
        "{}",
        done.stderr
    );
    assert_eq!(folder.mochi("doc absent.mochi").exit, 1);
    assert_eq!(folder.mochi("doc").exit, 2);
}

#[test]
fn a_module_of_python_is_documented_as_programs_see_it() {
    let folder = Folder::new(&[]);
    let done = folder.mochi("doc zipfile");
    assert_eq!(
        (done.exit, done.stdout.as_str()),
        (0, "build/doc/zipfile/index.html\n"),
        "{}",
        done.stderr
    );
    let pages = folder.pages("build/doc/zipfile");
    let page = pages.get("zipfile.html").unwrap_or(&pages["index.html"]);
    for text in [
        "import python &quot;zipfile&quot; as zipfile",
        "<article id=\"ZipFile\">",
        "<article id=\"ZipFile.__init__\">",
        "fun is_zipfile(",
        "Types: typeshed.",
        "error type zipfile.BadZipFile: Exception",
        "let ZIP_STORED: ",
    ] {
        assert!(page.contains(text), "no {text} in {page}");
    }
}

#[test]
fn registry_a_package_is_documented_with_its_skips() {
    let folder = Folder::new(&[]);
    let done = folder.mochi("doc tabulate@==0.9.0 --out out");
    assert_eq!(
        (done.exit, done.stdout.as_str()),
        (0, "out/index.html\n"),
        "{}",
        done.stderr
    );
    let pages = folder.pages("out");
    let all: String = pages.values().map(String::as_str).collect();
    assert!(all.contains("<h1>tabulate 0.9.0</h1>"), "{all}");
    assert!(all.contains("fun tabulate("), "{all}");
}

#[test]
fn a_project_is_documented_under_its_name() {
    let folder = Folder::new(&[
        (
            "mochi.toml",
            "[package]\nname = \"shop\"\nversion = \"1.2.0\"\n",
        ),
        ("src/lib.mochi", "/// Sells.\nexport fun sell(n: int) {}\n"),
    ]);
    let done = folder.mochi("doc");
    assert_eq!(
        (done.exit, done.stdout.as_str()),
        (0, "build/doc/shop/index.html\n"),
        "{}",
        done.stderr
    );
    let pages = folder.pages("build/doc/shop");
    assert!(pages["index.html"].contains("<h1>shop 1.2.0</h1>"));
    assert!(pages["index.html"].contains("<code>fun sell(n: int)</code>"));
}
