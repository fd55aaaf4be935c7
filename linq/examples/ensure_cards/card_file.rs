//! Reads the file of cards, and the record of their photos beside it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use linq::Ensured;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A wanted card.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) phone_number: String,
    pub(crate) first_name: String,
    pub(crate) last_name: Option<String>,
    pub(crate) image_url: Option<String>,
}

/// Reads a file of cards, at least one.
pub(crate) fn read(file: &Path) -> Result<Vec<Row>, String> {
    let wrong = |error: Box<dyn Error>| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| wrong(error.into()))?;
    // Spreadsheets write a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    let is_json = file
        .extension()
        .is_some_and(|extension| extension == "json");
    let rows = if is_json { json(text) } else { csv(text) };
    let mut rows: Vec<Row> = rows.map_err(wrong)?;
    if rows.is_empty() {
        return Err(wrong("there are no cards in it".into()));
    }
    for row in &mut rows {
        for field in [&mut row.last_name, &mut row.image_url] {
            field.take_if(|text| text.is_empty());
        }
    }
    Ok(rows)
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, Box<dyn Error>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

fn csv(text: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers()?;
    for name in ["phone_number", "first_name"] {
        if headers.iter().any(|header| header == name) {
            continue;
        }
        let missing =
            || format!("the first line has no {name}; start with phone_number,first_name");
        return Err(other_separator(headers.as_slice())
            .unwrap_or_else(missing)
            .into());
    }
    let rows = reader.deserialize().collect::<Result<_, _>>();
    rows.map_err(|error| {
        let csv::ErrorKind::UnequalLengths { pos: Some(at), .. } = error.kind() else {
            return error.into();
        };
        let start = usize::try_from(at.byte()).unwrap_or(usize::MAX);
        // After \r\n it begins with the \n.
        let rest = text.get(start..).unwrap_or_default().trim_start();
        let line = rest.lines().next().unwrap_or_default();
        match other_separator(line) {
            Some(problem) => format!("card {}: {problem}", at.record()).into(),
            None => error.into(),
        }
    })
}

/// Describes a line with another separator: spreadsheets of many countries write semicolons.
fn other_separator(line: &str) -> Option<String> {
    let separators = [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];
    let (_, separators) = separators
        .into_iter()
        .find(|(separator, _)| line.contains(*separator))?;
    Some(format!(
        "the fields are separated by {separators}; separate them by commas"
    ))
}

/// The URL of the photo of each card, by phone number. The service returns only the URL of its own
/// copy.
#[derive(Default)]
pub(crate) struct Images {
    file: PathBuf,
    by_number: BTreeMap<String, String>,
    is_changed: bool,
}

impl Images {
    /// The record beside a file of cards; empty if there is no such file yet.
    pub(crate) fn beside(cards: &Path) -> Result<Self, String> {
        let mut file = cards.as_os_str().to_owned();
        file.push(".images.json");
        let file = PathBuf::from(file);
        let by_number = match fs::read_to_string(&file) {
            Ok(text) => json(&text).map_err(|error| format!("{}: {error}", file.display()))?,
            Err(_) => BTreeMap::new(),
        };
        Ok(Self {
            file,
            by_number,
            is_changed: false,
        })
    }

    pub(crate) fn image_url(&self, row: &Row) -> Option<&str> {
        self.by_number.get(&row.phone_number).map(String::as_str)
    }

    /// Records the photo of a card, unless the card kept one that may be another.
    pub(crate) fn note(&mut self, row: &Row, ensured: &Ensured) {
        if let (Some(image_url), false) = (&row.image_url, ensured.image_kept()) {
            let old = self
                .by_number
                .insert(row.phone_number.clone(), image_url.clone());
            self.is_changed |= old.as_ref() != Some(image_url);
        }
    }

    /// Writes the record if it has changed. A run that is interrupted leaves the old one intact.
    pub(crate) fn save(&self) -> Result<(), Box<dyn Error>> {
        if self.is_changed {
            let new = self.file.with_extension("new");
            fs::write(&new, serde_json::to_string_pretty(&self.by_number)?)?;
            fs::rename(new, &self.file)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        csv(text).map(|rows| rows.len()).unwrap_err().to_string()
    }

    #[test]
    fn other_separators_are_named() {
        for (text, separators) in [
            (
                "phone_number;first_name;last_name\r\n+15551234567;John;Doe\r\n",
                "semicolons",
            ),
            ("\"phone_number\";\"first_name\"\n", "semicolons"),
            ("first_name;phone_number,last_name\n", "semicolons"),
            ("phone_number;first_name", "semicolons"),
            ("sep=;\nphone_number;first_name\n", "semicolons"),
            ("phone_number\tfirst_name\n+15551234567\tJohn\n", "tabs"),
            ("phone_number|first_name\n", "vertical bars"),
        ] {
            let expected =
                format!("the fields are separated by {separators}; separate them by commas");
            assert_eq!(problem(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_line_with_another_separator_is_named() {
        let header = "phone_number,first_name,last_name";
        for (text, card) in [
            (format!("{header}\n+15551234567;John;Doe\n"), 1),
            (
                format!("{header}\r\n+15551234567,John,Doe\r\n+15557654321;Jane;Roe\r\n"),
                2,
            ),
        ] {
            let expected = format!(
                "card {card}: the fields are separated by semicolons; separate them by commas"
            );
            assert_eq!(problem(&text), expected, "{text:?}");
        }
        let too_few = format!("{header}\n+15551234567,John\n");
        assert!(!problem(&too_few).contains("separated by"));
    }

    #[test]
    fn a_missing_column_is_named() {
        let text = "phone_number,last_name\n+15551234567,a;b\n";
        let expected = "the first line has no first_name; start with phone_number,first_name";
        assert_eq!(problem(text), expected);
        assert!(problem("").contains("no phone_number"));
    }

    #[test]
    fn a_semicolon_in_a_name_is_not_a_separator() {
        let rows = csv("phone_number,first_name\n+15551234567,a;b\n").unwrap();
        assert_eq!(rows[0].first_name, "a;b");
    }
}
