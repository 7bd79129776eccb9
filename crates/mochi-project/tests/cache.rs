//! What the cache holds after success, failure and interruption, with a scripted uv in a world of
//! memory.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use mochi_project::{Prepared, ProjectError, Session, SessionOptions};
use mochi_system::{Command, MemorySystem, Output, System};

use support::{Events, argument_of, imports, machine_in_memory, write_files};

const CACHE: &str = "/home/user/.cache/mochi";
const NO_NETWORK: &str = "error: Request failed after 3 retries in 9.5s\n  cause: Failed to fetch: \
                          https://index.example/simple/thing/\n  cause: dns error\n";

/// What the scripted uv does; changed while a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Works,
    /// Writes half of its work and fails.
    FailsInLock,
    FailsInSync,
    /// Works with `--offline` only.
    NoNetwork,
    /// Does not even work offline.
    NoNetworkAndNothingCached,
}

struct World {
    system: MemorySystem,
    mood: Rc<RefCell<Mood>>,
    events: Events,
}

fn world() -> World {
    let mood = Rc::new(RefCell::new(Mood::Works));
    let uv_mood = Rc::clone(&mood);
    let system = machine_in_memory(move |system, command| uv(system, command, *uv_mood.borrow()))
        .with_variable("UV_EXCLUDE_NEWER", "2020-01-01");
    World {
        system,
        mood,
        events: Events::default(),
    }
}

fn uv(system: &MemorySystem, command: &Command, mood: Mood) -> Output {
    let says = |word: &str| command.arguments.iter().any(|text| text == word);
    let unreachable = match mood {
        Mood::NoNetwork => !says("--offline"),
        Mood::NoNetworkAndNothingCached => true,
        _ => false,
    };
    if unreachable {
        return Output::failure(2, NO_NETWORK);
    }
    let directory = command.directory.clone().unwrap();
    if says("lock") {
        let project = system.read_text(&directory.join("pyproject.toml")).unwrap();
        let text = format!("version = 1\n# {project:?}\n");
        system
            .write(&directory.join("uv.lock"), text.as_bytes())
            .unwrap();
        return match mood {
            Mood::FailsInLock => Output::failure(2, "error: something broke\n"),
            _ => Output::success(""),
        };
    }
    assert!(says("sync") && says("--frozen"));
    let environment = argument_of(command, "UV_PROJECT_ENVIRONMENT");
    let site = "lib/python3.12/site-packages";
    for (path, text) in [
        ("bin/python".to_owned(), ""),
        (format!("{site}/thing/__init__.py"), ""),
        (format!("{site}/thing/py.typed"), ""),
        (
            format!("{site}/thing-1.0.dist-info/RECORD"),
            "thing/__init__.py,,\n",
        ),
    ] {
        write_files(system, environment, &[(&path, text)]);
        if mood == Mood::FailsInSync {
            return Output::failure(2, "error: something broke\n");
        }
    }
    Output::success("")
}

impl World {
    fn prepare(&self) -> Result<Prepared, ProjectError> {
        let session = Session::new(&self.system, &self.events, SessionOptions::default()).unwrap();
        let result = session
            .prepare(&imports(&["thing"]))
            .map_err(|mut errors| errors.remove(0));
        assert!(
            self.events.running.borrow().is_empty(),
            "every phase is finished"
        );
        result
    }

    fn set(&self, mood: Mood) {
        self.mood.replace(mood);
    }

    fn list(&self, section: &str) -> Vec<String> {
        self.system
            .list(&Path::new(CACHE).join(section))
            .unwrap_or_default()
    }

    fn runs_since(&self, before: usize) -> Vec<String> {
        let runs = self.system.runs();
        let words = ["lock", "sync", "--offline"];
        runs[before..]
            .iter()
            .map(|run| {
                let said: Vec<&str> = run
                    .arguments
                    .iter()
                    .filter_map(|text| text.to_str())
                    .filter(|text| words.contains(text))
                    .collect();
                said.join(" ")
            })
            .collect()
    }
}

#[test]
fn a_failed_resolution_leaves_nothing_and_the_next_one_works() {
    let world = world();
    world.set(Mood::FailsInLock);
    assert_eq!(world.prepare().unwrap_err().message, "something broke");
    assert_eq!(world.list("locks"), [""; 0]);
    world.set(Mood::Works);
    world.prepare().unwrap();
    assert_eq!(world.list("locks").len(), 1);
}

#[test]
fn a_failed_installation_leaves_the_lock_and_no_environment() {
    let world = world();
    world.set(Mood::FailsInSync);
    assert_eq!(world.prepare().unwrap_err().message, "something broke");
    assert_eq!(world.list("locks").len(), 1);
    assert_eq!(world.list("environments"), [""; 0]);
    world.set(Mood::Works);
    let before = world.system.runs().len();
    world.prepare().unwrap();
    assert_eq!(world.runs_since(before), ["sync"]);
}

#[test]
fn what_a_killed_process_left_is_swept_up_and_never_used() {
    let world = world();
    let lock_key = {
        let other = self::world();
        other.prepare().unwrap();
        other.list("locks").remove(0)
    };
    let half = format!("{CACHE}/locks/{lock_key}.77-1.tmp/uv.lock");
    let world = World {
        system: world.system.with_file(&half, "half"),
        ..world
    };
    world.prepare().unwrap();
    assert_eq!(world.list("locks"), [lock_key]);

    // An environment without its marker was not finished: it is made anew.
    let environment = world.list("environments").remove(0);
    let place = Path::new(CACHE).join("environments").join(environment);
    world.system.remove(&place.join("mochi-complete")).unwrap();
    world.system.write(&place.join("rubbish"), b"").unwrap();
    world.prepare().unwrap();
    assert!(!world.system.is_file(&place.join("rubbish")));
}

#[test]
fn the_second_time_nothing_is_started() {
    let world = world();
    world.prepare().unwrap();
    let before = world.system.runs().len();
    let files = world.system.files();
    world.set(Mood::NoNetworkAndNothingCached);
    world.prepare().unwrap();
    assert_eq!(world.system.runs().len(), before);
    assert_eq!(world.system.files(), files);
}

#[test]
fn without_a_network_uv_gets_a_second_chance_from_its_cache() {
    let world = world();
    world.set(Mood::NoNetwork);
    let before = world.system.runs().len();
    world.prepare().unwrap();
    let runs = world.runs_since(before);
    assert_eq!(
        runs[runs.len() - 4..],
        ["lock", "--offline lock", "sync", "--offline sync"]
    );
    let warnings = world.events.warnings();
    assert!(
        warnings
            .iter()
            .any(|text| text.contains("cannot be reached")),
        "{warnings:?}"
    );
}

#[test]
fn without_network_and_cache_the_network_is_named() {
    let world = world();
    world.set(Mood::NoNetworkAndNothingCached);
    let error = world.prepare().unwrap_err();
    assert_eq!(error.code.0, "M005");
    assert_eq!(
        error.message,
        "cannot download https://index.example/simple/thing/"
    );
    assert_eq!(error.notes[0].message, "dns error");
    assert_eq!(world.list("locks"), [""; 0]);
}

#[test]
fn uv_sees_no_settings_but_ours() {
    let world = world();
    world.prepare().unwrap();
    let runs = world.system.runs();
    let lock = runs
        .iter()
        .find(|run| run.arguments.iter().any(|text| text == "lock"))
        .unwrap();
    assert!(lock.hides("UV_EXCLUDE_NEWER") && lock.hides("VIRTUAL_ENV"));
    let set: Vec<&str> = lock
        .variables
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        set,
        [
            "UV_CONFIG_FILE",
            "UV_NO_CONFIG",
            "UV_CACHE_DIR",
            "UV_PYTHON_DOWNLOADS"
        ]
    );
    let python = lock
        .arguments
        .iter()
        .position(|text| text == "--python")
        .unwrap();
    assert_eq!(lock.arguments[python + 1], "/usr/bin/python3.12");
}

#[test]
fn a_spoilt_memory_of_programs_is_asked_for_anew() {
    let world = world();
    let world = World {
        system: world
            .system
            .with_file(&format!("{CACHE}/programs.json"), "{\"format\": 1, \"pro"),
        ..world
    };
    world.prepare().unwrap();
}
