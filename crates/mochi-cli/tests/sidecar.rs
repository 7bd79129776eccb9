//! Python files beside a program, in a project and outside: run, tested, built, noticed when they
//! change.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use mochi_test::process::{Finished, Mochi};

const PROGRAM: &str = "\
extern python fun greeting(name: string): string
export fun welcome(name: string): string { return greeting(name) + \"!\" }
print(welcome(\"Ada\"))
test \"a greeting\" { expect welcome(\"x\") == \"hello x!\" }
";

const SIDECAR: &str = "\
def greeting(name: str) -> str:
    return f\"hello {name}\"
";

fn mochi() -> Mochi {
    support::mochi("sidecar")
}

fn run(folder: &Path, arguments: &[&str]) -> Finished {
    mochi().run(folder, arguments, "").unwrap()
}

/// The interpreter that programs run on.
fn python() -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = "import python \"sys\" as sys\nprint(sys.executable)\n";
    fs::write(folder.path().join("where.mochi"), text).unwrap();
    let done = run(folder.path(), &["-q", "run", "where.mochi"]);
    done.stdout.trim().to_owned()
}

fn project(folder: &Path) {
    fs::write(
        folder.join("mochi.toml"),
        "[package]\nname = \"greet\"\nversion = \"0.1.0\"\n",
    )
    .unwrap();
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(folder.join("src/main.mochi"), PROGRAM).unwrap();
    fs::write(folder.join("src/main_externs.py"), SIDECAR).unwrap();
}

#[test]
fn a_project_runs_and_tests_with_its_sidecar() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let ran = run(folder.path(), &["-q", "run"]);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("hello Ada!\n", "")
    );
    let tested = run(folder.path(), &["-q", "test"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);

    // What the sidecar says counts, not what it said when the program was compiled.
    let changed = SIDECAR.replace("hello", "good day,");
    fs::write(folder.path().join("src/main_externs.py"), changed).unwrap();
    let ran = run(folder.path(), &["-q", "run"]);
    assert_eq!(ran.stdout, "good day, Ada!\n");
    let tested = run(folder.path(), &["-q", "test"]);
    assert_eq!(tested.exit, 1);

    fs::remove_file(folder.path().join("src/main_externs.py")).unwrap();
    let refused = run(folder.path(), &["-q", "run"]);
    assert_eq!((refused.exit, refused.stdout.as_str()), (1, ""));
    let message = "error[T091]: sidecar src/main_externs.py is missing";
    assert!(refused.stderr.contains(message), "{}", refused.stderr);
}

#[test]
fn a_built_package_brings_its_sidecar() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let built = run(folder.path(), &["-q", "build"]);
    assert_eq!(built.exit, 0, "{}", built.stderr);
    let package = folder.path().join("build/greet");
    assert_eq!(
        fs::read_to_string(package.join("main_externs.py")).unwrap(),
        SIDECAR
    );
    let main = fs::read_to_string(package.join("main.py")).unwrap();
    assert!(
        main.contains("from .main_externs import greeting\n"),
        "{main}"
    );
    let done = Command::new(python())
        .current_dir(folder.path().join("build"))
        .args(["-m", "greet"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stdout), "hello Ada!\n");
}

#[test]
fn what_a_library_exports_includes_what_it_describes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("mochi.toml"),
        "[package]\nname = \"greet\"\nversion = \"0.1.0\"\n",
    )
    .unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    let program = "export extern python fun greeting(name: string): string\n\
                   export extern python interface Named { let name: string }\n\
                   export fun of(one: Named): string { return greeting(one.name) }\n";
    fs::write(folder.path().join("src/lib.mochi"), program).unwrap();
    fs::write(folder.path().join("src/lib_externs.py"), SIDECAR).unwrap();
    let built = run(folder.path(), &["-q", "build"]);
    assert_eq!(built.exit, 0, "{}", built.stderr);
    let package = folder.path().join("build/greet");
    let init = fs::read_to_string(package.join("__init__.py")).unwrap();
    assert!(
        init.contains("__all__ = [\"Named\", \"greeting\", \"of\"]"),
        "{init}"
    );
    let lib = fs::read_to_string(package.join("lib.py")).unwrap();
    for part in [
        "from .lib_externs import greeting\n",
        "class Named(Protocol):\n",
    ] {
        assert!(lib.contains(part), "{part}{lib}");
    }
}
