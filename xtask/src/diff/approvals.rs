//! The changes that someone has approved, and whether that is enough.

use std::error::Error;
use std::path::Path;

use serde::Deserialize;

use super::class::Semver;
use super::contract::Contract;
use super::report::{Change, Report};
use super::revision::Revision;

/// Where approvals are, from the root of the checkout.
pub const APPROVALS: &str = "openapi/approved-changes.yaml";

/// An approval of one change.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The fingerprint of the change.
    pub fingerprint: String,
    /// Why the change is acceptable.
    pub reason: String,
    /// Who approved it.
    pub who: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    approved: Vec<Approval>,
}

/// Whether every change that needs approval has it.
#[derive(Debug, Default)]
pub struct Verdict {
    approvals: Vec<Approval>,
    /// What an approved breaking change lacks, in sentences.
    pub missing: Vec<String>,
    /// What could not be checked, in sentences.
    pub unchecked: Vec<String>,
    /// How many changes need approval and have none.
    pub unapproved: usize,
    /// The fingerprints of approvals that match no change.
    pub unused: Vec<String>,
}

impl Verdict {
    /// Whether everything that needs approval has it.
    pub fn passes(&self) -> bool {
        self.unapproved == 0 && self.missing.is_empty()
    }

    /// The approval of a change that needs one.
    pub fn approval(&self, change: &Change) -> Option<&Approval> {
        self.approvals
            .iter()
            .find(|approval| approval.fingerprint == change.fingerprint)
    }

    /// What is still to do, in sentences.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let changes = match self.unapproved {
            0 => None,
            1 => Some("1 change needs".to_owned()),
            count => Some(format!("{count} changes need")),
        };
        let unapproved =
            changes.map(|changes| format!("{changes} approval in {APPROVALS}, by fingerprint."));
        let unused = self.unused.iter().map(|fingerprint| {
            format!("The approval of {fingerprint} matches no change; remove it.")
        });
        let others = self.missing.iter().chain(&self.unchecked).cloned();
        unapproved.into_iter().chain(others).chain(unused).collect()
    }

    /// Judges a report by the approvals. An approved change also needs a higher version and an entry in the
    /// changelog, as far as both documents come with these files.
    pub(crate) fn new(
        report: &Report,
        approvals: Vec<Approval>,
        old: &Revision,
        new: &Revision,
    ) -> Result<Self, Box<dyn Error>> {
        let mut verdict = Self {
            approvals,
            ..Self::default()
        };
        let pending: Vec<_> = report
            .changes
            .iter()
            .filter(|change| change.class.needs_approval())
            .collect();
        let approved = pending
            .iter()
            .filter(|change| verdict.approval(change).is_some())
            .count();
        verdict.unapproved = pending.len() - approved;
        verdict.unused = verdict
            .approvals
            .iter()
            .map(|approval| &approval.fingerprint)
            .filter(|fingerprint| {
                !pending
                    .iter()
                    .any(|change| change.fingerprint == **fingerprint)
            })
            .cloned()
            .collect();
        if approved > 0 {
            verdict.check_release(report.semver, old, new)?;
        }
        Ok(verdict)
    }

    fn check_release(
        &mut self,
        needed: Semver,
        old: &Revision,
        new: &Revision,
    ) -> Result<(), Box<dyn Error>> {
        if !(old.has_files() && new.has_files()) {
            self.unchecked.push(
                "The version and the changelog are not checked, because one of the documents is not from the checkout."
                    .to_owned(),
            );
            return Ok(());
        }
        let read =
            |revision: &Revision, path: &str| revision.read(path).map(Option::unwrap_or_default);
        let versions = (
            version(&read(old, "Cargo.toml")?),
            version(&read(new, "Cargo.toml")?),
        );
        match versions {
            (Some(old), Some(new)) if raised(old, new) < needed => self.missing.push(format!(
                "Raise the {} version in Cargo.toml: an approved breaking change needs it.",
                needed.name()
            )),
            (Some(_), Some(_)) => {}
            _ => self
                .unchecked
                .push("The version is not checked: Cargo.toml has none.".to_owned()),
        }
        let (old, new) = (read(old, "CHANGELOG.md")?, read(new, "CHANGELOG.md")?);
        let is_new = |line: &&str| line.starts_with("- ") && !old.lines().any(|old| old == *line);
        if new.lines().find(is_new).is_none() {
            self.missing.push(
                "Add an entry to CHANGELOG.md: users must be told of an approved breaking change."
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// Reads the approvals; `path` is only quoted.
pub(crate) fn read(path: &Path, text: String) -> Result<Vec<Approval>, Box<dyn Error>> {
    let name = path.display().to_string();
    let file = Contract::from_text(path, text).map_err(|diagnosis| diagnosis.to_string())?;
    let file: File = serde_path_to_error::deserialize(file.value())
        .map_err(|error| format!("{name}: {}: {}", error.path(), error.inner()))?;
    let is_incomplete =
        |approval: &&Approval| approval.reason.trim().is_empty() || approval.who.trim().is_empty();
    if let Some(approval) = file.approved.iter().find(is_incomplete) {
        return Err(format!(
            "{name}: the approval of {} needs a reason and who gave it",
            approval.fingerprint
        )
        .into());
    }
    Ok(file.approved)
}

type Version = [u64; 3];

/// The version of the workspace.
fn version(manifest: &str) -> Option<Version> {
    let (_, package) = manifest.split_once("[workspace.package]")?;
    let line = package
        .lines()
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("version = \""))?;
    let mut numbers = line.split('"').next()?.split('.').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some([next()?, next()?, next()?])
}

/// The first number that is higher than before.
fn raised(old: Version, new: Version) -> Semver {
    let names = [Semver::Major, Semver::Minor, Semver::Patch];
    let first = names
        .into_iter()
        .zip(old.into_iter().zip(new))
        .find(|(_, (old, new))| old != new);
    match first {
        Some((name, (old, new))) if new > old => name,
        _ => Semver::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str =
        "[workspace]\n\n[workspace.package]\nversion = \"0.4.1\"\nedition = \"2024\"\n";

    #[test]
    fn the_version_is_that_of_the_workspace() {
        assert_eq!(version(MANIFEST), Some([0, 4, 1]));
        assert_eq!(version("[package]\nversion = \"1.0.0\"\n"), None);
    }

    #[test]
    fn a_lower_version_is_not_raised() {
        assert_eq!(raised([0, 4, 1], [0, 5, 0]), Semver::Minor);
        assert_eq!(raised([0, 4, 1], [0, 4, 2]), Semver::Patch);
        assert_eq!(raised([0, 4, 1], [1, 0, 0]), Semver::Major);
        assert_eq!(raised([0, 4, 1], [0, 4, 1]), Semver::None);
        assert_eq!(raised([0, 4, 1], [0, 3, 9]), Semver::None);
    }

    #[test]
    fn an_approval_says_why_and_who() {
        let read = |text: &str| {
            read(Path::new("a.yaml"), text.to_owned())
                .map(|approvals| approvals.len())
                .map_err(|error| error.to_string())
        };
        assert_eq!(
            read("approved:\n  - { fingerprint: c1, reason: Nobody uses it., who: Jane Roe }\n"),
            Ok(1)
        );
        assert_eq!(
            read("approved:\n  - { fingerprint: c1, reason: ' ', who: Jane Roe }\n"),
            Err("a.yaml: the approval of c1 needs a reason and who gave it".to_owned())
        );
        assert_eq!(
            read("approved:\n  - { fingerprint: c1, reason: Nobody uses it. }\n"),
            Err("a.yaml: approved[0]: missing field `who`".to_owned())
        );
        assert_eq!(read("approved: []\n"), Ok(0));
    }
}
