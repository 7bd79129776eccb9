//! A script wherever it stands and whatever the environment holds: paths, names, encodings, the
//! program's own name, variables of Python, packages that cannot be imported.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;

use mochi_test::process::{Finished, Mochi};

/// The binary with a cache that the tests of this file share.
fn mochi() -> Mochi {
    support::mochi("script")
}

/// Runs files of a new folder; the first one is the script.
fn run(files: &[(&str, &[u8])], arguments: &[&str]) -> Finished {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let words = [&["run", files[0].0], arguments].concat();
    mochi().run(folder.path(), &words, "").unwrap()
}

/// Runs one script with changes to the environment.
fn run_with(source: &str, variables: &[(&str, &str)]) -> (String, String, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.mochi"), source).unwrap();
    let mut command = mochi().command(folder.path());
    command.args(["run", "main.mochi"]);
    command.envs(variables.iter().copied());
    let done = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(done.stdout), text(done.stderr), done.status.code())
}

#[test]
fn any_path_and_any_name_will_do() {
    let source = b"import python \"json\" as json\nprint(json.dumps([1]))\n";
    for path in [
        "json.mochi",
        "_mochi.mochi",
        "two words/gr\u{fc}n \u{8336}.mochi",
        "9-lives.v2.mochi",
        "without_extension",
    ] {
        let done = run(&[(path, source)], &[]);
        assert_eq!(
            (done.stdout.as_str(), done.stderr.as_str(), done.exit),
            ("[1]\n", "", 0),
            "{path}"
        );
    }
}

#[cfg(unix)]
#[test]
fn what_a_script_imports_stands_beside_the_file_and_not_beside_a_link_to_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("tools")).unwrap();
    let source = "import \"./cups\"\nimport python \"sys\" as sys\nprint(cups.count, sys.argv)\n";
    fs::write(folder.path().join("tools/tea.mochi"), source).unwrap();
    let module = "export let count = 3\n";
    fs::write(folder.path().join("tools/cups.mochi"), module).unwrap();
    std::os::unix::fs::symlink("tools/tea.mochi", folder.path().join("tea")).unwrap();
    let done = mochi().run(folder.path(), &["run", "tea"], "").unwrap();
    assert_eq!(done.stdout, "3 [\"tea\"]\n", "{}", done.stderr);
}

#[test]
fn any_text_will_do() {
    for (text, expected) in [
        (&b""[..], ""),
        (b"// a comment\n/* and another */", ""),
        (b"\xef\xbb\xbfprint(1)", "1\n"),
        (
            b"#!/usr/bin/env -S mochi run\r\nlet a = 1\r\nprint(a)\r\n",
            "1\n",
        ),
    ] {
        let done = run(&[("main.mochi", text)], &[]);
        assert_eq!(
            (done.stdout.as_str(), done.stderr.as_str(), done.exit),
            (expected, "", 0),
            "{text:?}"
        );
    }
}

#[test]
fn the_program_has_the_name_of_its_script() {
    let source = b"import python \"argparse\" as argparse\nimport python \"sys\" as sys\n\
        let parser = argparse.ArgumentParser()\nparser.add_argument(\"--count\")\n\
        parser.parse_args()\nprint(sys.argv)\n";
    let done = run(&[("tools/count.mochi", source)], &["--count", "3"]);
    assert_eq!(
        done.stdout, "[\"tools/count.mochi\", \"--count\", \"3\"]\n",
        "{}",
        done.stderr
    );
    let done = run(&[("tools/count.mochi", source)], &["--help"]);
    assert!(
        done.stdout.starts_with("usage: count.mochi [-h]"),
        "{}",
        done.stdout
    );
}

#[test]
fn variables_of_python_do_not_change_what_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("json.py"), "raise SystemExit(9)\n").unwrap();
    let shadows = folder.path().to_str().unwrap();
    let source = "import python \"json\" as json\nprint(json.dumps([1]))\n";
    for variable in [
        ("PYTHONPATH", shadows),
        ("PYTHONHOME", "/nowhere"),
        ("PYTHONEXECUTABLE", "/nowhere"),
        ("PYTHONPLATLIBDIR", "nowhere"),
        ("PYTHONSAFEPATH", "1"),
    ] {
        let done = run_with(source, &[variable]);
        let expected = ("[1]\n".to_owned(), String::new(), Some(0));
        assert_eq!(done, expected, "{}", variable.0);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_fault_without_buffers_either() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let folder = tempfile::tempdir().unwrap();
    let source = "for i in 0..100000 { print(i) }\n";
    fs::write(folder.path().join("main.mochi"), source).unwrap();
    let mut child = mochi()
        .command(folder.path())
        .args(["run", "main.mochi"])
        .env("PYTHONUNBUFFERED", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let done = child.wait_with_output().unwrap();
    assert_eq!(line, "0\n");
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
}

#[test]
fn a_file_that_is_not_there_is_named_with_the_one_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("cups")).unwrap();
    fs::write(folder.path().join("kettle.mochi"), "print(1)\n").unwrap();
    for (given, said) in [
        (
            "kettle",
            "there is no file kettle; did you mean kettle.mochi?",
        ),
        (
            "./ketle.mochi",
            "there is no file ./ketle.mochi; did you mean ./kettle.mochi?",
        ),
        ("sugar.mochi", "there is no file sugar.mochi"),
        ("cups", "cups is a folder, not a program"),
    ] {
        let done = mochi().run(folder.path(), &["run", given], "").unwrap();
        assert_eq!((done.exit, done.stdout.as_str()), (1, ""));
        assert_eq!(done.stderr, format!("error: {said}\n"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn streams_that_cannot_be_written_end_nothing_badly() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.mochi"), "let a: int = none\n").unwrap();
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let mut command = mochi().command(folder.path());
    command.args(["check", "main.mochi"]).stderr(full());
    assert_eq!(command.status().unwrap().code(), Some(1));
    let mut command = mochi().command(folder.path());
    command.args(["explain", "T008"]).stdout(full());
    let done = command.output().unwrap();
    assert_eq!(done.status.code(), Some(3));
    assert!(
        String::from_utf8_lossy(&done.stderr).starts_with("error: cannot write"),
        "{done:?}"
    );
}

/// A project with one package of the given modules, as files below `local/`.
fn project(modules: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    let text = "[project]\nname = \"local-tea\"\nversion = \"1.0\"\n\
        [build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n\
        [tool.setuptools]\npackages = [\"local_tea\"]\n\
        [tool.setuptools.package-data]\nlocal_tea = [\"py.typed\"]\n";
    let mut files = vec![
        ("local/pyproject.toml".to_owned(), text.as_bytes().to_vec()),
        ("local/local_tea/py.typed".to_owned(), Vec::new()),
    ];
    for (name, text) in modules {
        files.push((format!("local/local_tea/{name}"), text.as_bytes().to_vec()));
    }
    files
}

/// Runs a script beside such a project.
fn run_beside(source: &str, modules: &[(&str, &str)]) -> Finished {
    let project = project(modules);
    let mut files = vec![("main.mochi", source.as_bytes())];
    files.extend(
        project
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
    );
    run(&files, &[])
}

#[test]
fn registry_a_package_that_cannot_be_imported_is_reported_at_its_import() {
    let done = run_beside(
        "let a = 1\nimport python \"local-tea@path+local\" as tea\nprint(tea.brew())\n",
        &[(
            "__init__.py",
            "def brew() -> int:\n    return 1\nraise RuntimeError(\"no water\")\n",
        )],
    );
    let mut lines = done.stderr.lines();
    assert_eq!(
        lines.next(),
        Some("main.mochi:2:1: error 7 (FFI): no water")
    );
    assert_eq!(lines.next(), Some("  at main.mochi:2:1 in the program"));
    let inside = lines.next().unwrap();
    assert!(
        inside.ends_with("local_tea/__init__.py\", line 3, in <module>"),
        "{inside}"
    );
    assert_eq!(lines.next(), Some("  RuntimeError: no water"));
    assert_eq!((lines.next(), done.exit), (None, 1));
}

#[test]
fn registry_a_result_that_is_not_what_its_annotation_says_is_an_error() {
    let done = run_beside(
        "import python \"local-tea@path+local\" as tea\nlet pot = tea.Pot()\n\
         try { print(pot.cups()) } catch e { print(e.message) }\n\
         print(1 + tea.brew())\n",
        &[(
            "__init__.py",
            "class Pot:\n    def cups(self) -> list[int]:\n        return [1, None]\n\
             def brew() -> int:\n    return 'hot'\n",
        )],
    );
    assert_eq!(
        done.stdout, "local_tea.Pot.cups: expected int, got none\n",
        "{}",
        done.stderr
    );
    assert_eq!(
        done.stderr.lines().next(),
        Some("main.mochi:4:11: error 3 (TYPE): local_tea.brew: expected int, got 'hot' (string)")
    );
    assert_eq!(done.exit, 1);
}
