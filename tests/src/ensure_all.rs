//! `ensure_all` runs many requests, and reports on each.

use std::collections::HashSet;

use linq::Ensured;
use linq_sandbox::Fault;

use crate::support::{start_with, writes};

fn number(n: usize) -> String {
    format!("+1555{n:07}")
}

#[tokio::test]
async fn reports_are_in_the_order_of_the_requests() {
    let (sandbox, client, _) = start_with([]).await;
    let cards = client.contact_card();
    sandbox.misbehave(Fault::error(401, 2004, "Unauthorized"));
    let requests: Vec<_> = [
        number(0),
        number(1),
        "555".to_owned(),
        number(1),
        String::new(),
        number(2),
    ]
    .map(|number| cards.ensure(number, "Ann"))
    .into();
    let reports = cards.ensure_all(requests).concurrency(1).await;
    let lines: Vec<_> = reports
        .iter()
        .map(|report| {
            let number = report
                .phone_number
                .as_ref()
                .map_or("no number", |number| number.as_str());
            let result = match &report.result {
                Ok(Ensured::Created { .. }) => "created".to_owned(),
                Ok(other) => format!("{other:?}"),
                Err(error) => error.to_string().split(';').next().unwrap().to_owned(),
            };
            format!("{} {number}: {result}", report.index)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "0 +15550000000: 401 Unauthorized (code 2004): Unauthorized",
            "1 +15550000001: invalid input: the phone number appears more than once",
            "2 no number: invalid input: \"555\" is not a phone number in E.164 format: it does not begin with +",
            "3 +15550000001: invalid input: the phone number appears more than once",
            "4 no number: invalid input: \"\" is not a phone number in E.164 format: it is empty",
            "5 +15550000002: created",
        ]
    );
    assert_eq!(writes(&sandbox), 1);
}

#[tokio::test]
async fn reports_come_as_requests_finish_or_in_order_at_the_end() {
    let (_sandbox, client, _) = start_with([]).await;
    let cards = client.contact_card();
    let requests = || ["+15550000001", "555"].map(|number| cards.ensure(number, "Ann"));
    let mut reports = cards.ensure_all(requests()).reports();
    assert_eq!(reports.next().await.unwrap().index, 1);
    let all = cards.ensure_all(requests()).await;
    assert_eq!((all[0].index, all[1].index), (0, 1));
}

#[tokio::test]
async fn no_requests_give_no_reports() {
    let (_sandbox, client, _) = start_with([]).await;
    let cards = client.contact_card();
    assert!(cards.ensure_all(Vec::new()).await.is_empty());
    assert!(
        cards
            .ensure_all(Vec::new())
            .reports()
            .next()
            .await
            .is_none()
    );
}

#[tokio::test]
async fn at_most_the_given_number_run_at_a_time() {
    let (sandbox, client, _) = start_with([]).await;
    let cards = client.contact_card();
    sandbox.misbehave(Fault::stall().always());
    let requests: Vec<_> = (0..20).map(|n| cards.ensure(number(n), "Ann")).collect();
    let mut reports = cards.ensure_all(requests).concurrency(3).reports();
    tokio::select! {
        report = reports.next() => panic!("{report:?}"),
        () = sandbox.wait_for_requests(3) => {}
    }
    // By now, every request that can be sent has been sent.
    for _ in 0..100 {
        tokio::select! {
            biased;
            report = reports.next() => panic!("{report:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(sandbox.requests().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_run_over_a_thousand_cards_writes_nothing() {
    let (sandbox, client, _) = start_with([]).await;
    let cards = client.contact_card();
    let requests = || {
        let cards = cards.clone();
        (0..1000).map(move |n| cards.ensure(number(n), "Ann"))
    };
    let mut seen = HashSet::new();
    let mut reports = cards.ensure_all(requests()).concurrency(16).reports();
    while let Some(report) = reports.next().await {
        assert!(
            matches!(report.result, Ok(Ensured::Created { .. })),
            "{report:?}"
        );
        assert_eq!(report.phone_number.unwrap().as_str(), number(report.index));
        assert!(seen.insert(report.index));
    }
    assert_eq!(
        (seen.len(), writes(&sandbox), sandbox.cards().len()),
        (1000, 1000, 1000)
    );
    let again = cards.ensure_all(requests()).await;
    assert!(
        again
            .iter()
            .all(|report| matches!(report.result, Ok(Ensured::Unchanged { .. })))
    );
    assert_eq!(writes(&sandbox), 1000);
}
