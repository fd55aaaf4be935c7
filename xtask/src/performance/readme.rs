//! The figures in the README.

use super::figures::{Figures, shown};

const BEGIN: &str = "<!-- Written by `cargo xtask performance`: -->\n";
const END: &str = "<!-- End of what it writes. -->\n";

const ONE: &str = "1 card, 64 at once";
const IN_FLIGHT: &str = "1 card, 10,000 at once";
const TLS: &str = "rustls";

/// `readme` with a table of what has been measured between the two marks, or what is wrong with it.
pub(super) fn with_table(
    readme: &str,
    calls: &Figures<'_>,
    builds: &Figures<'_>,
) -> Result<String, String> {
    let around = readme.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let (before, after) =
        around.ok_or_else(|| format!("README.md needs these two lines:\n{BEGIN}{END}"))?;
    let mut table = "| | reqwest | `linq` |\n|---|--:|--:|\n".to_owned();
    for (name, figures, what, which) in [
        (
            "CPU of a call for 1 card, 64 at once, µs",
            calls,
            "CPU of a call, µs",
            ONE,
        ),
        (
            "allocations of such a call",
            calls,
            "allocations of a call",
            ONE,
        ),
        (
            "memory of 10,000 calls in flight, MB",
            calls,
            "resident memory of calls in flight, MB",
            IN_FLIGHT,
        ),
        ("packages, with `rustls`", builds, "packages", TLS),
        (
            "CPU of a cold release build with it, s",
            builds,
            "CPU of a cold release build, s",
            TLS,
        ),
        (
            "stripped program with it, KB",
            builds,
            "stripped program, KB",
            TLS,
        ),
    ] {
        if let Some(row) = figures.find(what, which) {
            let (reqwest, linq) = (shown(row.reqwest), shown(row.linq));
            table += &format!("| {name} | {reqwest} | {linq} |\n");
        }
    }
    Ok(format!("{before}{BEGIN}\n{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_replaces_the_one_between_the_marks() {
        let calls = Figures::read(
            "CPU of a call, µs\t1 card, 64 at once\t13.04\t13.56\n\
             allocations of a call\t1 card, 64 at once\t57\t56\n\
             resident memory of calls in flight, MB\t1 card, 10,000 at once\t278.2\t285.4\n",
        );
        let builds = Figures::read(
            "packages\trustls\t95\t105\n\
             CPU of a cold release build, s\trustls\t118\t128\n\
             stripped program, KB\trustls\t3100\t3900\n",
        );
        let table = "\
            | | reqwest | `linq` |\n\
            |---|--:|--:|\n\
            | CPU of a call for 1 card, 64 at once, µs | 13.0 | 13.6 |\n\
            | allocations of such a call | 57 | 56 |\n\
            | memory of 10,000 calls in flight, MB | 278 | 285 |\n\
            | packages, with `rustls` | 95 | 105 |\n\
            | CPU of a cold release build with it, s | 118 | 128 |\n\
            | stripped program with it, KB | 3100 | 3900 |\n";
        let readme = format!("before\n{BEGIN}old\n{END}after\n");
        let written = format!("before\n{BEGIN}\n{table}\n{END}after\n");
        assert_eq!(with_table(&readme, &calls, &builds), Ok(written.clone()));
        // Once more makes no difference.
        assert_eq!(with_table(&written, &calls, &builds), Ok(written));
    }

    #[test]
    fn a_missing_mark_is_an_error() {
        let none = Figures::read("");
        let error = with_table("text", &none, &none).unwrap_err();
        assert!(error.contains(BEGIN) && error.contains(END), "{error}");
    }
}
