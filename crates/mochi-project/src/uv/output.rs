//! What uv's lines on standard error mean while it works.

use crate::progress::Event;

/// The event behind a line, if it is one worth showing.
pub(crate) fn event(line: &str) -> Option<Event> {
    if let Some(text) = line.strip_prefix("warning: ") {
        // An unknown extra is an error here, reported where the import stands.
        if text.contains("does not have an extra named") {
            return None;
        }
        return Some(Event::Warning(text.to_owned()));
    }
    let (word, rest) = line.trim_start().split_once(' ')?;
    let name = |text: &str| text.split(' ').next().unwrap_or(text).to_owned();
    let count = || rest.split(' ').next()?.parse().ok();
    match word {
        "Downloading" => Some(Event::Downloading {
            name: name(rest),
            size: rest
                .split_once(" (")
                .and_then(|(_, size)| size.strip_suffix(')'))
                .map(str::to_owned),
        }),
        "Downloaded" => Some(Event::Downloaded(name(rest))),
        "Building" => Some(Event::Building(name(rest))),
        "Built" => Some(Event::Built(name(rest))),
        "Resolved" => count().map(Event::Resolved),
        "Prepared" => count().map(Event::Prepared),
        "Installed" => count().map(Event::Installed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_events() {
        let events: Vec<Event> = [
            "Using CPython 3.12.1 interpreter at: /usr/bin/python3.12",
            "Resolved 13 packages in 261ms",
            "Downloading numpy (15.0MiB)",
            " Downloaded numpy",
            "   Building docopt==0.6.2",
            "      Built docopt==0.6.2",
            "Prepared 1 package in 648ms",
            "Installed 1 package in 0.39ms",
            " + docopt==0.6.2",
            "warning: `numpy==2.4.0` is yanked (reason: \"bug\")",
        ]
        .into_iter()
        .filter_map(event)
        .collect();
        let numpy = || "numpy".to_owned();
        let docopt = || "docopt==0.6.2".to_owned();
        assert_eq!(
            events,
            [
                Event::Resolved(13),
                Event::Downloading {
                    name: numpy(),
                    size: Some("15.0MiB".to_owned())
                },
                Event::Downloaded(numpy()),
                Event::Building(docopt()),
                Event::Built(docopt()),
                Event::Prepared(1),
                Event::Installed(1),
                Event::Warning("`numpy==2.4.0` is yanked (reason: \"bug\")".to_owned()),
            ]
        );
    }
}
