//! Stub distributions of real packages: found, read, and gone from the running program.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::path::Path;

use mochi_test::process::{Finished, Mochi};

const PROGRAM: &str = r#"import python "pyyaml@==6.0.2" as yaml
import python "python-dateutil@==2.9.0.post0:dateutil.parser" as parser
import python "tabulate@==0.9.0" as tabulate
import python "sortedcontainers@==2.4.0" as sorted

let text = yaml.dump({"b": [1, 2]})
let loaded = yaml.safe_load(text) as map<string, list<int>>
print(loaded)
let day = parser.parse("2024-03-01")
print(day.year + 1)
let shown = tabulate.tabulate([["x", 1], ["y", 2]], headers=["name", "count"])
print(shown)
let numbers = sorted.SortedList([3, 1, 2])
print(numbers)
"#;

const PRINTED: &str = r#"{"b": [1, 2]}
2025
name      count
------  -------
x             1
y             2
SortedList([1, 2, 3])
"#;

fn mochi() -> Mochi {
    support::mochi("registry")
}

fn run(folder: impl AsRef<Path>, arguments: &[&str]) -> Finished {
    mochi().run(folder.as_ref(), arguments, "").unwrap()
}

#[test]
fn registry_untyped_packages_are_served_by_their_stubs() {
    let folder = support::folder(&[("a.mochi", PROGRAM)]);
    let checked = run(&folder, &["-q", "check", "--types", "a.mochi"]);
    assert_eq!((checked.exit, checked.stderr.as_str()), (0, ""));
    for line in [
        "6:5: text: string\n",
        "7:14: yaml.safe_load(text): any\n",
        "9:5: day: datetime.datetime\n",
        "11:5: shown: string\n",
        "13:5: numbers: sortedcontainers.SortedList\n",
    ] {
        assert!(checked.stdout.contains(line), "{line}{}", checked.stdout);
    }
    let ran = run(&folder, &["-q", "run", "a.mochi"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (PRINTED, ""));
    // Everything is frozen by now: nothing is looked up again.
    let again = run(&folder, &["--offline", "run", "a.mochi"]);
    assert_eq!(
        (again.stdout.as_str(), again.stderr.as_str()),
        (PRINTED, "")
    );
}

#[test]
fn registry_mistakes_against_stubs_are_found_before_python_starts() {
    let program = "import python \"pyyaml@==6.0.2\" as yaml\n\
                   import python \"tabulate@==0.9.0\" as tabulate\n\
                   print(yaml.safe_load(1.5))\n\
                   let n: int = tabulate.tabulate([[1]])\n\
                   print(yaml.safe_lode(\"a\"))\n";
    let folder = support::folder(&[("a.mochi", program)]);
    let checked = run(&folder, &["-q", "check", "a.mochi"]);
    assert_eq!(checked.exit, 1);
    for words in ["error[T007]", "error[T008]", "did you mean `safe_load`?"] {
        assert!(
            checked.stderr.contains(words),
            "{words}\n{}",
            checked.stderr
        );
    }
}

#[test]
fn registry_what_only_stubs_need_cannot_be_imported() {
    // The stubs of this package need another package, which the program does not.
    let program = "import python \"lxml:lxml.etree\" as etree\n\
                   import python \"importlib.util\" as util\n\
                   print(etree.fromstring(\"<a/>\").tag)\n\
                   print(util.find_spec(\"bs4\") == none)\n";
    let folder = support::folder(&[("a.mochi", program)]);
    let ran = run(&folder, &["-q", "run", "a.mochi"]);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("a\ntrue\n", "")
    );
}

#[test]
fn registry_the_surface_says_where_types_come_from() {
    let folder = support::folder(&[]);
    let shown = run(&folder, &["-q", "pkg", "surface", "tabulate@==0.9.0"]);
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, ""));
    assert!(shown.stdout.starts_with(
        "tabulate 0.9.0, module tabulate\n\
         It has no types of its own; types-tabulate 0.9.0."
    ));
    assert!(
        shown
            .stdout
            .contains("\ntabulate          stubs          2        0")
    );
    let json = run(
        &folder,
        &["-q", "pkg", "surface", "--json", "pyyaml@==6.0.2"],
    );
    let value: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(value["module"], "yaml");
    assert_eq!(value["stubs"]["distribution"], "types-pyyaml");
    assert_eq!(value["stubs"]["outcome"], "found");
    assert_eq!(value["modules"][0]["types"], "stubs");
    let skip = &value["skips"][0];
    assert!(skip["file"].as_str().unwrap().starts_with("yaml-stubs/"));
    let without = run(
        &folder,
        &["-q", "pkg", "surface", "--json", "sortedcontainers@==2.4.0"],
    );
    let value: serde_json::Value = serde_json::from_str(&without.stdout).unwrap();
    assert_eq!(value["stubs"]["outcome"], "missing");
    assert_eq!(
        value["types"]["untyped"],
        value["modules"].as_array().unwrap().len()
    );
    let unknown = run(
        &folder,
        &["-q", "pkg", "surface", "mochi-surely-no-such-thing"],
    );
    assert_eq!(unknown.exit, 1);
    assert!(unknown.stderr.contains("error[M002]"), "{}", unknown.stderr);
}

#[test]
fn registry_stubs_of_a_project_are_pinned_and_kept_apart() {
    let folder = support::folder(&[]);
    let project = folder.path().join("demo");
    let _ = fs::remove_dir_all(&project);
    assert_eq!(run(&folder, &["-q", "new", "demo"]).exit, 0);
    let added = run(
        &project,
        &[
            "-q",
            "pkg",
            "add",
            "tabulate@==0.9.0",
            "lxml",
            "sortedcontainers",
        ],
    );
    assert_eq!(added.exit, 0, "{}", added.stderr);
    fs::write(
        project.join("src/main.mochi"),
        "import python \"tabulate\" as tabulate\n\
         import python \"importlib.util\" as util\n\
         print(len(tabulate.tabulate([[1, 2]], tablefmt=\"plain\")) + 1)\n\
         print(util.find_spec(\"bs4\") == none)\n",
    )
    .unwrap();
    let lock = fs::read_to_string(project.join("mochi.lock")).unwrap();
    let pinned = "type-dependencies = [\n    { name = \"types-lxml\" },\n    \
                  { name = \"types-tabulate\" },\n]\n";
    assert!(lock.contains(pinned), "{lock}");
    assert!(lock.contains("distribution = \"types-tabulate\""), "{lock}");
    assert!(lock.contains("types = { source = \"untyped\" }"), "{lock}");
    let ran = run(&project, &["-q", "run"]);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("5\ntrue\n", "")
    );
    let why = run(&project, &["-q", "pkg", "why", "types-tabulate"]);
    assert!(
        why.stdout
            .starts_with("tabulate 0.9.0 -> types-tabulate 0.9.0."),
        "{}",
        why.stdout
    );
    // Locking again changes nothing, and nothing needs the network.
    let checked = run(&project, &["-q", "pkg", "lock", "--check"]);
    assert_eq!(checked.exit, 0, "{}{}", checked.stdout, checked.stderr);
    assert_eq!(run(&project, &["--offline", "pkg", "lock"]).exit, 0);
    let again = fs::read_to_string(project.join("mochi.lock")).unwrap();
    assert_eq!(lock, again);
    let offline = run(&project, &["--offline", "run"]);
    assert_eq!(
        (offline.stdout.as_str(), offline.stderr.as_str()),
        ("5\ntrue\n", "")
    );
    // Stubs that the project lists are ordinary dependencies, and those found go.
    let listed = run(&project, &["-q", "pkg", "add", "types-tabulate@==0.9.0.3"]);
    assert_eq!(listed.exit, 0, "{}", listed.stderr);
    let lock = fs::read_to_string(project.join("mochi.lock")).unwrap();
    let pinned = "type-dependencies = [\n    { name = \"types-lxml\" },\n]\n";
    assert!(lock.contains(pinned), "{lock}");
    let surface = run(&project, &["-q", "pkg", "surface", "tabulate"]);
    assert!(
        surface.stdout.contains("types-tabulate 0.9.0.3 has."),
        "{}",
        surface.stdout
    );
}
