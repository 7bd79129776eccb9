//! Distributions in memory and what they can do.

use std::fmt::Write as _;
use std::path::Path;

use mochi_system::MemorySystem;

use super::Environment;
use crate::cache::Cache;
use crate::distribution::installed;

fn with(mut system: MemorySystem, name: &str, files: &[(&str, &str)]) -> MemorySystem {
    let mut record = String::new();
    for (path, text) in files {
        let _ = writeln!(record, "{path},sha256=x,{}", text.len());
        system = system.with_file(&format!("/s/{path}"), text);
    }
    system.with_file(&format!("/s/{name}-1.0.dist-info/RECORD"), record)
}

fn reached(system: &MemorySystem, name: &str) -> String {
    let cache = Cache::locate(system).unwrap();
    let installed = installed(system, Path::new("/s")).unwrap();
    let environment = Environment::new(system, &cache, &installed);
    let mut out = String::new();
    for (capability, (through, evidence)) in environment.reached(name).unwrap() {
        let through = through.unwrap_or_default();
        let _ = writeln!(out, "{capability} {through} {evidence} {}", evidence.what);
    }
    for (file, reason) in &environment.own(name).unwrap().unread {
        let _ = writeln!(out, "unread {file} {reason}");
    }
    out
}

#[test]
fn files_are_read_by_what_they_are() {
    let system = with(
        MemorySystem::new(),
        "demo",
        &[
            ("demo/b.py", "open('x')\n"),
            ("demo/a.py", "import os\nprint(1)\nos.remove('x')\n"),
            ("demo/_fast.cpython-312-x86_64-linux-gnu.so", ""),
            ("demo.libs/libx.so.1.2", ""),
            ("demo/tests/test_a.py", "import socket\nsocket.socket()\n"),
            ("demo/conftest.py", "import socket\nsocket.socket()\n"),
            (
                "demo/templates/{{x}}/t.py",
                "import socket\nsocket.socket()\n",
            ),
            (
                "demo-1.0.dist-info/licence.py",
                "import socket\nsocket.socket()\n",
            ),
            ("demo.pth", "import demo.a\n"),
            ("../../bin/tool", "#!/bin/sh\nls\n"),
        ],
    );
    insta::assert_snapshot!(reached(&system, "demo"), @r"
    c-extension  demo.libs/libx.so.1.2 native code
    fs  demo/a.py:3 os.remove
    monkey-patch  demo.pth:1 code that runs when Python starts
    proc  bin/tool:1 a script for /bin/sh
    ");
}

#[test]
fn tests_that_the_rest_imports_are_read() {
    let system = with(
        MemorySystem::new(),
        "demo",
        &[
            ("demo/__init__.py", "from .tests import support\n"),
            ("demo/tests/__init__.py", ""),
            (
                "demo/tests/support.py",
                "import subprocess\nsubprocess.run([])\n",
            ),
            ("demo/tests/other.py", "import socket\nsocket.socket()\n"),
        ],
    );
    insta::assert_snapshot!(reached(&system, "demo"), @"proc  demo/tests/support.py:2 subprocess.run");
}

#[test]
fn what_is_imported_counts_and_what_is_only_installed_does_not() {
    let mut system = with(
        MemorySystem::new(),
        "demo",
        &[("demo/__init__.py", "from space.first import x\nopen('y')\n")],
    );
    system = with(
        system,
        "first",
        &[("space/first/__init__.py", "import deep\nopen('z')\n")],
    );
    system = with(
        system,
        "deep",
        &[("deep.py", "import socket\nsocket.socket()\n")],
    );
    system = with(
        system,
        "aside",
        &[("space/aside.py", "import os\nos.fork()\n")],
    );
    insta::assert_snapshot!(reached(&system, "demo"), @r"
    fs  demo/__init__.py:2 open
    net deep deep.py:2 socket.socket
    ");
}

#[test]
fn one_odd_file_costs_that_file() {
    let system = with(
        MemorySystem::new(),
        "demo",
        &[
            ("demo/a.py", "print 'x'\n"),
            ("demo/b.py", &"(".repeat(9000)),
            ("demo/c.py", "open('x')\n"),
        ],
    );
    let record = "demo/a.py,,\ndemo/b.py,,\ndemo/c.py,,\ndemo/d.py,,\ndemo/e.py,,\n";
    let system = system
        .with_file("/s/demo-1.0.dist-info/RECORD", record)
        .with_file("/s/demo/e.py", b"x = '\xff'\n");
    insta::assert_snapshot!(reached(&system, "demo"), @r"
    fs  demo/c.py:1 open
    unread demo/a.py line 1 is not Python 3: Simple statements must be separated by newlines or semicolons
    unread demo/b.py it nests too deeply
    unread demo/d.py entity not found
    unread demo/e.py it is not UTF-8
    ");
    // The answer is kept: files that changed behind the record are not read again.
    let system = system.with_file("/s/demo/c.py", "");
    assert!(reached(&system, "demo").starts_with("fs  demo/c.py:1 open\n"));
}

#[test]
fn commands_that_installers_write_are_passed_over() {
    let system = with(
        MemorySystem::new(),
        "demo",
        &[
            ("demo.py", "def main(): ...\n"),
            (
                "../../bin/demo",
                "#!/usr/bin/python\nimport sys\nopen('x')\n",
            ),
            ("../../bin/native", "\x7fELF"),
        ],
    )
    .with_file(
        "/s/demo-1.0.dist-info/entry_points.txt",
        "[console_scripts]\ndemo = demo:main\n",
    );
    insta::assert_snapshot!(reached(&system, "demo"), @"c-extension  bin/native an executable");
}
