//! Benchmarks code generation by the size of the spec.
//!
//! `cargo bench --package linq-tests --bench codegen`.

use std::fmt::Write as _;
use std::path::Path;

use divan::Bencher;
use xtask::codegen::generate;
use xtask::diff::{Contract, compare};
use xtask::spec::Spec;

fn main() {
    divan::main();
}

/// Reading, checking and generating a spec with this many operations, each with its own types.
#[divan::bench(args = [125, 250, 500], sample_count = 5)]
fn operations(bencher: Bencher, operations: usize) {
    let text = synthetic_spec(operations);
    bencher.bench(|| {
        let spec = Spec::from_text(Path::new("synthetic.yaml"), text.clone()).unwrap();
        generate(&spec).unwrap().code.len()
    });
}

/// Comparing two such specs, whose schemas differ in what is required, and the code generated from them.
#[divan::bench(args = [125, 250, 500], sample_count = 5)]
fn comparison(bencher: Bencher, operations: usize) {
    let text = synthetic_spec(operations);
    let read = |text: String| Contract::from_text(Path::new("synthetic.yaml"), text).unwrap();
    let (old, new) = (
        read(text.clone()),
        read(text.replace("required: [id, name]", "required: [id]")),
    );
    bencher.bench(|| compare(&old, &new).0.changes.len());
}

fn synthetic_spec(operations: usize) -> String {
    let mut paths = String::new();
    let mut schemas = String::new();
    for n in 0..operations {
        write!(
            paths,
            "
  /v3/thing_{n}/{{id}}:
    get:
      operationId: retrieveThing{n}
      x-linq-retry: {{ idempotent: true }}
      description: Returns thing {n}.
      parameters:
        - {{ name: id, in: path, required: true, schema: {{ type: string }} }}
        - {{ name: limit, in: query, schema: {{ type: integer }} }}
      responses:
        '200':
          description: The thing.
          content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Thing{n}' }} }} }}
        4XX:
          description: An error.
          content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Error' }} }} }}"
        )
        .unwrap();
        write!(
            schemas,
            "
    Thing{n}:
      type: object
      description: Thing {n}.
      required: [id, name]
      properties:
        id: {{ type: string, description: Which. }}
        name: {{ type: string, description: Its name. }}
        note: {{ type: string, nullable: true }}
        tags: {{ type: array, items: {{ type: string }} }}"
        )
        .unwrap();
    }
    format!(
        "openapi: 3.0.3\ninfo: {{ title: Things, version: v3 }}\npaths:{paths}\ncomponents:\n  schemas:\n    \
         Error: {{ type: object, properties: {{ message: {{ type: string }} }} }}{schemas}\n"
    )
}
