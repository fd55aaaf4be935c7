//! The `rust-version` of the workspace suffices for its dependencies.

use cargo_metadata::MetadataCommand;
use xtask::checkout;

#[test]
fn rust_version_suffices_for_every_dependency() {
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
    assert!(ours >= Some(highest), "{name} needs a newer one");
    for package in metadata.workspace_packages() {
        assert_eq!(package.rust_version, ours, "{}", package.name);
    }
}
