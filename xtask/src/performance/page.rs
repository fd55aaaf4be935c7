//! The page with the figures.

use super::figures::{Figures, Row, shown};

pub(super) fn write(calls: &Figures<'_>, builds: &Figures<'_>) -> String {
    let ratio = |row: &Row<'_>| format!("{:.2}", row.ratio());
    let more = |row: &Row<'_>| format!("{:+.0}", row.linq - row.reqwest);
    format!(
        "# Performance\n\n\
         <!-- Written by `cargo xtask performance`. -->\n\n\
         What the client costs, against reqwest as someone would write it by hand, with a timeout.\n\n\
         ## Calls\n\n\
         On {}. Both are measured in one run, in turns, over sockets; the server is a process of its own. A CPU time\n\
         is the median of the calling process alone. Memory is that of a process with 10,000 calls that wait for\n\
         their response, each on a connection of its own.\n\n\
         {}\n\
         ## Depending on the crate\n\n\
         On {}. The program prints one contact card; by hand, it takes reqwest with its default features,\n\
         `json` and `query`, and the TLS in question. The packages are those that are built.\n\n\
         {}\n\
         The default is `rustls`, because it needs nothing installed and is the same on every platform; its cryptography,\n\
         which is compiled from C, is most of what it costs to build, so that `native-tls` is the choice where build time\n\
         matters more and OpenSSL's headers are there.\n",
        calls.machine,
        table("ratio", calls, ratio),
        builds.machine,
        table("more", builds, more)
    )
}

fn table(comparison: &str, figures: &Figures<'_>, compare: impl Fn(&Row<'_>) -> String) -> String {
    let mut table = format!("| | | reqwest | `linq` | {comparison} |\n|---|---|--:|--:|--:|\n");
    for row in &figures.rows {
        let Row { what, which, .. } = row;
        let (reqwest, linq) = (shown(row.reqwest), shown(row.linq));
        let compared = compare(row);
        table += &format!("| {what} | {which} | {reqwest} | {linq} | {compared} |\n");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_machines_and_every_figure() {
        let calls = Figures::read(
            "# machine A\n\
             CPU of a call, µs\t1 card, 64 at once\t13.04\t13.56\n\
             allocations of a call\t1 card, 64 at once\t57.1\t56.0\n",
        );
        let builds = Figures::read("# machine B\npackages\trustls\t95\t105\n");
        let page = write(&calls, &builds);
        for part in [
            "\nOn machine A. ",
            "| | | reqwest | `linq` | ratio |\n\
             |---|---|--:|--:|--:|\n\
             | CPU of a call, µs | 1 card, 64 at once | 13.0 | 13.6 | 1.04 |\n\
             | allocations of a call | 1 card, 64 at once | 57.1 | 56 | 0.98 |\n\n",
            "\nOn machine B. ",
            "| | | reqwest | `linq` | more |\n\
             |---|---|--:|--:|--:|\n\
             | packages | rustls | 95 | 105 | +10 |\n\n",
        ] {
            assert!(page.contains(part), "{part}\nis not in\n{page}");
        }
    }
}
