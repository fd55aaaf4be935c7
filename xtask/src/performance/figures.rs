//! The figures as they are kept: the machine, and a line for each, `what`, `which`, that of reqwest and that
//! of the client, with tabs between them.

/// What has been measured on one machine.
pub(super) struct Figures<'a> {
    pub(super) machine: &'a str,
    pub(super) rows: Vec<Row<'a>>,
}

/// One figure of both.
pub(super) struct Row<'a> {
    /// What is measured, and its unit.
    pub(super) what: &'a str,
    /// Which calls, or which TLS; can be empty.
    pub(super) which: &'a str,
    pub(super) reqwest: f64,
    pub(super) linq: f64,
}

impl<'a> Figures<'a> {
    /// Reads figures; lines that are none are left out.
    pub(super) fn read(text: &'a str) -> Self {
        let machine = text.lines().find_map(|line| line.strip_prefix("# "));
        Self {
            machine: machine.unwrap_or("no machine yet"),
            rows: text.lines().filter_map(Row::read).collect(),
        }
    }

    pub(super) fn find(&self, what: &str, which: &str) -> Option<&Row<'a>> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.what == what && row.which == which)
    }
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let fields: Vec<_> = line.split('\t').collect();
        let [what, which, reqwest, linq] = fields[..] else {
            return None;
        };
        Some(Self {
            what,
            which,
            reqwest: reqwest.parse().ok()?,
            linq: linq.parse().ok()?,
        })
    }

    /// How many times that of reqwest that of the client is.
    pub(super) fn ratio(&self) -> f64 {
        self.linq / self.reqwest
    }
}

/// A figure with three digits, or all those before the point.
pub(super) fn shown(figure: f64) -> String {
    match figure {
        ..10.0 if figure.fract() != 0.0 => format!("{figure:.2}"),
        ..100.0 if figure.fract() != 0.0 => format!("{figure:.1}"),
        _ => format!("{figure:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_three_digits() {
        for (figure, text) in [
            (57.0, "57"),
            (9.876, "9.88"),
            (13.04, "13.0"),
            (278.04, "278"),
            (4521.6, "4522"),
        ] {
            assert_eq!(shown(figure), text);
        }
    }

    #[test]
    fn what_is_no_figure_is_left_out() {
        let figures = Figures::read("# a machine\nwarning: x\na\tb\t1\tmany\na\tb\t2\t3\n");
        assert_eq!(figures.machine, "a machine");
        assert_eq!(figures.rows.len(), 1);
        assert_eq!(figures.find("a", "b").map(Row::ratio), Some(1.5));
    }
}
