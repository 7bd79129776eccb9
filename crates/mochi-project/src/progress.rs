//! How long work is reported while it goes on. The command line draws; this crate only tells.

/// A stage of long work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Fetching uv itself.
    FetchingUv,
    /// Fetching a Python interpreter.
    FetchingPython,
    /// Choosing versions.
    Resolving,
    /// Downloading and installing.
    Installing,
    /// Looking up and installing stub distributions.
    FindingTypes,
    /// Reading what distributions declare.
    ReadingTypes,
    /// Reading what distributions can do.
    ReadingCapabilities,
}

impl Phase {
    /// The word shown beside the progress, such as `Resolving`.
    pub fn label(self) -> &'static str {
        match self {
            Self::FetchingUv => "Fetching uv",
            Self::FetchingPython => "Fetching Python",
            Self::Resolving => "Resolving",
            Self::Installing => "Installing",
            Self::FindingTypes => "Looking for types",
            Self::ReadingTypes => "Reading types",
            Self::ReadingCapabilities => "Reading capabilities",
        }
    }
}

/// Something that happened within a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A download began: what, and its size as uv writes it (`15.0MiB`).
    Downloading {
        /// The distribution.
        name: String,
        /// Its size, for people.
        size: Option<String>,
    },
    /// A download ended.
    Downloaded(String),
    /// A distribution without a wheel is being built; this runs its code.
    Building(String),
    /// Such a build ended.
    Built(String),
    /// Versions of so many distributions are chosen.
    Resolved(u64),
    /// So many distributions are downloaded and unpacked.
    Prepared(u64),
    /// So many distributions are installed.
    Installed(u64),
    /// Another process holds the cache; the text says what it does there.
    Waiting(&'static str),
    /// Something the user should know that stops nothing.
    Warning(String),
}

/// Receives what goes on. Phases do not nest; every `start` is followed by one `finish`, also on
/// failure.
pub trait Progress {
    /// A phase begins.
    fn start(&self, phase: Phase);
    /// Something happened. Warnings may also come outside a phase.
    fn event(&self, event: &Event);
    /// The phase is over.
    fn finish(&self);
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _phase: Phase) {}
    fn event(&self, _event: &Event) {}
    fn finish(&self) {}
}

/// Begins a phase that ends when the value is dropped, so that no early return forgets it.
pub(crate) fn phase(progress: &dyn Progress, phase: Phase) -> RunningPhase<'_> {
    progress.start(phase);
    RunningPhase(progress)
}

pub(crate) struct RunningPhase<'a>(&'a dyn Progress);

impl Drop for RunningPhase<'_> {
    fn drop(&mut self) {
        self.0.finish();
    }
}
