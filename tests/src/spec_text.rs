//! What a text of a specification is read as, and that a hostile one is refused.

use std::path::Path;

use serde_json::{Value, json};
use xtask::spec::{Diagnosis, Spec};

/// A specification with these lines at its end.
fn load(lines: &str) -> Result<Spec, Diagnosis> {
    let text = format!("openapi: 3.0.3\ninfo: {{ title: t, version: v }}\npaths: {{}}\n{lines}");
    Spec::from_text(Path::new("s.yaml"), text)
}

fn value(text: &str) -> Value {
    load(&format!("x-a: {text}\n")).unwrap().document()["x-a"].clone()
}

#[test]
fn words_and_versions_are_text_and_keys_always() {
    assert_eq!(
        value("{200: yes, true: 3.0.3, 4XX: 2024-01-02, a: 1.5, b: +15551234567, c: ~}"),
        json!({"200": "yes", "true": "3.0.3", "4XX": "2024-01-02", "a": 1.5, "b": 15_551_234_567_u64, "c": null})
    );
    for number in [".inf", ".nan", "1e999"] {
        assert!(load(&format!("x-a: {number}")).is_err(), "{number}");
    }
}

#[test]
fn what_an_alias_repeats_is_at_the_alias() {
    let spec = load("x-a: &x {b: 1}\nx-c: *x\nx-d: {*x : 1}\nx-e: 1\n");
    assert!(spec.is_err());
    let spec = load("x-a: &x {b: 1}\nx-c: *x\nx-d: [&y b, {*y : 1, c: 2}]\n").unwrap();
    assert_eq!(spec.document()["x-c"], json!({"b": 1}));
    assert_eq!(spec.document()["x-d"], json!(["b", {"b": 1, "c": 2}]));
    assert_eq!(spec.position("/x-a/b"), (4, 13));
    assert_eq!(spec.position("/x-c/b"), (5, 6));
    assert_eq!(spec.position("/x-d/1/c"), (6, 25));
}

#[test]
fn columns_are_counted_in_characters() {
    let spec = load("x-a: {\"é🦀\": 1, b: 2}\n").unwrap();
    assert_eq!(spec.position("/x-a/b"), (4, 19));
}

#[test]
fn hostile_texts_are_refused() {
    let nested = |open: &str, close: &str, n| format!("{}1{}", open.repeat(n), close.repeat(n));
    let bomb = |of: &dyn Fn(usize) -> String| {
        let aliases = (1..60).map(|n| format!("x-a{n}: &a{n} {}\n", of(n - 1)));
        format!("x-a0: &a0 [1]\n{}", aliases.collect::<String>())
    };
    assert!(load(&format!("x-a: {}", nested("[", "]", 63))).is_ok());
    for lines in [
        format!("x-a: {}", nested("[", "]", 64)),
        format!("x-a: {}", nested("[", "]", 100_000)),
        format!("x-a: {}", nested("{b: ", "}", 100_000)),
        format!("x-a:\n  {}", "- ".repeat(100_000)),
        bomb(&|n| format!("[{}]", vec![format!("*a{n}"); 10].join(", "))),
        bomb(&|n| format!("{}*a{n}{}", "[".repeat(60), "]".repeat(60))),
        "x-a: &x [*x]".to_owned(),
        "x-a: {<<: {b: 1}}".to_owned(),
        "x-a: {[a, b]: c}".to_owned(),
    ] {
        assert!(load(&lines).is_err(), "{lines:.80}");
    }
}
