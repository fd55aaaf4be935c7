//! What a scalar means under the core schema of YAML 1.2.

use std::borrow::Cow;

use granit_parser::{ScalarStyle, Tag};
use serde_json::{Number, Value};

/// Words such as `yes`, `no`, `on` and `off` are text.
pub(crate) fn resolve(
    text: Cow<'_, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<Value, String> {
    match tag.map(core_type).transpose()?.unwrap_or_default() {
        "str" => Ok(Value::String(text.into_owned())),
        "" if style != ScalarStyle::Plain => Ok(Value::String(text.into_owned())),
        "" => plain(&text).map(|value| value.unwrap_or_else(|| Value::String(text.into_owned()))),
        wanted => match plain(&text)? {
            Some(value)
                if type_of(&value) == wanted || (wanted, type_of(&value)) == ("float", "int") =>
            {
                Ok(value)
            }
            _ => Err(format!("`{text}` is no `!!{wanted}`")),
        },
    }
}

/// The name of a tag of the core schema.
pub(crate) fn core_type(tag: &Tag) -> Result<&str, String> {
    match tag.core_suffix() {
        Some(name) => Ok(name),
        None if tag.handle().is_empty() && tag.suffix() == "!" => Ok("str"),
        None => Err(format!(
            "the tag `{}{}` means nothing in OpenAPI",
            tag.original_handle(),
            tag.suffix()
        )),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        _ => "str",
    }
}

fn plain(text: &str) -> Result<Option<Value>, String> {
    let value = match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(text)? {
            Some(number) => Value::Number(number),
            None => return Ok(None),
        },
    };
    Ok(Some(value))
}

fn number(text: &str) -> Result<Option<Number>, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(format!("`{text}` is a number that JSON does not have"));
    }
    let based = |prefix, radix| {
        let digits = text
            .strip_prefix(prefix)
            .filter(|digits| !digits.starts_with('+'))?;
        u64::from_str_radix(digits, radix).ok().map(Number::from)
    };
    if let Some(number) = based("0x", 16).or_else(|| based("0o", 8)) {
        return Ok(Some(number));
    }
    if !is_decimal(digits) {
        return Ok(None);
    }
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    if let Ok(number) = unsigned.parse::<i64>() {
        return Ok(Some(number.into()));
    }
    if let Ok(number) = unsigned.parse::<u64>() {
        return Ok(Some(number.into()));
    }
    let float = unsigned.parse::<f64>().ok().and_then(Number::from_f64);
    float
        .map(Some)
        .ok_or_else(|| format!("`{text}` is too large a number"))
}

/// `[0-9]+ | (\.[0-9]+ | [0-9]+(\.[0-9]*)?) ([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text
        .split_once(['e', 'E'])
        .map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_is_good = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    !(whole.is_empty() && fraction.is_empty())
        && all_digits(whole)
        && all_digits(fraction)
        && exponent_is_good
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_core_schema_decides() {
        let text = |word: &str| json!(word);
        for (written, meant) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("null", Value::Null),
            ("nULL", text("nULL")),
            ("true", json!(true)),
            ("False", json!(false)),
            ("yes", text("yes")),
            ("on", text("on")),
            ("200", json!(200)),
            ("+15551234567", json!(15_551_234_567_u64)),
            ("-1", json!(-1)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("017", json!(17)),
            ("0b1", text("0b1")),
            ("3.0", json!(3.0)),
            ("3.0.3", text("3.0.3")),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("1_000", text("1_000")),
            ("e3", text("e3")),
            (".", text(".")),
            ("-", text("-")),
            ("4XX", text("4XX")),
            ("2024-01-02", text("2024-01-02")),
            ("<<", text("<<")),
            ("18446744073709551615", json!(u64::MAX)),
        ] {
            assert_eq!(
                resolve(written.into(), ScalarStyle::Plain, None),
                Ok(meant),
                "{written}"
            );
        }
        assert_eq!(
            resolve("200".into(), ScalarStyle::SingleQuoted, None),
            Ok(json!("200"))
        );
        for unheard_of in [".inf", "-.INF", ".nan", "1e999"] {
            assert!(
                resolve(unheard_of.into(), ScalarStyle::Plain, None).is_err(),
                "{unheard_of}"
            );
        }
    }
}
