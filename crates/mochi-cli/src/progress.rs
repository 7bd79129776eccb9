//! How long work is shown: a line with a spinner on a terminal, sentences with `--verbose`, else
//! nothing but warnings.

use std::cell::RefCell;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mochi_project::{Event, Phase, Progress};

use crate::args::Global;
use crate::output;

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// Shows the progress of one command on standard error.
pub struct Talk {
    mode: Mode,
    bar: RefCell<Option<ProgressBar>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Errors only, and those are not ours to show.
    Quiet,
    /// Warnings.
    Plain,
    /// A spinner that goes away.
    Spinner,
    /// A sentence for each event.
    Sentences,
}

impl Talk {
    /// As the options and the terminal ask for.
    pub fn new(global: &Global) -> Self {
        let mode = if global.quiet {
            Mode::Quiet
        } else if global.verbose {
            Mode::Sentences
        } else if std::io::stderr().is_terminal() {
            Mode::Spinner
        } else {
            Mode::Plain
        };
        Self {
            mode,
            bar: RefCell::new(None),
        }
    }

    /// Work begins that the label names, such as `Reading types`.
    pub fn begin(&self, label: &'static str) {
        match self.mode {
            Mode::Sentences => output::say(label),
            Mode::Spinner => {
                let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
                if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {msg}") {
                    bar.set_style(style);
                }
                bar.set_prefix(label);
                bar.enable_steady_tick(TICK);
                *self.bar.borrow_mut() = Some(bar);
            }
            Mode::Quiet | Mode::Plain => {}
        }
    }

    /// The work is over; its line goes away.
    pub fn end(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }

    /// A line that stays.
    fn line(&self, text: &str) {
        match &*self.bar.borrow() {
            Some(bar) => bar.suspend(|| output::say(text)),
            None => output::say(text),
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.end();
    }
}

impl Progress for Talk {
    fn start(&self, phase: Phase) {
        self.begin(phase.label());
    }

    fn event(&self, event: &Event) {
        if let Event::Warning(text) = event {
            if self.mode != Mode::Quiet {
                self.line(&format!("warning: {text}"));
            }
            return;
        }
        match self.mode {
            Mode::Sentences => output::say(&format!("  {}", sentence(event))),
            Mode::Spinner => {
                if let Some(bar) = &*self.bar.borrow() {
                    bar.set_message(sentence(event));
                }
            }
            Mode::Quiet | Mode::Plain => {}
        }
    }

    fn finish(&self) {
        self.end();
    }
}

/// An event in words.
fn sentence(event: &Event) -> String {
    match event {
        Event::Downloading { name, size } => match size {
            Some(size) => format!("downloading {name} ({size})"),
            None => format!("downloading {name}"),
        },
        Event::Downloaded(name) => format!("downloaded {name}"),
        Event::Building(name) => format!("building {name}"),
        Event::Built(name) => format!("built {name}"),
        Event::Resolved(count) => format!("versions chosen: {count}"),
        Event::Prepared(count) => format!("distributions unpacked: {count}"),
        Event::Installed(count) => format!("distributions installed: {count}"),
        Event::Waiting(text) => format!("waiting: {text}"),
        Event::Warning(text) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_where_known() {
        let event = |size: Option<&str>| Event::Downloading {
            name: "example".to_owned(),
            size: size.map(str::to_owned),
        };
        assert_eq!(
            sentence(&event(Some("15.0MiB"))),
            "downloading example (15.0MiB)"
        );
        assert_eq!(sentence(&event(None)), "downloading example");
    }
}
