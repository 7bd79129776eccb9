//! Ctrl-C: the processes that were started end, no file stays half-written, and the process ends
//! with the code that shells expect.
//!
//! A terminal sends the signal to the whole group; whoever sends it to this process alone would
//! leave its children behind. A worker whose child was interrupted has nothing to report any more.
//!
//! Spec: bridge.md §14.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The first pause between two looks at whether a child has ended. The longer it runs, the longer
/// they become, each by one part in [`GROWTH`], until [`LONGEST`].
const STEP: Duration = Duration::from_micros(200);

/// Keeps what the pauses add to a run at some hundredths of it.
const GROWTH: u32 = 32;

/// No pause is longer.
const LONGEST: Duration = Duration::from_millis(5);

/// How long children that were interrupted as well may take to end: so many steps of [`PAUSE`].
const PATIENCE: u32 = 40;

/// Between two looks at children that should end.
const PAUSE: Duration = Duration::from_millis(25);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static HELD: AtomicBool = AtomicBool::new(false);
static CHILDREN: Mutex<Vec<Arc<Mutex<Child>>>> = Mutex::new(Vec::new());
static WRITING: Mutex<()> = Mutex::new(());

/// Leaves interruptions to a child that goes on after them, as in an interactive session, or takes
/// them again.
pub fn hold_interrupts(hold: bool) {
    HELD.store(hold, Ordering::SeqCst);
}

/// A poisoned lock guards nothing that could be broken here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Held while a file is written and renamed.
pub(crate) fn writing() -> MutexGuard<'static, ()> {
    locked(&WRITING)
}

/// A child that is ended with this process.
pub(crate) struct Listed(Arc<Mutex<Child>>);

/// Takes a child in.
pub(crate) fn listed(child: Child) -> Listed {
    let child = Arc::new(Mutex::new(child));
    locked(&CHILDREN).push(Arc::clone(&child));
    Listed(child)
}

impl Listed {
    /// Waits for its end. Does not return where this process ends as well.
    pub(crate) fn wait(&self) -> io::Result<ExitStatus> {
        let mut step = STEP;
        let status = loop {
            if let Some(status) = locked(&self.0).try_wait()? {
                break status;
            }
            thread::sleep(step);
            step = (step + step / GROWTH).min(LONGEST);
        };
        if was_interrupted(status) {
            // Both got the signal; ours may be on its way.
            thread::sleep(PAUSE);
        }
        while INTERRUPTED.load(Ordering::SeqCst) {
            thread::park();
        }
        Ok(status)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        locked(&CHILDREN).retain(|other| !Arc::ptr_eq(other, &self.0));
    }
}

#[cfg(unix)]
fn was_interrupted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal().is_some() || status.code().is_some_and(|code| code > 128)
}

#[cfg(not(unix))]
fn was_interrupted(_status: ExitStatus) -> bool {
    false
}

/// Makes an interruption (or a polite request to end) end the children and then, after `last`, this
/// process with 128 and the number of the signal. Elsewhere than on Unix the system does it.
#[cfg(unix)]
pub fn on_interrupt(last: impl FnOnce() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    thread::Builder::new()
        .name("interruption".to_owned())
        .spawn(move || {
            let is_held = |signal: i32| signal == SIGINT && HELD.load(Ordering::SeqCst);
            if let Some(signal) = signals.forever().find(|signal| !is_held(*signal)) {
                INTERRUPTED.store(true, Ordering::SeqCst);
                end_children();
                let _whole = writing();
                last();
                std::process::exit(128 + signal);
            }
        })?;
    Ok(())
}

/// Elsewhere than on Unix the system ends the process.
#[cfg(not(unix))]
pub fn on_interrupt(_last: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// Waits for the children a little, then ends those that go on.
#[cfg(unix)]
fn end_children() {
    let children: Vec<Arc<Mutex<Child>>> = locked(&CHILDREN).clone();
    let running = |child: &Arc<Mutex<Child>>| matches!(locked(child).try_wait(), Ok(None));
    for _ in 0..PATIENCE {
        if !children.iter().any(running) {
            return;
        }
        thread::sleep(PAUSE);
    }
    for child in children.iter().filter(|child| running(child)) {
        // One that ended meanwhile needs no end.
        let _ = locked(child).kill();
    }
}
