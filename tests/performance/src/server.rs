//! The server, in a process of its own, so that its work is not measured.

use std::env;
use std::io::{self, BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{self, Child, Command, Stdio};
use std::sync::Arc;
use std::thread;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::responses::Responses;
use crate::runtime;

/// The argument that makes this program the server.
const ARGUMENT: &str = "serve";

/// A running server; dropping it stops it.
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts this program again as a server. In the process of the server itself, this does not
    /// return.
    pub fn start() -> Self {
        if env::args().any(|argument| argument == ARGUMENT) {
            // The end of its input is the end of the program that started it.
            thread::spawn(|| {
                let _ = io::copy(&mut io::stdin(), &mut io::sink());
                process::exit(0);
            });
            let listener = listener();
            println!("{}", listener.local_addr().unwrap());
            serve(listener);
        }
        let mut process = Command::new(env::current_exe().unwrap())
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        Self { process, address }
    }

    /// The base URL below which every request gets the response of this segment.
    pub fn base_url(&self, segment: &str) -> String {
        format!("http://{}/{segment}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A free port.
pub fn listener() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

/// Serves until the process ends.
pub fn serve(listener: TcpListener) -> ! {
    runtime().block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let responses = Arc::new(Responses::default());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let responses = Arc::clone(&responses);
            tokio::spawn(async move { connection(stream, &responses).await });
        }
    })
}

/// None of the requests has a body.
async fn connection(mut stream: TcpStream, responses: &Responses) {
    stream.set_nodelay(true).unwrap();
    let mut request = Vec::with_capacity(4096);
    while let Ok(1..) = stream.read_buf(&mut request).await {
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        let segment = request.split(|byte| b"/ ".contains(byte)).nth(2).unwrap();
        let (response, is_last) = responses.to(std::str::from_utf8(segment).unwrap()).await;
        request.clear();
        if stream.write_all(&response).await.is_err() || is_last {
            return;
        }
    }
}
