//! Contracts: a client is generated, or each problem has its place, and says what to do.

use std::fs;
use std::path::Path;

use xtask::checkout;
use xtask::codegen::generate;
use xtask::spec::Spec;

use super::{Fuzz, corpus, rounds};

const TOKENS: &[&[u8]] = &[
    b"\n",
    b"  ",
    b"\t",
    b": ",
    b"- ",
    b"{",
    b"}",
    b"[",
    b"]",
    b"'",
    b"\"",
    b"#",
    b"&a ",
    b"*a",
    b"<<: ",
    b"!!binary ",
    b"null",
    b"~",
    b"1e999",
    b"\xff",
    b"\xef\xbb\xbf",
    b"nullable: true\n",
    b"type: integer, ",
    b"format: uuid, ",
    b"{ $ref: '#/components/schemas/Card' }",
    b"additionalProperties: true, ",
    b"enum: [a, b], ",
    b"allOf: [], ",
];

#[tokio::test]
async fn a_changed_contract_is_generated_or_refused_with_a_place() {
    let files = ["features.yaml", "every-object.yaml"].map(|name| {
        let folder = checkout::file("tests/fixtures").unwrap();
        fs::read(folder.join(name)).unwrap()
    });
    let (mut generated, mut refused) = (0, 0);
    Fuzz::new(files.to_vec(), TOKENS)
        .with_parts(corpus("tests/fixtures/bad-specs"))
        .run(rounds(200), async |_, text| {
            let text = String::from_utf8_lossy(&text).into_owned();
            let spec = Spec::from_text(Path::new("spec.yaml"), text.clone());
            match spec.and_then(|spec| generate(&spec)) {
                Ok(_) => generated += 1,
                Err(diagnosis) => {
                    refused += 1;
                    assert!(!diagnosis.problems.is_empty(), "{text}");
                    for problem in &diagnosis.problems {
                        assert!(
                            !problem.problem.is_empty() && !problem.help.is_empty(),
                            "{text}"
                        );
                        let place = problem
                            .place
                            .as_ref()
                            .unwrap_or_else(|| panic!("{diagnosis}\n{text}"));
                        let lines = text.split('\n').count();
                        assert!(
                            (1..=lines).contains(&place.line) && place.column >= 1,
                            "{diagnosis}\n{text}"
                        );
                    }
                }
            }
        })
        .await;
    assert!(generated > 10 && refused > 100, "{generated} {refused}");
}
