//! Serves the sandbox for use by hand.

use std::error::Error;
use std::io::{Write as _, stdout};

use linq_sandbox::Sandbox;

/// Serves a sandbox on `port` and prints how to ask it, until the process is interrupted.
#[tokio::main]
pub async fn run(port: u16) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::builder()
        .port(port)
        .start()
        .await
        .map_err(|error| format!("the sandbox can't listen on port {port}: {error}"))?;
    let (base_url, api_key) = (sandbox.base_url(), sandbox.api_key());
    writeln!(
        stdout(),
        "Serving {base_url} until interrupted. Ask it:\n\n  \
         curl -H 'Authorization: Bearer {api_key}' '{base_url}/v3/contact_card'\n\n\
         Change a card; what is written is kept while this runs:\n\n  \
         curl -X PATCH -H 'Authorization: Bearer {api_key}' \
         '{base_url}/v3/contact_card?phone_number=%2B15551234567' \
         --json '{{\"first_name\":\"Jane\"}}'\n\n\
         Let a client ask it:\n\n  \
         export LINQ_API_V3_API_KEY={api_key} LINQ_API_V3_BASE_URL={base_url}\n"
    )?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}
