//! `mochi build` writes a Python package that runs without Mochi: complete, with the same bytes
//! wherever it is made, and never over what it did not make.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use mochi_test::process::Mochi;

const MAIN: &str = "\
import \"./lib/shape\"
import python \"sys\" as sys
fun area(it: shape.Shape): float {
  return match it {
    Circle(r) => 3.0 * r * r
    Square(a) => a * a
  }
}
print(area(shape.Circle(2.0)), area(shape.made(3.0)), sys.argv[1:])
expect shape.count == 1
";

const SHAPE: &str = "\
export type Shape = Circle(r: float) | Square(side: float)
export var count = 0
export fun made(side: float): Shape {
  count = count + 1
  return Square { side: side }
}
";

fn mochi() -> Mochi {
    support::mochi("building")
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The interpreter that programs run on.
fn python() -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = "import python \"sys\" as sys\nprint(sys.executable)\n";
    write(folder.path(), &[("where.mochi", text)]);
    let done = mochi()
        .run(folder.path(), &["run", "where.mochi"], "")
        .unwrap();
    done.stdout.trim().to_owned()
}

/// Every file below a folder with its text.
fn read(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                let name = name.to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_package_runs_without_mochi_and_has_the_same_bytes_everywhere() {
    let mut builds = Vec::new();
    for place in ["here", "some/other/place"] {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join(place);
        write(
            &source,
            &[("my-app.mochi", MAIN), ("lib/shape.mochi", SHAPE)],
        );
        let file = format!("{place}/my-app.mochi");
        let done = mochi()
            .run(folder.path(), &["build", &file, "--out", "out"], "")
            .unwrap();
        assert_eq!(
            (done.exit, done.stderr.as_str()),
            (0, ""),
            "{}",
            done.stdout
        );
        let names = [
            "__init__.py",
            "__main__.py",
            "_mochi.py",
            "_mochi_wrap.py",
            "lib/__init__.py",
            "lib/shape.py",
            "lib/shape.py.map",
            "my_app.py",
            "my_app.py.map",
            "py.typed",
        ];
        let written = read(&folder.path().join("out/my_app"));
        assert!(written.keys().eq(names), "{:?}", written.keys());
        let said: String = names.map(|name| format!("out/my_app/{name}\n")).concat();
        assert_eq!(done.stdout, said);
        let output = Command::new(python())
            .args(["-m", "my_app", "a", "b"])
            .current_dir(folder.path().join("out"))
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "12 9 [\"a\", \"b\"]\n",
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        builds.push(written);
    }
    assert_eq!(builds[0], builds[1]);
}

#[test]
fn nothing_else_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("app.mochi", "print(1)\n"), ("build/app/notes.txt", "mine")],
    );
    let build = || {
        mochi()
            .run(folder.path(), &["build", "app.mochi"], "")
            .unwrap()
    };
    let done = build();
    assert_eq!(done.exit, 1, "{}", done.stderr);
    assert_eq!(
        done.stderr,
        "error: build/app was not built by mochi: remove it, or choose another folder with --out\n"
    );
    assert_eq!(read(&folder.path().join("build"))["app/notes.txt"], "mine");
    fs::remove_dir_all(folder.path().join("build/app")).unwrap();
    assert_eq!(build().exit, 0);
    assert_eq!(build().exit, 0);
    write(folder.path(), &[("app.mochi", "print(missing)\n")]);
    let refused = build();
    assert_eq!((refused.exit, refused.stdout.as_str()), (1, ""));
    assert!(folder.path().join("build/app/_mochi.py").is_file());
    let left: Vec<_> = fs::read_dir(folder.path().join("build")).unwrap().collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn a_project_has_its_name() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "mochi.toml",
                "[package]\nname = \"tea-shop\"\nversion = \"0.1.0\"\n",
            ),
            ("src/main.mochi", "import \"./price\"\nprint(price.of(2))\n"),
            (
                "src/price.mochi",
                "export fun of(n: int): int { return n * 45 }\n",
            ),
        ],
    );
    let done = mochi()
        .run(&folder.path().join("src"), &["build"], "")
        .unwrap();
    assert_eq!(done.exit, 0, "{}", done.stderr);
    let written = read(&folder.path().join("build"));
    assert!(
        written.contains_key("tea_shop/price.py"),
        "{:?}",
        written.keys()
    );
    assert!(written["tea_shop/price.py.map"].contains("\"file\": \"src/price.mochi\""));
}

#[test]
fn a_library_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "mochi.toml",
                "[package]\nname = \"units\"\nversion = \"0.1.0\"\n",
            ),
            (
                "src/lib.mochi",
                "import \"./inner\"\n\
                 fun own(): int { return 1 }\n\
                 /// Doubles.\n\
                 export fun twice(x: int): int { return inner.of(x) }\n\
                 export type Shape = Circle(r: float) | Point\n\
                 export let size = len(\"abc\") + own()\n",
            ),
            (
                "src/inner.mochi",
                "export fun of(x: int): int { return x * 2 }\n",
            ),
        ],
    );
    for _ in 0..2 {
        let done = mochi().run(folder.path(), &["build"], "").unwrap();
        assert_eq!(done.exit, 0, "{}", done.stderr);
    }
    let written = read(&folder.path().join("build"));
    assert_eq!(
        written["units/__init__.py"],
        "from .lib import Circle, Point, Shape, size, twice\n\n\
         __all__ = [\"Circle\", \"Point\", \"Shape\", \"size\", \"twice\"]\n"
    );
    assert!(!written.contains_key("units/__main__.py"));
    let output = Command::new(python())
        .args([
            "-c",
            "import units; print(units.twice(4), units.size, units.Circle(2.0).r)",
        ])
        .current_dir(folder.path().join("build"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "8 4 2.0\n");
}
