//! A machine in memory with one Python and a uv that a test scripts.

use std::path::Path;

use mochi_system::{Command, MemorySystem, Output, System};

/// A machine on which uv is this function. It is not asked for its version.
pub fn machine_in_memory(uv: impl Fn(&MemorySystem, &Command) -> Output + 'static) -> MemorySystem {
    MemorySystem::new()
        .with_variable("PATH", "/usr/bin")
        .with_file("/usr/bin/python3.12", "")
        .with_file("/usr/bin/uv", "")
        .with_program(|_, command| {
            (command.program == Path::new("/usr/bin/python3.12")).then(|| {
                Output::success(
                    r#"{"executable": "/usr/bin/python3.12", "implementation": "cpython",
                    "version": [3, 12, 1], "level": "final", "free_threaded": false,
                    "platform": "linux-x86_64", "standard_modules": ["os"]}"#,
                )
            })
        })
        .with_program(move |system, command| {
            (command.program == Path::new("/usr/bin/uv")).then(|| {
                if command.arguments.iter().any(|text| text == "--version") {
                    Output::success("uv 0.13.9")
                } else {
                    uv(system, command)
                }
            })
        })
}

/// The value of a variable that a command is started with.
pub fn argument_of<'a>(command: &'a Command, variable: &str) -> &'a Path {
    let mut variables = command.variables.iter();
    let found = variables.find(|(name, _)| name == variable);
    Path::new(&found.unwrap().1)
}

/// Writes files with their folders, one after the other.
pub fn write_files(system: &MemorySystem, folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        system.create_dir_all(path.parent().unwrap()).unwrap();
        system.write(&path, text.as_bytes()).unwrap();
    }
}
