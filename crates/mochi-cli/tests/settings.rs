//! Settings of `[python]` that change what is checked, what types are read from, and which
//! interpreter runs. Tests whose names begin with `registry_` use the public index.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use support::Project;

/// A project with this program and these lines at the end of its manifest.
fn demo(program: &str, lines: &str) -> Project {
    let project = Project::new("registry");
    project.write("src/main.mochi", program);
    manifest(&project, lines);
    project
}

fn manifest(project: &Project, lines: &str) {
    let head = "[package]\nname = \"demo\"\n\n";
    project.write("mochi.toml", &format!("{head}{lines}"));
}

/// What a run prints; nothing may be said besides.
fn prints(project: &Project, text: &str) {
    let done = project.mochi("run");
    let seen = (done.stdout.as_str(), done.stderr.as_str());
    assert_eq!(seen, (text, ""));
}

const NUMBERS: &str = "\
import python \"math\" as math
fun tried(f: fun(): int) {
  try {
    print(f())
  } catch e {
    print(e.code, e.message)
  }
}
tried(fun(): int => math.factorial(20))
tried(fun(): int => math.factorial(21))
tried(fun(): int => 0 - math.comb(66, 33))
print(math.factorial(21) == 0)
";

#[test]
fn integers_of_64_bits_are_kept_to_where_the_manifest_says_so() {
    let project = demo(NUMBERS, "");
    prints(
        &project,
        "2432902008176640000\n51090942171709440000\n-7219428434016265740\nfalse\n",
    );
    manifest(&project, "[python]\nint-mode = \"int64\"\n");
    let done = project.mochi("run");
    assert_eq!(done.exit, 1);
    assert_eq!(
        done.stdout,
        "2432902008176640000\n\
         6 math.factorial: 51090942171709440000 does not fit 64 bits\n\
         -7219428434016265740\n"
    );
    assert!(
        done.stderr.contains(
            "error 6 (OVERFLOW): math.factorial: 51090942171709440000 does not fit 64 bits"
        ),
        "{}",
        done.stderr
    );
    // A computation of the program itself is not bounded.
    project.write("src/main.mochi", "print(9223372036854775807 + 1)\n");
    prints(&project, "9223372036854775808\n");
}

#[test]
fn results_that_nothing_has_to_convert_are_checked_only_where_the_manifest_wants_it() {
    let program = "\
import python \"os\" as os
import python \"math\" as math
import python \"platform\" as platform
let name = platform.node()
let whole: float = math.fabs(2.0)
print(len(name) >= 0, whole)
print(os.path.basename(\"a/b\"))
";
    let project = demo(program, "");
    let checks = |project: &Project| {
        let emitted = project.mochi("check --emit");
        assert_eq!(emitted.exit, 0, "{}", emitted.stderr);
        let count = |name: &str| emitted.stdout.matches(&format!("{name}(")).count();
        (count("as_str"), count("as_float"))
    };
    let strict = checks(&project);
    assert!(strict.0 >= 2 && strict.1 >= 1, "{strict:?}");
    prints(&project, "true 2\nb\n");
    manifest(&project, "[python]\nstrict-return-types = false\n");
    assert_eq!(checks(&project), (0, strict.1));
    prints(&project, "true 2\nb\n");
}

#[test]
fn registry_stubs_of_typeshed_are_taken_only_where_the_manifest_lets_them() {
    let program =
        "import python \"tabulate\" as tabulate\nlet text: int = tabulate.tabulate([[1]])\n";
    let dependency = "[python-dependencies]\ntabulate = \"==0.9.0\"\n";
    let project = demo(program, dependency);
    let done = project.mochi("-q check");
    assert!(done.stderr.contains("error[T008]"), "{}", done.stderr);
    let with = project.read("mochi.lock");
    assert!(with.contains("{ name = \"types-tabulate\" }"), "{with}");
    manifest(
        &project,
        &format!("{dependency}[python]\ntypeshed = false\n"),
    );
    let done = project.mochi("-q check --locked");
    assert!(done.stderr.contains("error[M022]"), "{}", done.stderr);
    let program =
        "import python \"tabulate\" as tabulate\nprint(tabulate.tabulate([[1]]) as string)\n";
    project.write("src/main.mochi", program);
    let done = project.mochi("-q check --types");
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""));
    assert!(done.stdout.contains("tabulate.tabulate([[1]]): any"));
    let without = project.read("mochi.lock");
    assert!(!without.contains("types-tabulate"), "{without}");
    assert!(
        without.contains("types = { source = \"untyped\" }"),
        "{without}"
    );
    // Those that the manifest lists are the user's own choice.
    manifest(
        &project,
        &format!("{dependency}types-tabulate = \"*\"\n[python]\ntypeshed = false\n"),
    );
    let done = project.mochi("-q check --types");
    assert!(done.stdout.contains("tabulate.tabulate([[1]]): string"));
    // Back to the default, they are found again.
    manifest(&project, dependency);
    assert_eq!(project.mochi("-q check").exit, 0);
    assert_eq!(project.read("mochi.lock"), with);
}

#[test]
fn an_interpreter_that_does_not_fit_is_refused_at_the_line_that_says_so() {
    let project = demo(
        "print(1)\n",
        "[python]\nrequires-python = \">=3.12,<3.13\"\n",
    );
    let done = project.mochi("--python 3.13 run");
    assert_eq!(done.exit, 3);
    assert!(
        done.stderr
            .starts_with("error[M007]: the project needs Python >=3.12, <3.13, and ")
    );
    assert!(
        done.stderr.contains("  --> mochi.toml:5:19\n"),
        "{}",
        done.stderr
    );
    manifest(&project, "[python]\nfree-threaded = true\n");
    let done = project.mochi("--python 3.12 run");
    assert_eq!(done.exit, 3);
    assert!(
        done.stderr.contains("needs a free-threaded Python, and ")
            && done.stderr.contains("  --> mochi.toml:5:17\n"),
        "{}",
        done.stderr
    );
}
