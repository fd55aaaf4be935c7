//! The page with the figures.

use super::rows;

pub(super) fn write(calls: &str, builds: &str) -> String {
    let mut page = format!(
        "# Performance\n\n\
         <!-- Written by `cargo xtask performance`. -->\n\n\
         What the client costs, against reqwest as someone would write it by hand with a timeout.\n\n\
         ![CPU time of a call, as a multiple of hand-written reqwest](performance.svg)\n\n\
         ## Calls\n\n\
         {}\n\n\
         Both are measured in turns in one run, over sockets, with the server in another process; the figures are\n\
         medians of 31 rounds. CPU time is that of the calling process alone.\n\n\
         | | cards | at once | reqwest | `linq` | ratio |\n|---|--:|--:|--:|--:|--:|\n",
        machine(calls)
    );
    for row in rows(calls) {
        if let [what, cards, at_once, by_hand, by_client, ..] = row[..]
            && let Some(ratio) = ratio(by_hand, by_client)
        {
            page += &format!(
                "| {what} | {cards} | {at_once} | {by_hand} | {by_client} | {ratio:.2} |\n"
            );
        }
    }
    page += &format!(
        "\n## Depending on the crate\n\n{}\n\n\
         | | TLS | reqwest | `linq` | more |\n|---|---|--:|--:|--:|\n",
        machine(builds)
    );
    for row in rows(builds) {
        if let [what, tls, by_hand, by_client] = row[..]
            && let (Ok(hand), Ok(client)) = (by_hand.parse::<i64>(), by_client.parse::<i64>())
        {
            let more = client.saturating_sub(hand);
            page += &format!("| {what} | {tls} | {by_hand} | {by_client} | {more} |\n");
        }
    }
    page
}

/// The line that names the machine.
fn machine(figures: &str) -> String {
    match figures
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("# "))
    {
        Some(machine) => format!("On {machine}."),
        None => "Not measured yet.".to_owned(),
    }
}

pub(super) fn ratio(by_hand: &str, by_client: &str) -> Option<f64> {
    Some(by_client.parse::<f64>().ok()? / by_hand.parse::<f64>().ok()?)
}
