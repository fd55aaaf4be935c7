//! The `rust-version` that the workspace names is what its dependencies ask for.

use cargo_metadata::MetadataCommand;
use xtask::checkout;

#[test]
fn it_is_the_highest_that_a_dependency_asks_for() {
    let metadata = MetadataCommand::new()
        .manifest_path(checkout::root().unwrap().join("Cargo.toml"))
        .other_options(["--locked".to_owned()])
        .exec()
        .unwrap();
    let ours = metadata.workspace_packages()[0].rust_version.clone();
    let (highest, name) = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
        .filter_map(|package| Some((package.rust_version.clone()?, package.name.to_string())))
        .max()
        .unwrap();
    assert_eq!(ours, Some(highest), "{name} asks for it");
    for package in metadata.workspace_packages() {
        assert_eq!(package.rust_version, ours, "{}", package.name);
    }
}
