//! Stubs that nobody listed, with a scripted uv in a world of memory: what is looked up, what is
//! frozen, and what never happens.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use mochi_project::{Prepared, ProjectError, Session, SessionOptions, StubOutcome};
use mochi_system::{Command, MemorySystem, Output, System};

use support::{Events, argument_of, imports, machine_in_memory, write_files};

/// What the index has: stub distributions by name with the versions' prefix, and whether they need
/// another library than there is.
#[derive(Default)]
struct Index {
    stubs: Vec<(&'static str, &'static str, bool)>,
    is_down: bool,
    /// The texts of `pyproject.toml` that uv was asked to resolve, of stubs alone.
    asked: Vec<String>,
    installed: Vec<Vec<String>>,
}

struct World {
    system: MemorySystem,
    index: Rc<RefCell<Index>>,
    events: Events,
}

fn world(stubs: &[(&'static str, &'static str, bool)]) -> World {
    let index = Rc::new(RefCell::new(Index {
        stubs: stubs.to_vec(),
        ..Index::default()
    }));
    let of_uv = Rc::clone(&index);
    let system =
        machine_in_memory(move |system, command| uv(system, command, &mut of_uv.borrow_mut()));
    World {
        system,
        index,
        events: Events::default(),
    }
}

fn package(name: &str, version: &str) -> String {
    format!(
        "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
         source = {{ registry = \"https://index.example/simple\" }}\n"
    )
}

fn uv(system: &MemorySystem, command: &Command, index: &mut Index) -> Output {
    let says = |word: &str| command.arguments.iter().any(|text| text == word);
    let directory = command.directory.clone().unwrap();
    let project = system.read_text(&directory.join("pyproject.toml")).unwrap();
    let is_stubs = project.contains("constraint-dependencies");
    if is_stubs {
        assert!(says("--no-build"), "stubs are never built");
    }
    if says("lock") {
        let lock = if is_stubs {
            index.asked.push(project.clone());
            match lock_stubs(&project, index) {
                Ok(lock) => lock,
                Err(refusal) => return refusal,
            }
        } else {
            format!(
                "version = 1\n{}{}",
                package("thing", "1.4.2"),
                package("typed", "3.0")
            )
        };
        system
            .write(&directory.join("uv.lock"), lock.as_bytes())
            .unwrap();
        return Output::success("");
    }
    assert!(says("sync") && says("--frozen"));
    let environment = argument_of(command, "UV_PROJECT_ENVIRONMENT");
    let site = environment.join("lib/python3.12/site-packages");
    let files: &[(&str, &str)] = if is_stubs {
        let words = command.arguments.iter();
        let words = words.map(|word| word.to_string_lossy().into_owned());
        index.installed.push(words.collect());
        &[("thing-stubs/__init__.pyi", "")]
    } else {
        &[
            ("thing/__init__.py", ""),
            ("typed/__init__.py", ""),
            ("typed/py.typed", ""),
            ("thing-1.4.2.dist-info/RECORD", "thing/__init__.py"),
            ("typed-3.0.dist-info/RECORD", "typed/__init__.py"),
        ]
    };
    write_files(system, environment, &[("bin/python", "")]);
    write_files(system, &site, files);
    Output::success("")
}

/// The lock of some stubs, or uv's words about the first that cannot be had.
fn lock_stubs(project: &str, index: &Index) -> Result<String, Output> {
    let refuse = |cause: String| {
        Output::failure(
            1,
            format!("error: No solution found when resolving dependencies\n  cause: {cause}\n"),
        )
    };
    if index.is_down {
        return Err(Output::failure(
            2,
            "error: Request failed after 3 retries\n  cause: dns error\n",
        ));
    }
    let mut lock = "version = 1\n".to_owned();
    let (_, list) = project.split_once("dependencies = [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    for requirement in list.split('"').skip(1).step_by(2) {
        let (name, version) = requirement.split_once("==").unwrap_or((requirement, ""));
        let Some((_, prefix, moves)) = index.stubs.iter().find(|(stubs, ..)| *stubs == name) else {
            return Err(refuse(format!(
                "Because {name} was not found in the package registry and your project depends on \
                 {requirement}, we can conclude that your project's requirements are unsatisfiable."
            )));
        };
        if !version.is_empty() && version != format!("{prefix}.*") {
            return Err(refuse(format!(
                "Because only {name}<={prefix}.1 is available and your project depends on \
                 {requirement}, we can conclude that your project's requirements are unsatisfiable."
            )));
        }
        if *moves {
            return Err(refuse(format!(
                "Because {name}>={prefix} depends on thing>=2 and thing==1.4.2, we can conclude \
                 that {name}>={prefix} cannot be used.\n         And because your project depends \
                 on {name}, we can conclude that your project's requirements are unsatisfiable."
            )));
        }
        lock.push_str(&package(name, &format!("{prefix}.0.20240101")));
    }
    Ok(lock)
}

impl World {
    fn prepare_with(
        &self,
        specs: &[&str],
        options: SessionOptions,
    ) -> Result<Prepared, ProjectError> {
        self.events.said.borrow_mut().clear();
        let session = Session::new(&self.system, &self.events, options).unwrap();
        session
            .prepare(&imports(specs))
            .map_err(|mut errors| errors.remove(0))
    }

    fn prepare(&self, specs: &[&str]) -> Prepared {
        self.prepare_with(specs, SessionOptions::default()).unwrap()
    }

    fn questions(&self) -> usize {
        self.index.borrow().asked.len()
    }

    fn warnings(&self) -> Vec<String> {
        self.events.warnings()
    }
}

fn outcome(prepared: &Prepared) -> &StubOutcome {
    let [answer] = prepared.stubs.as_slice() else {
        unreachable!("{:?}", prepared.stubs)
    };
    assert_eq!(answer.library, "thing");
    &answer.outcome
}

#[test]
fn stubs_of_the_same_version_stand_beside_the_environment() {
    let world = world(&[("types-thing", "1.4", false), ("types-typed", "3.0", false)]);
    let prepared = world.prepare(&["thing", "typed"]);
    assert_eq!(
        outcome(&prepared),
        &StubOutcome::Found("1.4.0.20240101".to_owned())
    );
    let types = prepared.types.unwrap();
    assert_ne!(Some(&types.folder), prepared.site_packages.as_ref());
    assert!(
        world
            .system
            .is_file(&types.folder.join("thing-stubs/__init__.pyi"))
    );
    let index = world.index.borrow();
    assert_eq!(index.asked.len(), 1);
    let asked = &index.asked[0];
    assert!(asked.contains("\"types-thing==1.4.*\"") && !asked.contains("types-typed"));
    // Libraries are held, and not installed again.
    assert!(asked.contains("\"thing==1.4.2\"") && asked.contains("\"typed==3.0\""));
    let installed = index.installed[0].join(" ");
    assert!(installed.contains("--no-install-package thing --no-install-package typed"));
}

#[test]
fn the_first_answer_is_frozen() {
    let world = world(&[("types-thing", "1.4", false)]);
    let first = world.prepare(&["thing"]);
    world.index.borrow_mut().stubs.clear();
    let second = world.prepare(&["thing"]);
    assert_eq!(first.types, second.types);
    assert_eq!(world.questions(), 1);
    let options = SessionOptions {
        upgrade: true,
        ..SessionOptions::default()
    };
    let third = world.prepare_with(&["thing"], options).unwrap();
    assert_eq!(outcome(&third), &StubOutcome::Missing);
    assert_eq!(third.types, None);
    // And so is that there are none.
    world.index.borrow_mut().stubs = vec![("types-thing", "1.4", false)];
    assert_eq!(outcome(&world.prepare(&["thing"])), &StubOutcome::Missing);
    assert_eq!(world.questions(), 2);
}

#[test]
fn an_unknown_name_is_asked_for_once_whatever_the_program() {
    let world = world(&[]);
    assert_eq!(outcome(&world.prepare(&["thing"])), &StubOutcome::Missing);
    assert_eq!(
        outcome(&world.prepare(&["thing@>=1"])),
        &StubOutcome::Missing
    );
    assert_eq!(
        outcome(&world.prepare(&["thing@>=1", "typed"])),
        &StubOutcome::Missing
    );
    assert_eq!(world.questions(), 1);
    assert_eq!(world.warnings(), Vec::<String>::new());
}

#[test]
fn other_versions_are_better_than_none() {
    let world = world(&[("types-thing", "0.9", false)]);
    let prepared = world.prepare(&["thing"]);
    assert_eq!(
        outcome(&prepared),
        &StubOutcome::Found("0.9.0.20240101".to_owned())
    );
    assert_eq!(world.questions(), 2);
}

#[test]
fn stubs_that_would_move_a_library_are_dropped_with_a_warning() {
    let world = world(&[("types-thing", "1.4", true)]);
    let prepared = world.prepare(&["thing"]);
    assert!(matches!(outcome(&prepared), StubOutcome::Dropped(_)));
    assert_eq!(prepared.types, None);
    assert_eq!(
        world.warnings(),
        [
            "`types-thing` cannot be used with the other packages, so `thing` is without types: \
          Because types-thing>=1.4 depends on thing>=2 and thing==1.4.2, types-thing>=1.4 cannot \
          be used."
        ]
    );
}

#[test]
fn without_network_nothing_is_looked_up_and_nothing_is_frozen() {
    let world = world(&[("types-thing", "1.4", false)]);
    world.index.borrow_mut().is_down = true;
    let prepared = world.prepare(&["thing"]);
    assert_eq!((prepared.types, prepared.stubs.len()), (None, 0));
    assert_eq!(
        world.warnings(),
        ["no types were looked up for `thing`: the package index cannot be reached (dns error)"]
    );
    let offline = SessionOptions {
        offline: true,
        ..SessionOptions::default()
    };
    assert_eq!(world.questions(), 1);
    let prepared = world.prepare_with(&["thing"], offline.clone()).unwrap();
    assert_eq!(prepared.types, None);
    assert_eq!(world.questions(), 1);
    assert_eq!(
        world.warnings(),
        ["no types were looked up for `thing`: the network is off"]
    );
    world.index.borrow_mut().is_down = false;
    let online = world.prepare(&["thing"]);
    assert!(online.types.is_some());
    let again = world.prepare_with(&["thing"], offline).unwrap();
    assert_eq!(again.types, online.types);
}

#[test]
fn what_comes_from_elsewhere_has_no_stubs_on_the_default_index() {
    let world = world(&[("types-thing", "1.4", false)]);
    for spec in [
        "thing@index+https://corp.example/simple",
        "thing@git+https://git.example/thing",
        "thing@path+thing",
    ] {
        let prepared = world.prepare(&[spec]);
        assert_eq!((prepared.types, prepared.stubs.len()), (None, 0), "{spec}");
    }
    assert_eq!(world.questions(), 0);
}
