//! Broken YAML, in plain words.

use std::ops::Range;

use granit_parser::{ErrorKind, ScanError};

use super::limits::too_deep;
use crate::spec::source::Source;

/// Where the YAML breaks, what is wrong there and what to write instead.
pub(crate) fn explain(error: &ScanError, source: &Source) -> (Range<usize>, String, &'static str) {
    let offset = error
        .marker()
        .byte_offset()
        .unwrap_or_default()
        .min(source.text().len());
    let at = offset..offset;
    let (problem, help) = match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar => {
            let tab = first_tab(source.text(), offset);
            let words = ("a tab indents this line".to_owned(), "indent with spaces");
            return (tab..tab + 1, words.0, words.1);
        }
        ErrorKind::UnclosedFlowCollection { open: '{' } => {
            ("this `{` is never closed".to_owned(), "close it with `}`")
        }
        ErrorKind::UnclosedFlowCollection { .. } => {
            ("this `[` is never closed".to_owned(), "close it with `]`")
        }
        ErrorKind::MisplacedFlowCollectionEnd => (
            "this bracket closes nothing".to_owned(),
            "remove it, or open it first; put a text with brackets in quotes",
        ),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => (
            format!("`{close}` closes what `{open}` opened"),
            "close each bracket with its own kind",
        ),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => (
            "a comma or a closing bracket is missing before this".to_owned(),
            "separate the entries between brackets with `, `",
        ),
        ErrorKind::UnclosedQuotedScalar => (
            "this quote is never closed".to_owned(),
            "close it; write `''` for a single quote between single quotes",
        ),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => (
            "this text has a `\\` that begins no escape".to_owned(),
            "put the text between single quotes, where `\\` is itself, or write `\\\\`",
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "text follows the closing quote".to_owned(),
            "put the whole text in quotes; write `''` for a single quote between single quotes",
        ),
        ErrorKind::UnknownAnchor => (
            "this alias has no anchor before it".to_owned(),
            "name an anchor, or put the text in quotes if it begins with `*`",
        ),
        ErrorKind::UnexpectedCharacter { character } => (
            format!("no value can begin with {character:?}"),
            "put the text in quotes",
        ),
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::FlowMappingValueAdjacentCollection
        | ErrorKind::InvalidColonPlacement => (
            "a `: ` where no key can be".to_owned(),
            "put a text that contains `: ` in quotes, or indent the key like the keys above it",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (
            "this line is not a key with a value".to_owned(),
            "write `key: value`; put a text of several lines in quotes, or begin it with `>-`",
        ),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidIndentation => (
            "this line does not fit the lines above it".to_owned(),
            "indent it like its neighbours, and write `key: value` or `- item` as they do",
        ),
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => (
            "no list can begin here".to_owned(),
            "begin the list on a line of its own, with `- `",
        ),
        ErrorKind::UnsupportedYamlMajorVersion => {
            ("this is not YAML 1.2".to_owned(), "remove the `%YAML` line")
        }
        ErrorKind::RecursionLimitExceeded => too_deep(),
        _ => (
            "the YAML is broken here".to_owned(),
            "check the indentation, the quotes and the brackets of this line and of the one before",
        ),
    };
    (at, problem, help)
}

/// The marker is after the first of several lines that begin with tabs.
fn first_tab(text: &str, offset: usize) -> usize {
    let mut tab = text[offset..]
        .find('\t')
        .map_or(offset, |found| offset + found);
    while let Some(line_end) = text[..tab].rfind('\n') {
        let line = text[..line_end].rfind('\n').map_or(0, |end| end + 1);
        if !text[line..line_end].starts_with('\t') {
            break;
        }
        tab = line;
    }
    tab
}
