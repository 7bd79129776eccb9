//! Tests of reading and changing manifests.

use std::fmt::Write as _;
use std::rc::Rc;

use mochi_base::{SourceSet, render};

use super::*;

fn text(text: &str) -> Rc<OtherText> {
    Rc::new(OtherText {
        path: "mochi.toml".to_owned(),
        text: Rc::from(text),
    })
}

fn faults(manifest: &str) -> String {
    let errors = Manifest::parse(&text(manifest)).unwrap_err();
    let mut sources = SourceSet::new();
    let diagnostics: Vec<_> = errors
        .iter()
        .map(|error| error.to_diagnostic(&mut sources))
        .collect();
    render::human(&diagnostics, &sources, render::Style { color: false })
}

const WHOLE: &str = r#"# the project
[package]
name = "demo"
version = "1.2.0"
authors = ["A <a@example.org>", { name = "B" }]
urls = { Issues = "https://example.org" }

[python-dependencies]
One = "^0.27"
two = { version = ">=2, <3", extras = ["b", "A"], markers = "sys_platform != 'emscripten'" }
priv = { version = "^1", index = "corp" }
local = { path = "../local", editable = true }
vcs = { git = "https://git.example/vcs", tag = "v1" }
any = "*"

[python-dependencies.long]
version = "==1.*"

[python]
requires-python = ">=3.13"
stubgen.fallback = false
indexes = [{ name = "corp", url = "https://corp.example/simple", priority = "explicit" }]

[python.capabilities]
net = true

[python.publish]
distribution-name = "demo-lang"
"#;

#[test]
fn every_form_is_read() {
    let manifest = Manifest::parse(&text(WHOLE)).unwrap();
    let mut shown = String::new();
    for one in &manifest.dependencies {
        let slice = WHOLE.get(one.range.clone()).unwrap();
        let line = slice.lines().next().unwrap();
        writeln!(shown, "{} | {:?} | {line}", one.pep508(), one.source).unwrap();
    }
    writeln!(shown, "{:?}", manifest.python).unwrap();
    writeln!(shown, "{:?}", manifest.package).unwrap();
    writeln!(shown, "{:?}", manifest.warnings).unwrap();
    insta::assert_snapshot!(shown);
}

#[test]
fn the_least_manifest_has_the_defaults() {
    let manifest = Manifest::parse(&text("[package]\nname = 'a'\n")).unwrap();
    assert_eq!(manifest.python, Python::default());
    assert_eq!(manifest.python.lowest_minor(), 12);
    assert_eq!(manifest.package.version, "0.1.0");
    assert!(manifest.dependencies.is_empty() && manifest.warnings.is_empty());
}

#[test]
fn only_a_fallback_that_is_written_down_gives_a_warning() {
    let warnings = |setting: &str| {
        let manifest = format!("[package]\nname = 'a'\n[python]\n{setting}\n");
        Manifest::parse(&text(&manifest)).unwrap().warnings
    };
    assert_eq!(
        warnings("stubgen.fallback = true"),
        ["`python.stubgen.fallback` in mochi.toml has no effect yet"]
    );
    assert!(warnings("stubgen.fallback = false").is_empty());
}

#[test]
fn faults_have_places_and_suggestions() {
    let shown = [
        "[package]\nname = \"a\"\n[python-dependancies]\nx = \"*\"\n",
        "[package]\nname = \"a b\"\nversoin = \"1\"\nversion = \"one\"\nlicense = 3\n",
        "name = \"a\"\n",
        "[package]\nname = \"a\"\n[python-dependencies]\nx = \"1.2.3\"\ny = \"~1.2\"\nz = 3\n",
        "[package]\nname = \"a\"\n[python-dependencies]\nx = { verison = \"^1\" }\nX = \"*\"\n\"a[b]\" = \"*\"\n",
        "[package]\nname = \"a\"\n[python-dependencies]\nx = { git = \"example\", path = \"..\" }\ny = { tag = \"v1\", editable = true }\n",
        "[package]\nname = \"a\"\n[python-dependencies]\nx = { version = \"*\", markers = \"os = 1\", extras = [1] }\ny = { index = \"crop\" }\n[python]\nindexes = [{ name = \"corp\", url = \"u\" }]\n",
        "[package]\nname = \"a\"\n[python]\nrequires-python = \">=3.8\"\nasync-mode = \"persistant\"\ntypeshed = \"no\"\n[python.capabilities]\nnett = true\n",
        "[package]\nname = \"a\"\n[python\n",
    ]
    .map(|manifest| format!("{manifest}----\n{}", faults(manifest)))
    .join("\n========\n");
    insta::assert_snapshot!(shown);
}

#[test]
fn no_damage_makes_the_reader_fall_over() {
    for (at, _) in WHOLE.char_indices() {
        let _ = Manifest::parse(&text(&WHOLE[..at]));
        let mut changed = WHOLE.to_owned();
        changed.replace_range(at..=at, "[");
        let _ = Manifest::parse(&text(&changed));
    }
}

fn new(given: &str, version: Option<&str>) -> NewDependency {
    NewDependency {
        given: given.to_owned(),
        version: version.map(str::to_owned),
        extras: Vec::new(),
        markers: None,
        source: DependencySource::Default,
    }
}

#[test]
fn changes_keep_comments_and_order() {
    let before = "# top\n[package] # here\nname = \"a\"\n\n[python-dependencies]\n# about b\nb = \"^1\" # why\na = { version = \"^2\", extras = [\"x\"] } # a\n\n[python]\ntypeshed = true # end\n";
    let after = add(before, &new("c", Some("^3.1"))).unwrap();
    assert_eq!(
        after,
        before.replace("# a\n", "# a\nc = \"^3.1\"\n"),
        "{after}"
    );
    let after = add(before, &new("B", Some(">=2"))).unwrap();
    assert_eq!(after, before.replace("\"^1\"", "\">=2\""), "{after}");
    let after = add(before, &new("a", Some("^4"))).unwrap();
    assert_eq!(after, before.replace("\"^2\"", "\"^4\""), "{after}");
    let after = remove(before, "A").unwrap();
    assert_eq!(
        after,
        before.replace("a = { version = \"^2\", extras = [\"x\"] } # a\n", "")
    );
    assert_eq!(remove(before, "z"), Err(EditError::Missing));
    let made = add("[package]\nname = \"a\"\n", &new("x", None)).unwrap();
    assert_eq!(
        made,
        "[package]\nname = \"a\"\n\n[python-dependencies]\nx = \"*\"\n"
    );
}

#[test]
fn what_is_added_is_read_back() {
    let sources = [
        DependencySource::Default,
        DependencySource::Git {
            url: "https://git.example/x".to_owned(),
            reference: Some(GitReference::Branch("b".to_owned())),
        },
        DependencySource::Path {
            path: "../x".to_owned(),
            editable: true,
        },
    ];
    for source in sources {
        let dependency = NewDependency {
            extras: vec!["e".to_owned()],
            markers: Some("os_name == 'nt'".to_owned()),
            source,
            ..new("x.y", Some("^1"))
        };
        let after = add("[package]\nname = \"a\"\n", &dependency).unwrap();
        let manifest = Manifest::parse(&text(&after)).unwrap();
        let found = manifest.dependency("x-y").unwrap();
        assert_eq!(found.source, dependency.source, "{after}");
        assert_eq!(found.pep508(), "x-y[e]<2,>=1 ; os_name == 'nt'");
    }
}
