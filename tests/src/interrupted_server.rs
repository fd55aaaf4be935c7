//! The example `webhook_server` deletes its subscription when it is interrupted.

use std::env;
use std::process::{Child, Command, ExitStatus};

use linq_sandbox::{DEFAULT_API_KEY, Fault, Sandbox};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use crate::support::{builder_at, soon};
use crate::webhooks::webhook_server;

/// The base URL of the sandbox, for the child process.
const CHILD: &str = "LINQ_TESTS_INTERRUPTED";

/// A server in a process of its own.
struct Server(Child);

impl Server {
    /// Runs the test of this name, which has to call [`serve_if_child`], in another process.
    fn start(test: &str, sandbox: &Sandbox) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args([test, "--exact", "--nocapture"]);
        Self(command.env(CHILD, sandbox.base_url()).spawn().unwrap())
    }

    fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let kill = kill.args(["-s", name, &self.0.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    async fn end(mut self) -> ExitStatus {
        let end = spawn_blocking(move || self.0.wait());
        soon(end).await.unwrap().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended unless the test failed.
        let _ = self.0.kill();
    }
}

/// Serves until a signal if this is the child process, and returns whether it is.
async fn serve_if_child() -> bool {
    let Ok(base_url) = env::var(CHILD) else {
        return false;
    };
    let client = builder_at(&base_url).api_key(DEFAULT_API_KEY);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    webhook_server::serve_subscribed(listener, &client.build().unwrap(), &url)
        .await
        .unwrap();
    true
}

fn methods(sandbox: &Sandbox) -> Vec<String> {
    let requests = sandbox.requests();
    requests.iter().map(|it| it.method.to_string()).collect()
}

#[tokio::test]
async fn the_first_signal_deletes_the_subscription() {
    const NAME: &str = "interrupted_server::the_first_signal_deletes_the_subscription";

    if serve_if_child().await {
        return;
    }
    for signal in ["INT", "TERM"] {
        let sandbox = Sandbox::start().await.unwrap();
        let server = Server::start(NAME, &sandbox);
        soon(sandbox.wait_for_requests(1)).await;
        server.signal(signal);
        assert!(server.end().await.success(), "{signal}");
        assert_eq!(methods(&sandbox), ["POST", "DELETE"]);
    }
}

#[tokio::test]
async fn the_second_signal_ends_the_process() {
    const NAME: &str = "interrupted_server::the_second_signal_ends_the_process";

    if serve_if_child().await {
        return;
    }
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::stall().on("DELETE"));
    let server = Server::start(NAME, &sandbox);
    soon(sandbox.wait_for_requests(1)).await;
    server.signal("INT");
    soon(sandbox.wait_for_requests(2)).await;
    server.signal("TERM");
    assert_eq!(server.end().await.code(), Some(130));
}
