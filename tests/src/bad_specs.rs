//! The diagnoses of specifications that no client can be generated from.

use std::fs;
use std::path::{Path, PathBuf};

use linq_gen::operations::ALL;
use miette::{GraphicalReportHandler, GraphicalTheme, Report};
use proptest::prelude::*;
use xtask::checkout;
use xtask::codegen::SPEC;
use xtask::spec::{Diagnosis, Spec};

fn good() -> PathBuf {
    checkout::file(SPEC).unwrap()
}

fn bad() -> PathBuf {
    checkout::file("tests/fixtures/bad-specs").unwrap()
}

fn bad_specs() -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(bad())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

/// What a terminal without colours shows.
fn rendered(diagnosis: Diagnosis) -> String {
    let mut text = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(100)
        .render_report(&mut text, Report::from(diagnosis).as_ref())
        .unwrap();
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    without_folder(&lines.join("\n"))
}

/// A text without the folder of the bad specs.
fn without_folder(text: &str) -> String {
    text.replace(&format!("{}/", bad().display()), "")
}

/// Compares with a snapshot whose name does not depend on the module.
fn assert_snapshot(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(format!("bad_spec_{name}"), shown));
}

#[test]
fn each_bad_spec_is_explained() {
    for path in bad_specs() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Err(diagnosis) = Spec::load(&path) else {
            panic!("{name} is accepted")
        };
        // The lines of a log are our own words; how a terminal shows them is up to miette.
        assert_snapshot(&name, &without_folder(&diagnosis.to_string()));
    }
}

#[test]
fn a_terminal_shows_the_source() {
    let diagnosis = Spec::load(&bad().join("dangling-ref.yaml")).unwrap_err();
    let (problem, help) = (
        diagnosis.first().problem.clone(),
        diagnosis.first().help.clone(),
    );
    let shown = rendered(diagnosis);
    let source = "stamp: { $ref: '#/components/schemas/Stmp' }";
    for part in [&problem, &help, source, "dangling-ref.yaml:9:24"] {
        assert!(shown.contains(part), "{shown}");
    }
}

#[test]
fn the_log_has_one_line_for_each_problem() {
    let diagnosis = Spec::load(&bad().join("several-problems.yaml")).unwrap_err();
    let log = diagnosis.to_string();
    assert_eq!(log.lines().count(), diagnosis.problems.len());
}

#[test]
fn problems_come_in_the_order_of_the_file() {
    for path in bad_specs() {
        let diagnosis = Spec::load(&path).unwrap_err();
        let places: Vec<_> = diagnosis
            .problems
            .iter()
            .map(|problem| {
                problem
                    .place
                    .as_ref()
                    .map(|place| (place.line, place.column))
            })
            .collect();
        assert!(places.is_sorted(), "{diagnosis}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let missing = Spec::load(Path::new("no/such/spec.yaml")).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "no/such/spec.yaml: the file can't be read: No such file or directory (os error 2); check the path, which is \
         relative to the current directory",
    );
    assert!(missing.first().place.is_none());
    let directory = Spec::load(&bad()).unwrap_err();
    assert!(
        directory.first().problem.contains("Is a directory"),
        "{directory}"
    );
}

#[test]
fn the_contract_is_accepted() {
    let spec = Spec::load(&good()).unwrap();
    let paths = spec.document()["paths"].as_object().unwrap();
    let methods = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values());
    let ids: Vec<_> = methods
        .filter_map(|operation| operation.get("operationId")?.as_str())
        .collect();
    let generated: Vec<_> = ALL.iter().map(|operation| operation.id).collect();
    assert_eq!(ids, generated);
    assert_eq!(spec.document()["info"]["version"], "v3");
}

#[test]
fn the_contract_is_accepted_as_json_and_with_windows_line_ends() {
    let good = fs::read_to_string(good()).unwrap();
    let spec = Spec::from_text(Path::new("s.yaml"), good.clone()).unwrap();
    let json = serde_json::to_string_pretty(spec.document()).unwrap();
    for text in [
        json.clone(),
        json.replace("  ", "\t"),
        good.replace('\n', "\r\n"),
        format!("\u{feff}{good}"),
    ] {
        let same = Spec::from_text(Path::new("s.json"), text).unwrap();
        assert_eq!(same.document(), spec.document());
    }
}

#[test]
fn a_truncated_spec_never_panics() {
    let good = fs::read_to_string(good()).unwrap();
    for (end, _) in good.match_indices('\n').step_by(8) {
        explained(&good[..end]);
    }
}

/// Shows whatever is found.
fn explained(text: &str) {
    if let Err(diagnosis) = Spec::from_text(Path::new("s.yaml"), text.to_owned()) {
        assert!(!rendered(diagnosis).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_spec_never_panics(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, any::<u8>()), 1..8)
    ) {
        let mut bytes = fs::read(good()).unwrap();
        for (at, kind, byte) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte % 128),
                _ => drop(bytes.remove(at)),
            }
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &bytes).unwrap();
        if let Err(diagnosis) = Spec::load(file.path()) {
            prop_assert!(!rendered(diagnosis).is_empty());
        }
        explained(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_is_explained(text in "[ -~\n\té{}:'\"&*#|>-]{0,200}") {
        explained(&text);
    }
}
