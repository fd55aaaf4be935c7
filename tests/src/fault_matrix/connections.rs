//! Faults before there is a connection.

use linq::ClientBuilder;
use reqwest::dns::{Name, Resolve, Resolving};
use reqwest::redirect::Policy;

use crate::server::Server;
use crate::support::{Refusing, builder_at};
use crate::tls::authority::{Authority, for_host};

/// What has to be kept while a client tries to connect.
pub(super) type Kept = (Refusing, [Server; 2]);

/// Each fault, by its name, with a builder for a client that meets it.
pub(super) async fn all() -> (Kept, Vec<(&'static str, ClientBuilder)>) {
    let refusing = Refusing::new();
    let authority = Authority::new();
    let no_names = |redirects| {
        let http = authority.http_client().redirect(redirects);
        let http = http.dns_resolver(NoNames).build().unwrap();
        builder_at("https://linq.invalid").http_client(http)
    };
    let tls = |config| Server::tls(config, |_, _| async {});
    let unknown = tls(Authority::new().server()).await;
    let wrong_name = tls(authority.server_with(for_host("other.example"))).await;
    let all = vec![
        ("connection refused", builder_at(&refusing.base_url())),
        ("DNS failure", no_names(Policy::none())),
        (
            "DNS failure, HTTP client that follows redirects",
            no_names(Policy::default()),
        ),
        ("unknown certificate authority", authority.builder(&unknown)),
        (
            "certificate of another name",
            authority.builder(&wrong_name),
        ),
    ];
    ((refusing, [unknown, wrong_name]), all)
}

/// Fails without asking the network.
struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Err("no such name".into()) })
    }
}
