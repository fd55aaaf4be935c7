//! Random changes to what comes from outside, the same in every run.
//!
//! The tests change the files of a corpus, which is a folder of `tests/fixtures/corpora`. A file that
//! made one of them fail is kept there. `LINQ_FUZZ_ROUNDS=1000000 cargo test -p linq-tests fuzz`
//! tries more changes.

mod cards;
mod cursors;
mod errors;
mod phone_numbers;
mod specs;
mod waits;
mod webhooks;

use std::env;
use std::fs;

use fastrand::Rng;
use serde_json::{Value, json};
use xtask::checkout;

/// The files of a folder, in the order of their names.
fn corpus(folder: &str) -> Vec<Vec<u8>> {
    let folder = checkout::file(folder).unwrap();
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The lines of a file, each of which is an input.
fn lines(path: &str) -> Vec<Vec<u8>> {
    let text = fs::read_to_string(checkout::file(path).unwrap()).unwrap();
    let lines = text.lines().map(|line| line.as_bytes().to_vec());
    lines.collect()
}

/// How many changed inputs a test tries; fewer if each takes longer.
fn rounds(usual: usize) -> usize {
    env::var("LINQ_FUZZ_ROUNDS").map_or(usual, |rounds| rounds.parse().unwrap())
}

/// A source of inputs: a corpus, and what is often put into it.
struct Fuzz {
    random: Rng,
    corpus: Vec<Vec<u8>>,
    /// More files that parts are taken from.
    parts: Vec<Vec<u8>>,
    tokens: &'static [&'static [u8]],
}

impl Fuzz {
    fn new(corpus: Vec<Vec<u8>>, tokens: &'static [&'static [u8]]) -> Self {
        assert!(!corpus.is_empty());
        Self {
            random: Rng::with_seed(0x11_9c),
            corpus,
            parts: Vec::new(),
            tokens,
        }
    }

    /// Puts parts of these files into those of the corpus.
    fn with_parts(self, parts: Vec<Vec<u8>>) -> Self {
        Self { parts, ..self }
    }

    /// Calls `check` with each file as it is, then with `rounds` changed ones.
    async fn run(mut self, rounds: usize, mut check: impl AsyncFnMut(&mut Rng, Vec<u8>)) {
        for file in self.corpus.clone() {
            check(&mut self.random, file).await;
        }
        for _ in 0..rounds {
            let file = self.changed();
            check(&mut self.random, file).await;
        }
    }

    /// A file with up to three changes, or with one in its values before, if it is JSON.
    fn changed(&mut self) -> Vec<u8> {
        let mut file = self.corpus[self.random.usize(..self.corpus.len())].clone();
        if self.random.bool() {
            file = self.changed_json(&file).unwrap_or(file);
        }
        for _ in 0..self.random.usize(..4) {
            self.change(&mut file);
        }
        file
    }

    fn any(&mut self) -> Vec<u8> {
        let at = self.random.usize(..self.corpus.len() + self.parts.len());
        let mut files = self.corpus.iter().chain(&self.parts);
        files.nth(at).cloned().unwrap_or_default()
    }

    /// The file with another value, a field or an item less, or an item twice.
    fn changed_json(&mut self, file: &[u8]) -> Option<Vec<u8>> {
        let mut json = serde_json::from_slice(file).ok()?;
        change_value(&mut self.random, &mut json);
        Some(json.to_string().into_bytes())
    }

    /// Makes one small change.
    fn change(&mut self, file: &mut Vec<u8>) {
        let at = self.random.usize(..=file.len());
        let end = (at + self.random.usize(..40)).min(file.len());
        match self.random.u8(..7) {
            0 if at < file.len() => file[at] ^= 1 << self.random.u8(..8),
            1 => file.insert(at, self.random.u8(..)),
            2 => drop(file.drain(at..end)),
            3 => {
                let token = self.tokens[self.random.usize(..self.tokens.len())];
                drop(file.splice(at..at, token.iter().copied()));
            }
            4 => {
                let copy = file[at..end].to_vec();
                let to = self.random.usize(..=file.len());
                file.splice(to..to, copy);
            }
            5 => {
                let other = self.any();
                file.truncate(at);
                file.extend(&other[self.random.usize(..=other.len())..]);
            }
            _ => self.move_line(file),
        }
    }

    /// Copies a line of a file to before another line.
    fn move_line(&mut self, file: &mut Vec<u8>) {
        let other = self.any();
        let lines: Vec<_> = other.split_inclusive(|byte| *byte == b'\n').collect();
        if lines.is_empty() {
            return;
        }
        let line = lines[self.random.usize(..lines.len())];
        let starts: Vec<_> = (0..=file.len())
            .filter(|at| *at == 0 || file[at - 1] == b'\n')
            .collect();
        let at = starts[self.random.usize(..starts.len())];
        file.splice(at..at, line.iter().copied());
    }
}

/// Changes a value, or one within it.
fn change_value(random: &mut Rng, value: &mut Value) {
    let stay = random.u8(..4) == 0;
    match value {
        Value::Object(fields) if !stay && !fields.is_empty() => {
            let at = random.usize(..fields.len());
            let name = fields.keys().nth(at).unwrap().clone();
            match random.u8(..8) {
                0 => drop(fields.remove(&name)),
                _ => change_value(random, &mut fields[&name]),
            }
        }
        Value::Array(items) if !stay && !items.is_empty() => {
            let at = random.usize(..items.len());
            match random.u8(..8) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => change_value(random, &mut items[at]),
            }
        }
        leaf => {
            let values = [
                json!(null),
                json!(true),
                json!(-1),
                json!(1e300),
                json!(""),
                json!("+1"),
                json!([]),
                json!({}),
                json!([{}]),
            ];
            *leaf = values[random.usize(..values.len())].clone();
        }
    }
}
