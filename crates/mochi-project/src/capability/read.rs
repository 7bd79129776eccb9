//! Reads the files of one distribution.

use std::collections::BTreeSet;

use mochi_ingest::{Capability, ModuleReport, read_capabilities};
use mochi_system::System;

use super::file::{File, Kind, files};
use super::{Evidence, Findings};
use crate::distribution::Distribution;

/// What the files show, whatever the database says of them.
pub(super) fn read(system: &dyn System, distribution: &Distribution, record: &str) -> Findings {
    let files = files(system, distribution, record);
    let mut own: Vec<String> = files
        .iter()
        .filter_map(|file| match &file.kind {
            Kind::Source { module, .. } => module.split('.').next().map(str::to_owned),
            _ => None,
        })
        .collect();
    own.sort();
    own.dedup();
    let mut reader = Reader {
        system,
        own: own.iter().map(String::as_str).collect(),
        findings: Findings::default(),
    };
    let mut tests = Vec::new();
    for file in &files {
        match &file.kind {
            Kind::Source { is_test: true, .. } => tests.push(file),
            Kind::Source {
                module, is_package, ..
            } => reader.source(file, module, *is_package),
            Kind::Native => reader.native(file, "native code"),
            Kind::Script => reader.script(file),
            Kind::Startup => reader.startup(file),
        }
    }
    reader.imported_tests(tests);
    let Reader {
        mut findings, own, ..
    } = reader;
    findings.imports.retain(|module| {
        let top = module.split('.').next().unwrap_or(module);
        // A namespace package holds modules of others beside its own.
        own.binary_search(&top).is_err() || module.contains('.')
    });
    findings.unread.sort();
    findings
}

struct Reader<'a> {
    system: &'a dyn System,
    own: Vec<&'a str>,
    findings: Findings,
}

impl Reader<'_> {
    fn source(&mut self, file: &File, module: &str, is_package: bool) {
        let Some(bytes) = self.bytes(file) else {
            return;
        };
        let text = String::from_utf8_lossy(&bytes);
        let own: &[&str] = &self.own;
        let report = read_capabilities(&text, module, is_package, own);
        let is_foreign = matches!(text, std::borrow::Cow::Owned(_)) && !has_encoding(&text);
        self.findings.sources += 1;
        if is_foreign && report.fault.is_none() {
            self.unread(file, "it is not UTF-8");
        }
        self.take(file, report);
    }

    fn take(&mut self, file: &File, report: ModuleReport) {
        for one in report.uses {
            let evidence = Evidence {
                file: file.shown.clone(),
                line: Some(one.line),
                what: one.what,
            };
            self.findings.note(one.capability, evidence);
        }
        self.findings.imports.extend(report.imports);
        if let Some(fault) = report.fault {
            self.unread(file, &fault);
        }
    }

    fn native(&mut self, file: &File, what: &str) {
        let evidence = Evidence {
            file: file.shown.clone(),
            line: None,
            what: what.to_owned(),
        };
        self.findings.note(Capability::CExtension, evidence);
    }

    /// A command that the wheel brings as a file.
    fn script(&mut self, file: &File) {
        let Some(bytes) = self.bytes(file) else {
            return;
        };
        if is_executable(&bytes) {
            self.native(file, "an executable");
            return;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some(first) = text.lines().next().and_then(|line| line.strip_prefix("#!")) else {
            return;
        };
        if first.contains("python") {
            let report = read_capabilities(&text, "__main__", false, &self.own);
            self.take(file, report);
        } else {
            let evidence = Evidence {
                file: file.shown.clone(),
                line: Some(1),
                what: format!("a script for {}", first.trim()),
            };
            self.findings.note(Capability::Proc, evidence);
        }
    }

    /// Python executes the lines of a `.pth` file that begin with `import`, in every program.
    fn startup(&mut self, file: &File) {
        let Some(bytes) = self.bytes(file) else {
            return;
        };
        let text = String::from_utf8_lossy(&bytes);
        for (line, number) in text.lines().zip(1..) {
            if line.starts_with("import ") || line.starts_with("import\t") {
                let evidence = Evidence {
                    file: file.shown.clone(),
                    line: Some(number),
                    what: "code that runs when Python starts".to_owned(),
                };
                self.findings.note(Capability::MonkeyPatch, evidence);
                return;
            }
        }
    }

    /// Tests are passed over, unless something that is no test imports them.
    fn imported_tests(&mut self, mut tests: Vec<&File>) {
        let mut seen = BTreeSet::new();
        loop {
            let imports: BTreeSet<String> = self
                .findings
                .imports
                .iter()
                .filter(|module| seen.insert((*module).clone()))
                .cloned()
                .collect();
            if imports.is_empty() {
                break;
            }
            let (wanted, rest) = tests.into_iter().partition(|file| match &file.kind {
                Kind::Source { module, .. } => imports.contains(module),
                _ => false,
            });
            tests = rest;
            for file in wanted {
                if let Kind::Source {
                    module, is_package, ..
                } = &file.kind
                {
                    self.source(file, module, *is_package);
                }
            }
        }
        self.findings.tests = tests.len();
    }

    fn bytes(&mut self, file: &File) -> Option<Vec<u8>> {
        match self.system.read(&file.path) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.unread(file, &error.kind().to_string());
                None
            }
        }
    }

    fn unread(&mut self, file: &File, reason: &str) {
        self.findings
            .unread
            .push((file.shown.clone(), reason.to_owned()));
    }
}

/// Whether one of the first two lines names an encoding (PEP 263).
fn has_encoding(text: &str) -> bool {
    text.lines()
        .take(2)
        .any(|line| line.starts_with('#') && line.contains("coding"))
}

/// Programs of Linux, Windows and macOS by their first bytes.
fn is_executable(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 6] = [
        b"\x7fELF",
        b"MZ",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
    ];
    STARTS.iter().any(|start| bytes.starts_with(start))
}
