//! Import strings: what is accepted, what it becomes, and what is said about the rest.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;

use mochi_project::requirement::{ImportSpec, Source, parse};

fn is_standard(module: &str) -> bool {
    matches!(module, "os" | "math" | "json")
}

fn shown(spec: &str) -> String {
    match parse(spec, &is_standard) {
        Ok(ImportSpec::StandardLibrary(module)) => format!("standard library: {module}"),
        Ok(ImportSpec::Distribution(found)) => {
            let mut text = found.pep508();
            match &found.source {
                Source::Index(_) => {}
                other => write!(text, " from {other:?}").unwrap(),
            }
            if let Some(module) = &found.module {
                write!(text, " module {module}").unwrap();
            }
            text
        }
        Err(error) => {
            let mut text = format!("error: {}\n  {spec}\n  ", error.message);
            text.push_str(&" ".repeat(spec[..error.start].chars().count()));
            text.push_str(&"^".repeat(spec[error.start..error.end].chars().count()));
            if let Some(suggestion) = &error.suggestion {
                write!(text, "\n  did you mean `{suggestion}`?").unwrap();
            }
            text
        }
    }
}

fn table(specs: &[&str]) -> String {
    let mut text = String::new();
    for spec in specs {
        writeln!(text, "{spec:?}\n  {}", shown(spec).replace('\n', "\n  ")).unwrap();
    }
    text
}

#[test]
fn accepted() {
    insta::assert_snapshot!(table(&[
        "httpx",
        "Zope.Interface",
        "math",
        "os.path",
        "math@^1",
        "httpx@^0.27",
        "httpx@^1.2.3",
        "httpx@^0.0.3",
        "httpx@^0",
        "httpx@^0.0",
        "httpx@^1.0rc1",
        "httpx@^2!1.4",
        "httpx@^1.4,!=1.5.0",
        "numpy@>=2,<3",
        "x@~=1.4",
        "x@==1.2.3",
        "x@==1.*",
        "x@==1.0+cu118",
        "httpx[http2,brotli,HTTP2]",
        "httpx[http2]@>=0.27",
        "matplotlib:matplotlib.pyplot",
        "matplotlib:matplotlib.pyplot@^3.8",
        "matplotlib@^3.8:matplotlib.pyplot",
        "corp@index+https://corp.example/simple",
        "vcs@git+https://git.example/x.git",
        "vcs:vcs.inner@git+ssh://git@git.example/x.git#v1.2",
        "local@path+../local",
    ]));
}

#[test]
fn refused() {
    insta::assert_snapshot!(table(&[
        "",
        "  ",
        "httpx @ ^0.27",
        "httpx@0.27",
        "httpx@1",
        "httpx@~1.4",
        "httpx@=1.4",
        "httpx@v2",
        "httpx@latest",
        "httpx@*",
        "httpx@===1.0",
        "httpx@>=1,",
        "httpx@>=1,,<2",
        "httpx@^x",
        "httpx@>=1;python_version<'3.13'",
        "httpx@",
        "httpx>=0.27",
        "@^1",
        "-httpx",
        "héllo",
        "httpx[http2",
        "httpx[]",
        "httpx[a b]",
        "httpx[a,-b]",
        "os.pa-th",
        "x:",
        "x:a..b",
        "x:a.1b",
        "x:a@>=1:b",
        "x@index+corp",
        "x@git+x.git",
        "x@git+https://git.example/x.git#",
        "x@git+https://git.example/x.git#--upload-pack=x",
        "x@path+",
        "x@path+../x:x.sub",
        "x@^",
        "x@https://files.example/x.whl",
        "x@^18446744073709551615",
    ]));
}
