//! Running the real binary in a folder of its own.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::lasting;

/// How long one run may take before it is ended.
const LIMIT: Duration = Duration::from_mins(5);

/// The binary under test, with a cache of its own.
#[derive(Clone, Debug)]
pub struct Mochi {
    binary: PathBuf,
    cache: PathBuf,
    /// What is held as long as it is used.
    #[expect(dead_code, reason = "it is only held")]
    build: Option<Arc<lasting::Build>>,
}

/// What a run left behind.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Standard output, with paths of this run replaced.
    pub stdout: String,
    /// Standard error, with paths of this run replaced.
    pub stderr: String,
    /// The exit code; 128 plus the signal if one ended the process.
    pub exit: i32,
}

impl Mochi {
    /// The binary with a given cache folder, which is created when needed.
    pub fn new(binary: impl Into<PathBuf>, cache: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            cache: cache.into(),
            build: None,
        }
    }

    /// The binary as it is now, with a cache below `root` that lasts until it is built anew and is
    /// shared by all processes that test the same one.
    pub fn with_lasting_cache(binary: &Path, root: &Path) -> io::Result<Self> {
        let build = lasting::Build::hold(binary, root)?;
        Ok(Self {
            binary: build.binary.clone(),
            cache: build.cache.clone(),
            build: Some(Arc::new(build)),
        })
    }

    /// The cache folder.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// A command of the binary in `folder`, free of settings from outside.
    pub fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(folder);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let ours = ["MOCHI_", "PYTHON", "UV_"];
            if ours.iter().any(|prefix| text.starts_with(prefix)) || text == "VIRTUAL_ENV" {
                command.env_remove(&name);
            }
        }
        command
            .env("MOCHI_CACHE_DIR", &self.cache)
            .env("NO_COLOR", "1");
        command
    }

    /// Runs the binary in `folder` with `arguments` and `input` on its standard input.
    pub fn run<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: &[S],
        input: &str,
    ) -> io::Result<Finished> {
        fs::create_dir_all(&self.cache)?;
        let mut command = self.command(folder);
        command.args(arguments);
        let (stdout, stderr, exit) = finish(command, input)?;
        Ok(Finished {
            stdout: self.neutral(&stdout, folder),
            stderr: self.neutral(&stderr, folder),
            exit,
        })
    }

    /// Paths that differ from run to run, replaced.
    fn neutral(&self, text: &[u8], folder: &Path) -> String {
        String::from_utf8_lossy(text)
            .replace(&*self.cache.to_string_lossy(), "[CACHE]")
            .replace(&*folder.to_string_lossy(), "[FOLDER]")
    }
}

/// Runs a command to its end: standard output, standard error, exit code.
fn finish(mut command: Command, input: &str) -> io::Result<(Vec<u8>, Vec<u8>, i32)> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let stdout = scope.spawn(|| drain(stdout));
        let stderr = scope.spawn(|| drain(stderr));
        if let Some(mut stdin) = stdin {
            // A process that does not read its input closes the pipe.
            let _ = stdin.write_all(input.as_bytes());
        }
        let exit = wait(&mut child);
        let collect = |reader: thread::ScopedJoinHandle<'_, io::Result<Vec<u8>>>| {
            reader
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("reader stopped")))
        };
        Ok((collect(stdout)?, collect(stderr)?, exit?))
    })
}

fn drain(stream: Option<impl Read>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        stream.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn wait(child: &mut Child) -> io::Result<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(exit_code(status));
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            let message = format!("ended after {} s", LIMIT.as_secs());
            return Err(io::Error::new(io::ErrorKind::TimedOut, message));
        }
        thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(unix)]
fn exit_code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

#[cfg(not(unix))]
fn exit_code(status: std::process::ExitStatus) -> i32 {
    status.code().unwrap_or(128)
}
