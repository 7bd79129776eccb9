//! Writing results to standard output.

use std::io::{self, Write as _};

use crate::exit::Exit;

/// Writes a result and ends well; a reader that went away (`mochi … | head`) is no fault.
pub fn result(text: &str) -> Exit {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("error: cannot write to standard output: {error}");
            Exit::Environment
        }
        _ => Exit::Success,
    }
}
