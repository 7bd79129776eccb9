//! What packages can do: recorded when a project is locked, refused where the manifest does not
//! allow it, shown by the audit. Tests whose names begin with `registry_` use the public index.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;

use support::Project;

/// The text of a module that can do this.
fn module(text: &str) -> String {
    format!("answer: int = 42\n{text}")
}

/// A project on a local one, `gadget`, whose module this is.
fn demo(text: &str, capabilities: &str) -> Project {
    let project = Project::new("project");
    project.gadget("0.1", &module(text));
    project.write(
        "mochi.toml",
        &format!(
            "[package]\nname = \"demo\"\n\n[python-dependencies]\ngadget = {{ path = \"../gadget\" }}\n{capabilities}"
        ),
    );
    project.write(
        "src/main.mochi",
        "import python \"gadget\" as gadget\nprint(gadget.answer)\n",
    );
    project
}

const OPENS: &str =
    "\ndef read(path: str) -> str:\n    with open(path) as file:\n        return file.read()\n";
const SENDS: &str =
    "\nimport socket\n\ndef send() -> None:\n    socket.create_connection((\"h\", 1))\n";

#[test]
fn registry_without_the_table_capabilities_are_recorded_and_nothing_is_refused() {
    let project = demo(OPENS, "");
    assert_eq!(project.well("run"), "42\n");
    assert!(
        project
            .read("mochi.lock")
            .contains("capabilities = { fs = \"gadget/__init__.py\" }\n"),
        "{}",
        project.read("mochi.lock")
    );
    assert_eq!(project.well("pkg lock --check"), "");
    // What is new after an update is said.
    project.gadget("0.2", &module(&format!("{OPENS}{SENDS}")));
    let done = project.mochi("pkg lock --upgrade");
    assert_eq!(done.exit, 0, "{}", done.stderr);
    assert!(
        done.stderr
            .contains("`gadget` gained the capability `net`: it shows in gadget/__init__.py"),
        "{}",
        done.stderr
    );
}

#[test]
fn registry_more_than_the_manifest_allows_is_refused_at_its_line() {
    let project = demo(
        &format!("{OPENS}{SENDS}"),
        "\n[python.capabilities]\nnet = true\nproc = false\n",
    );
    for line in ["pkg lock", "run", "pkg sync"] {
        project.refused(
            line,
            1,
            &[
                "error[M033]: `gadget` has the capability `fs`",
                "mochi.toml:5:1",
                "it shows in gadget/__init__.py",
                "mochi.toml:7:9",
                "to allow it, add the line `fs = true` here",
            ],
        );
    }
    let manifest = fs::read_to_string(project.path("mochi.toml")).unwrap();
    project.write("mochi.toml", &format!("{manifest}fs = true\n"));
    assert_eq!(project.well("run"), "42\n");
    // The lock stands; what is no longer allowed is refused all the same.
    project.write("mochi.toml", &manifest.replace("net = true", "net = false"));
    project.refused(
        "run",
        1,
        &["`net`", "change the line `net = true` here", "`fs`"],
    );
    project.refused("run --locked", 1, &["`net`"]);
    assert_eq!(project.well("run --frozen"), "42\n");
}

#[test]
fn registry_what_an_update_adds_wants_to_be_accepted() {
    let project = demo(OPENS, "\n[python.capabilities]\nnet = true\nfs = true\n");
    project.well("pkg lock");
    project.gadget("0.2", &module(&format!("{OPENS}{SENDS}")));
    project.refused(
        "pkg lock --upgrade",
        1,
        &[
            "error[M034]: `gadget` gained the capability `net`",
            "mochi.toml:5:1",
        ],
    );
    project.well("pkg lock --upgrade --accept-capabilities");
    assert!(
        project
            .read("mochi.lock")
            .contains("net = \"gadget/__init__.py\"")
    );
    project.well("pkg lock --upgrade");
}

#[test]
fn registry_the_check_names_a_capability_that_differs() {
    let project = demo(OPENS, "");
    project.well("pkg lock");
    let lock = project.read("mochi.lock");
    let from = "capabilities = { fs = \"gadget/__init__.py\" }";
    for (to, said) in [
        (
            "capabilities = { fs = \"gadget/other.py\" }",
            "gadget: capabilities: fs\n  locked: gadget/other.py\n  now:    gadget/__init__.py\n",
        ),
        (
            "capabilities = {}",
            "gadget: capabilities: fs\n  locked: (nothing)\n  now:    gadget/__init__.py\n",
        ),
        (
            "capabilities = { fs = \"gadget/__init__.py\", net = \"gadget/x.py\" }",
            "gadget: capabilities: net\n  locked: gadget/x.py\n  now:    (nothing)\n",
        ),
    ] {
        project.write("mochi.lock", &lock.replace(from, to));
        let done = project.mochi("pkg lock --check");
        assert_eq!(
            (done.exit, done.stdout.as_str()),
            (1, said),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn registry_the_audit_reads_every_package() {
    let project = demo(OPENS, "\n[python.capabilities]\nfs = true\n");
    let table = project.well("pkg audit");
    assert!(
        table.starts_with("package  version  capability  where"),
        "{table}"
    );
    assert!(
        table.contains("gadget   0.1      fs          gadget/__init__.py:4  open"),
        "{table}"
    );
    let shown: serde_json::Value = serde_json::from_str(&project.well("pkg audit --json")).unwrap();
    assert_eq!(shown[0]["distribution"], "gadget");
    assert_eq!(shown[0]["capabilities"][0]["capability"], "fs");
    assert_eq!(shown[0]["capabilities"][0]["allowed"], true);
    assert_eq!(shown[0]["unread"], serde_json::json!([]));
    // One odd file costs that file.
    project.gadget("0.2", &module("print 'x'\n"));
    let done = project.mochi("pkg audit");
    assert_eq!(done.exit, 0, "{}", done.stderr);
    assert!(
        done.stderr
            .contains("gadget: gadget/__init__.py was not read whole: line 2"),
        "{}",
        done.stderr
    );
}
