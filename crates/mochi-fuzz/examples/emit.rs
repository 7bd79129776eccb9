//! `emit FOLDER FROM TO` writes the Python of generated programs as packages, for type checkers,
//! linters and formatters.

use std::path::Path;
use std::thread;

use mochi_fuzz::{STACK, compile, generate};

fn emit(folder: &Path, seed: u64) -> std::io::Result<()> {
    let text = generate::program(seed);
    let Ok(compiled) = compile::compile(&text) else {
        return Ok(());
    };
    let package = folder.join(format!("p{seed}"));
    std::fs::create_dir_all(&package)?;
    for (name, module) in &compiled.files {
        std::fs::write(package.join(name), module)?;
    }
    if !compiled.files.is_empty() {
        return std::fs::write(package.join("main.mochi"), text);
    }
    let main = compiled
        .main
        .replace("from _mochi import", "from ._mochi import");
    for (name, text) in [
        ("__init__.py", ""),
        ("main.py", &main),
        ("_mochi.py", &compiled.helpers),
        ("main.mochi", &text),
    ] {
        std::fs::write(package.join(name), text)?;
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [folder, from, to] = &arguments[..]
        && let (Ok(from), Ok(to)) = (from.parse(), to.parse())
    {
        let folder = Path::new(folder).to_path_buf();
        let work = thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || (from..to).try_for_each(|seed: u64| emit(&folder, seed)))?;
        return work.join().unwrap_or(Ok(()));
    }
    Ok(())
}
