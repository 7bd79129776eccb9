//! Finding out which stubs exist and fit, by asking uv for all of them at once and taking away what
//! it objects to.
//!
//! Most programs need one question. A stub distribution that does not exist costs one more, as does
//! one without a release for the library's version.

use crate::codes;
use crate::error::ProjectError;
use crate::explain::names;
use crate::uv::Ended;
use crate::uv::failure::Failure;

use super::project::{Demand, Wish};

/// What became of a stub distribution that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is in the resolution.
    Taken,
    /// The index has no distribution of the name.
    Missing,
    /// It exists and cannot be used with these libraries; why, in uv's words.
    Dropped(String),
}

/// Why nothing could be found out.
#[derive(Debug)]
pub(crate) enum Unsettled {
    /// The network is down or off.
    Unreachable(Failure),
    /// uv could not do its work at all.
    Failed(ProjectError),
}

impl From<ProjectError> for Unsettled {
    fn from(error: ProjectError) -> Self {
        Self::Failed(error)
    }
}

/// What uv's refusal of some stubs says.
enum Objection {
    Missing(usize),
    NoMatchingVersion(usize),
    Conflict,
}

/// One verdict for each of `demands`; afterwards the last resolution made by `lock` holds those that
/// are taken, if there are any. `lock` resolves a set of stubs.
pub(crate) fn settle(
    demands: &[Demand],
    lock: &mut dyn FnMut(&[Demand]) -> Result<Ended, ProjectError>,
) -> Result<Vec<Verdict>, Unsettled> {
    let mut verdicts = vec![Verdict::Taken; demands.len()];
    // The places of those left in `demands`, and what is asked for.
    let mut left: Vec<(usize, Demand)> = demands.iter().cloned().enumerate().collect();
    while !left.is_empty() {
        let asked: Vec<Demand> = left.iter().map(|(_, demand)| demand.clone()).collect();
        let failure = match lock(&asked)? {
            Ended::Well(_) => break,
            Ended::Badly(failure) => failure,
        };
        let (index, verdict) = match objection(&failure, &asked)? {
            Objection::NoMatchingVersion(index) => {
                if let Some((_, demand)) = left.get_mut(index) {
                    demand.wish = Wish::Any;
                }
                continue;
            }
            Objection::Missing(index) => (index, Verdict::Missing),
            Objection::Conflict => {
                let (index, failure) = culprit(failure, &asked, lock)?;
                (index, Verdict::Dropped(reason(&failure)))
            }
        };
        let (place, _) = left.remove(index);
        if let Some(slot) = verdicts.get_mut(place) {
            *slot = verdict;
        }
    }
    Ok(verdicts)
}

fn objection(failure: &Failure, asked: &[Demand]) -> Result<Objection, Unsettled> {
    let code = failure.code();
    match code {
        codes::NETWORK | codes::OFFLINE => return Err(Unsettled::Unreachable(failure.clone())),
        codes::NO_SUCH_DISTRIBUTION => {
            let unknown = failure.unknown_distribution();
            let index = asked
                .iter()
                .position(|demand| Some(demand.stubs.as_str()) == unknown);
            if let Some(index) = index {
                return Ok(Objection::Missing(index));
            }
        }
        codes::NO_VERSION_FITS => {
            let text = failure.text();
            let index = asked
                .iter()
                .position(|demand| demand.wish != Wish::Any && names(&text, &demand.stubs));
            if let Some(index) = index {
                return Ok(Objection::NoMatchingVersion(index));
            }
        }
        _ => {}
    }
    Ok(Objection::Conflict)
}

/// Which of the stubs cannot be had, with uv's words about it alone where there are such; the last
/// one if only all of them together are impossible.
fn culprit(
    failure: Failure,
    asked: &[Demand],
    lock: &mut dyn FnMut(&[Demand]) -> Result<Ended, ProjectError>,
) -> Result<(usize, Failure), Unsettled> {
    let last = asked.len().saturating_sub(1);
    if last == 0 {
        return Ok((last, failure));
    }
    for (index, demand) in asked.iter().enumerate() {
        if let Ended::Badly(alone) = lock(std::slice::from_ref(demand))?
            && matches!(
                objection(&alone, std::slice::from_ref(demand))?,
                Objection::Conflict
            )
        {
            return Ok((index, alone));
        }
    }
    Ok((last, failure))
}

/// The first thing that uv says about a conflict.
fn reason(failure: &Failure) -> String {
    let said = failure.explanation().unwrap_or_else(|| failure.text());
    said.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index that has `types-a` for version 1.0, `types-b` for version 2.0, and `types-c`, which
    /// needs another library.
    fn index(asked: &[Demand]) -> Ended {
        let refuse = |cause: String| {
            Ended::Badly(Failure::parse(&format!(
                "error: No solution found when resolving dependencies\n  cause: {cause}\n"
            )))
        };
        for demand in asked {
            let stubs = &demand.stubs;
            let wanted = match &demand.wish {
                Wish::Like(version) | Wish::Exactly(version) => Some(version.as_str()),
                Wish::Any => None,
            };
            match (stubs.as_str(), wanted) {
                ("types-a", None | Some("1.0")) | ("types-b", None | Some("2.0")) => {}
                ("types-a" | "types-b", Some(version)) => {
                    return refuse(format!(
                        "Because only {stubs}<=9 is available and your project depends on \
                         {stubs}=={version}.*, we can conclude that your project's requirements \
                         are unsatisfiable."
                    ));
                }
                ("types-c", _) => {
                    return refuse(
                        "Because types-c>=1 depends on lib>=2 and lib==1, we can conclude that \
                         types-c>=1 cannot be used.\n         And because only types-c<=1 is \
                         available and your project depends on types-c, we can conclude that your \
                         project's requirements are unsatisfiable."
                            .to_owned(),
                    );
                }
                _ => {
                    return refuse(format!(
                        "Because {stubs} was not found in the package registry and your project \
                         depends on {stubs}, we can conclude that your project's requirements are \
                         unsatisfiable."
                    ));
                }
            }
        }
        Ended::Well(String::new())
    }

    fn settled(demands: &[(&str, &str)]) -> (Vec<Verdict>, usize, Vec<String>) {
        let demands: Vec<Demand> = demands
            .iter()
            .map(|(stubs, version)| Demand {
                stubs: (*stubs).to_owned(),
                wish: Wish::Like((*version).to_owned()),
            })
            .collect();
        let mut questions = 0;
        let mut last = Vec::new();
        let verdicts = settle(&demands, &mut |asked| {
            questions += 1;
            last = asked.iter().map(|demand| demand.stubs.clone()).collect();
            Ok(index(asked))
        });
        (verdicts.unwrap(), questions, last)
    }

    #[test]
    fn what_exists_and_fits_costs_one_question() {
        let (verdicts, questions, last) = settled(&[("types-a", "1.0"), ("types-b", "2.0")]);
        assert_eq!(verdicts, [Verdict::Taken, Verdict::Taken]);
        assert_eq!(questions, 1);
        assert_eq!(last, ["types-a", "types-b"]);
    }

    #[test]
    fn what_is_missing_or_has_no_such_version_costs_one_more() {
        let (verdicts, questions, last) =
            settled(&[("types-x", "1.0"), ("types-a", "7.0"), ("types-y", "1.0")]);
        assert_eq!(
            verdicts,
            [Verdict::Missing, Verdict::Taken, Verdict::Missing]
        );
        assert_eq!(questions, 4);
        assert_eq!(last, ["types-a"]);
    }

    #[test]
    fn what_would_move_a_library_is_dropped_with_its_reason() {
        let (verdicts, _, last) =
            settled(&[("types-a", "1.0"), ("types-c", "1.0"), ("types-b", "2.0")]);
        let [Verdict::Taken, Verdict::Dropped(reason), Verdict::Taken] = verdicts.as_slice() else {
            panic!("{verdicts:?}")
        };
        assert_eq!(
            reason,
            "Because types-c>=1 depends on lib>=2 and lib==1, types-c>=1 cannot be used."
        );
        assert_eq!(last, ["types-a", "types-b"]);
    }

    #[test]
    fn without_network_nothing_is_found_out() {
        let demand = Demand {
            stubs: "types-a".to_owned(),
            wish: Wish::Any,
        };
        let down = "error: Request failed after 3 retries\n  cause: dns error\n";
        let outcome = settle(&[demand], &mut |_| Ok(Ended::Badly(Failure::parse(down))));
        assert!(matches!(outcome, Err(Unsettled::Unreachable(_))));
    }
}
