//! Keeps findings in the cache, under the digest of the distribution's own list of files: equal
//! wheels are read once on a machine.

use std::collections::BTreeMap;
use std::path::Path;

use mochi_ingest::{CAPABILITY_RULES, Capability};
use mochi_system::System;
use serde_json::{Value, json};

use super::file::is_linked;
use super::read::read;
use super::{Evidence, Findings};
use crate::cache::{self, Cache};
use crate::distribution::Distribution;

/// What the reader of files does; counts up when its outcome for one distribution changes.
const READER: u32 = 1;

/// What the files of a distribution show, from the cache where it knows them.
pub(super) fn findings(
    system: &dyn System,
    cache: &Cache,
    distribution: &Distribution,
) -> Findings {
    let record = match system.read_text(&distribution.metadata.join("RECORD")) {
        Ok(record) => record,
        Err(error) => {
            let unread = vec![("RECORD".to_owned(), error.kind().to_string())];
            return Findings {
                unread,
                ..Findings::default()
            };
        }
    };
    // What an editable installation leads to changes without its record.
    if is_linked(&record) {
        return read(system, distribution, &record);
    }
    let mut key = cache::sha256(
        format!(
            "{READER} {CAPABILITY_RULES}\n{}\n{record}",
            distribution.name
        )
        .as_bytes(),
    );
    key.truncate(32);
    let path = cache.section("capabilities").join(format!("{key}.json"));
    if let Some(known) = load(system, &path) {
        return known;
    }
    let found = read(system, distribution, &record);
    // Without a place in the cache it is read again the next time.
    if cache.make_section(system, "capabilities").is_ok() {
        let _ = system.write(&path, to_json(&found).to_string().as_bytes());
    }
    found
}

fn load(system: &dyn System, path: &Path) -> Option<Findings> {
    from_json(&serde_json::from_slice(&system.read(path).ok()?).ok()?)
}

fn to_json(findings: &Findings) -> Value {
    let found: Vec<Value> = findings
        .found
        .iter()
        .map(|(capability, one)| json!([capability.word(), one.file, one.line, one.what]))
        .collect();
    json!({
        "found": found,
        "imports": findings.imports,
        "sources": findings.sources,
        "tests": findings.tests,
        "unread": findings.unread,
    })
}

fn from_json(value: &Value) -> Option<Findings> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let mut found = BTreeMap::new();
    for one in value.get("found")?.as_array()? {
        let evidence = Evidence {
            file: text(one.get(1)?)?,
            line: match one.get(2)? {
                Value::Null => None,
                line => Some(u32::try_from(line.as_u64()?).ok()?),
            },
            what: text(one.get(3)?)?,
        };
        found.insert(Capability::of_word(one.get(0)?.as_str()?)?, evidence);
    }
    let pairs = value.get("unread")?.as_array()?.iter();
    Some(Findings {
        found,
        imports: value
            .get("imports")?
            .as_array()?
            .iter()
            .map(text)
            .collect::<Option<_>>()?,
        sources: number(value.get("sources")?)?,
        tests: number(value.get("tests")?)?,
        unread: pairs
            .map(|pair| Some((text(pair.get(0)?)?, text(pair.get(1)?)?)))
            .collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let mut findings = Findings {
            imports: ["a.b".to_owned()].into(),
            sources: 2,
            tests: 1,
            unread: vec![("x.py".to_owned(), "why".to_owned())],
            ..Findings::default()
        };
        for (line, capability) in [Some(3), None].into_iter().zip(Capability::ALL) {
            let evidence = Evidence {
                file: "a.py".to_owned(),
                line,
                what: "open".to_owned(),
            };
            findings.note(capability, evidence);
        }
        assert_eq!(from_json(&to_json(&findings)), Some(findings));
        assert_eq!(
            from_json(&json!({ "found": [["nothing", "a", 1, "b"]] })),
            None
        );
    }
}
