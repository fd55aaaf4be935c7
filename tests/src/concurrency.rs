//! Many tasks share one client.

use linq_sandbox::{Card, Fault, Sandbox};
use tokio::task::JoinSet;

use crate::support::{TestClock, builder, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_many_tasks_gets_its_own_response() {
    let (sandbox, client, _) = start().await;
    sandbox.set_cards((0..500).map(|n| Card {
        phone_number: format!("+1555{n:07}"),
        first_name: format!("Name {n}"),
        ..Card::example()
    }));
    sandbox.misbehave(Fault::error(503, 3006, "busy").times(100));
    let mut tasks = JoinSet::new();
    for n in 0..500 {
        let request = client
            .contact_card()
            .get(format!("+1555{n:07}"))
            .max_retries(100);
        tasks.spawn(async move { (n, request.await.unwrap().unwrap().first_name) });
    }
    for (n, name) in tasks.join_all().await {
        assert_eq!(name, format!("Name {n}"));
    }
    assert_eq!(sandbox.requests().len(), 600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dropped_requests_leave_the_client_usable() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).clock(TestClock::new()).build().unwrap();
    sandbox.misbehave(Fault::none().stall_after(5).times(200));
    let mut tasks = JoinSet::new();
    for _ in 0..200 {
        tasks.spawn(client.contact_card().retrieve().into_future());
    }
    sandbox.wait_for_requests(200).await;
    tasks.shutdown().await;
    let cards = client.contact_card().retrieve().await.unwrap();
    assert_eq!(cards.contact_cards.len(), 1);
}

#[test]
fn public_types_are_send_and_sync() {
    fn crosses<T: Send + Sync + 'static>() {}
    fn can_be_sent<T: Send + 'static>(_: T) {}
    crosses::<linq::Client>();
    crosses::<linq::Error>();
    crosses::<linq::Response<linq::contact_card::ContactCardRetrieveResponse>>();
    let client = linq::Client::new("key").unwrap();
    can_be_sent(client.contact_card().retrieve().send());
    can_be_sent(client.contact_card().get("+15551234567").into_future());
}
