//! Reading the lock that uv wrote: which distributions, in which versions, needing what.
//!
//! Only what is needed is read; unknown keys are uv's business. A lock of another major format is
//! refused.

use toml_edit::{DocumentMut, Item, TableLike, Value};

/// A resolution for every platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The locked distributions, in the order of the file: by name, then version.
    pub packages: Vec<LockedPackage>,
}

/// One locked distribution. A name may occur in several versions, for different markers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockedPackage {
    /// The normalised name.
    pub name: String,
    /// The version; local projects may have none.
    pub version: Option<String>,
    /// Where it comes from: `registry`, `git`, `path`, `directory`, `url`, …, and the address.
    pub source: Option<(String, String)>,
    /// What it needs.
    pub dependencies: Vec<LockedDependency>,
    /// Its wheels.
    pub wheels: Vec<LockedFile>,
    /// Its source distribution.
    pub sdist: Option<LockedFile>,
}

/// An edge of the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockedDependency {
    /// The normalised name.
    pub name: String,
    /// The version, where the name alone is not enough.
    pub version: Option<String>,
    /// The environments that need it; all if not given.
    pub marker: Option<String>,
}

/// A file that can be downloaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockedFile {
    /// The file's name.
    pub name: String,
    /// Its digest in hexadecimal digits, if it is a SHA-256.
    pub sha256: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
}

impl Lock {
    /// Reads the text of a `uv.lock`; an error says what is wrong in one clause.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: DocumentMut = text
            .parse()
            .map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
        match document.get("version").and_then(Item::as_integer) {
            Some(1) => {}
            Some(version) => return Err(format!("its format {version} is not supported")),
            None => return Err("it does not say its format".to_owned()),
        }
        let packages = match document.get("package") {
            None => Vec::new(),
            Some(item) => item
                .as_array_of_tables()
                .ok_or("`package` is not a list of tables")?
                .iter()
                .map(|table| package(table))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self { packages })
    }

    /// Every version of a distribution.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a LockedPackage> {
        self.packages.iter().filter(move |one| one.name == name)
    }
}

fn text(table: &dyn TableLike, key: &str) -> Option<String> {
    Some(table.get(key)?.as_str()?.to_owned())
}

fn package(table: &dyn TableLike) -> Result<LockedPackage, String> {
    let name = text(table, "name").ok_or("a package has no name")?;
    let source = table
        .get("source")
        .and_then(Item::as_table_like)
        .and_then(|source| {
            let (kind, address) = source.iter().next()?;
            Some((kind.to_owned(), address.as_str()?.to_owned()))
        });
    let mut dependencies = tables(table.get("dependencies"), dependency);
    // What extras add is listed apart, one list for each extra.
    if let Some(extras) = table
        .get("optional-dependencies")
        .and_then(Item::as_table_like)
    {
        for (_, item) in extras.iter() {
            dependencies.extend(tables(Some(item), dependency));
        }
    }
    Ok(LockedPackage {
        name,
        version: text(table, "version"),
        source,
        dependencies,
        wheels: tables(table.get("wheels"), file),
        sdist: table
            .get("sdist")
            .and_then(Item::as_table_like)
            .and_then(file),
    })
}

fn tables<T>(item: Option<&Item>, read: impl Fn(&dyn TableLike) -> Option<T>) -> Vec<T> {
    let values = item.and_then(Item::as_array);
    values
        .into_iter()
        .flatten()
        .filter_map(Value::as_inline_table)
        .filter_map(|table| read(table))
        .collect()
}

fn dependency(table: &dyn TableLike) -> Option<LockedDependency> {
    Some(LockedDependency {
        name: text(table, "name")?,
        version: text(table, "version"),
        marker: text(table, "marker"),
    })
}

fn file(table: &dyn TableLike) -> Option<LockedFile> {
    let place = ["url", "path", "filename"]
        .iter()
        .find_map(|key| text(table, key))?;
    let name = place.rsplit(['/', '\\']).next().unwrap_or(&place);
    Some(LockedFile {
        name: name.split(['?', '#']).next().unwrap_or(name).to_owned(),
        sha256: text(table, "hash").and_then(|hash| Some(hash.strip_prefix("sha256:")?.to_owned())),
        size: table
            .get("size")
            .and_then(Item::as_integer)
            .and_then(|size| u64::try_from(size).ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
version = 1
revision = 5
requires-python = ">=3.12"

[[package]]
name = "anyio"
version = "4.16.0"
source = { registry = "https://index.example/simple" }
dependencies = [
    { name = "idna" },
    { name = "typing-extensions", marker = "python_full_version < '3.15'" },
]
sdist = { url = "https://files.example/a1/anyio-4.16.0.tar.gz", hash = "sha256:59", size = 3 }
wheels = [
    { url = "https://files.example/a9/anyio-4.16.0-py3-none-any.whl", hash = "sha256:c6", size = 134521 },
]

[[package]]
name = "mochi-program"
version = "0"
source = { virtual = "." }
dependencies = [
    { name = "anyio" },
]

[package.optional-dependencies]
x = [{ name = "idna", version = "3" }]
"#;

    #[test]
    fn the_graph_is_read() {
        let lock = Lock::parse(TEXT).unwrap();
        let anyio = lock.named("anyio").next().unwrap();
        assert_eq!(anyio.version.as_deref(), Some("4.16.0"));
        assert_eq!(anyio.dependencies.len(), 2);
        assert_eq!(
            anyio.dependencies[1].marker.as_deref(),
            Some("python_full_version < '3.15'")
        );
        assert_eq!(
            anyio.wheels,
            [LockedFile {
                name: "anyio-4.16.0-py3-none-any.whl".to_owned(),
                sha256: Some("c6".to_owned()),
                size: Some(134_521),
            }]
        );
        assert_eq!(anyio.sdist.as_ref().unwrap().name, "anyio-4.16.0.tar.gz");
        let root = lock.named("mochi-program").next().unwrap();
        assert_eq!(root.source, Some(("virtual".to_owned(), ".".to_owned())));
        assert_eq!(root.dependencies[1].version.as_deref(), Some("3"));
    }

    #[test]
    fn another_format_and_nonsense_are_refused() {
        assert_eq!(
            Lock::parse("version = 2").unwrap_err(),
            "its format 2 is not supported"
        );
        assert!(Lock::parse("package = 3\nversion = 1").is_err());
        assert!(Lock::parse("[[[").is_err());
        assert!(Lock::parse("version = 1\n[[package]]\n").is_err());
    }
}
