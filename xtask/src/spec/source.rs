//! The text of a specification, and where its lines begin.

use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::diagnosis::Diagnosis;

/// How much of a very long line is shown on each side of the place in question.
const EXCERPT: usize = 120;

#[derive(Debug)]
pub(crate) struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl Source {
    pub(crate) fn new(path: &Path, text: String) -> Self {
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            name: path.display().to_string(),
            text,
            line_starts,
        }
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Diagnosis> {
        let unread = |problem: &str, help: &str| {
            Diagnosis::without_source(path, problem.to_owned(), help.to_owned())
        };
        let bytes = fs::read(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => unread(
                "there is no such file",
                "check the path; it is taken from the current directory",
            ),
            ErrorKind::IsADirectory => unread(
                "this is a directory",
                "name the file in it, such as `openapi/linq-v3.yaml`",
            ),
            ErrorKind::PermissionDenied => unread(
                "the file may not be read",
                "allow it, with `chmod u+r` for instance",
            ),
            _ => unread(
                &format!("the file cannot be read: {error}"),
                "make the file readable",
            ),
        })?;
        String::from_utf8(bytes)
            .map(|text| Self::new(path, text))
            .map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Diagnosis::not_utf8(Self::new(path, text), at)
            })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Line and column, both from 1; the column counts characters.
    pub(crate) fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.line_of(offset);
        let before = self.slice(&(self.line_starts[line]..offset.min(self.text.len())));
        (line + 1, before.chars().count() + 1)
    }

    /// The span as far as the end of its first line; one character at least, where the line has one.
    pub(crate) fn within_line(&self, span: &Range<usize>) -> Range<usize> {
        let end = self.line_end(self.line_of(span.start)).max(span.start);
        let next = self.text[span.start..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        span.start..span.end.max(span.start + next).min(end)
    }

    pub(crate) fn rest_of_line(&self, offset: usize) -> Range<usize> {
        let line = self.slice(&(offset..self.line_end(self.line_of(offset))));
        offset..offset + line.trim_end().len()
    }

    fn line_of(&self, offset: usize) -> usize {
        self.line_starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    fn line_end(&self, line: usize) -> usize {
        let end = self
            .line_starts
            .get(line + 1)
            .map_or(self.text.len(), |next| next - 1);
        end - usize::from(self.text[..end].ends_with('\r'))
    }

    fn char_boundary(&self, mut offset: usize) -> usize {
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// A part of the text by line numbers, without counting lines from the top for each problem.
impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        if end > self.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = self.line_of(start).saturating_sub(before);
        let last = (self.line_of(end) + after).min(self.line_starts.len() - 1);
        let lines = self.line_starts[first]..self.line_end(last);
        let excerpt = if lines.len() > (before + after + 1) * 4 * EXCERPT {
            let line = self.line_of(start);
            let from =
                self.line_starts[line].max(self.char_boundary(start.saturating_sub(EXCERPT)));
            let to = self
                .line_end(line)
                .min(self.char_boundary((end + EXCERPT).min(self.text.len())));
            from..to.max(end)
        } else {
            lines
        };
        let (line, column) = if before == 0 {
            self.position(start)
        } else {
            self.position(excerpt.start)
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[excerpt.clone()],
            (excerpt.start, excerpt.len()).into(),
            line - 1,
            column - 1,
            self.line_starts.len(),
        )))
    }
}
