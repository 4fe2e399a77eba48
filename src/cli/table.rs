//! Records: a table for people, or JSON lines that are written as they come.

use crate::cli::output::{OutputMode, Stdout};
use comfy_table::{Table, presets};
use serde::Serialize;
use std::marker::PhantomData;

/// Prints records one by one: [`Records::push`] each, then [`Records::finish`].
#[derive(Debug)]
pub struct Records<R> {
    mode: OutputMode,
    stdout: Stdout,
    rows: Vec<Vec<String>>,
    of: PhantomData<fn(&R)>,
}

/// What a record shows people. Programs get all of it, by `Serialize`.
pub trait Row {
    /// The heads of the columns.
    const HEADINGS: &'static [&'static str];

    /// One text a column.
    fn cells(&self) -> Vec<String>;
}

/// A table is printed, and its memory freed, after so many rows; the next rows begin another.
const ROWS_A_TABLE: usize = 1_000;

/// Prints all of `rows`.
///
/// # Errors
/// The first row's that is one, or [`crate::cli::output::StdoutClosed`] or an I/O error.
pub fn print<R: Serialize + Row>(
    mode: OutputMode,
    rows: impl IntoIterator<Item = anyhow::Result<R>>,
) -> anyhow::Result<()> {
    let mut records = Records::new(mode);
    for row in rows {
        records.push(&row?)?;
    }
    records.finish()
}

impl<R: Serialize + Row> Records<R> {
    /// Locks stdout for records.
    pub fn new(mode: OutputMode) -> Self {
        Self {
            mode,
            stdout: Stdout::lock(),
            rows: vec![],
            of: PhantomData,
        }
    }

    /// Prints a record, or keeps it until its table is full.
    ///
    /// # Errors
    /// [`crate::cli::output::StdoutClosed`] or an I/O error.
    pub fn push(&mut self, record: &R) -> anyhow::Result<()> {
        match self.mode {
            OutputMode::JsonLines => self.stdout.line(serde_json::to_string(record)?),
            OutputMode::Table => {
                self.rows.push(record.cells());
                if self.rows.len() >= ROWS_A_TABLE {
                    self.print_table()?;
                }
                Ok(())
            }
        }
    }

    /// Prints what is left.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn finish(mut self) -> anyhow::Result<()> {
        if !self.rows.is_empty() {
            self.print_table()?;
        }
        self.stdout.flush()
    }

    fn print_table(&mut self) -> anyhow::Result<()> {
        let text = table(R::HEADINGS, self.rows.drain(..));
        self.stdout.line(text)
    }
}

fn table(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    // Each row is one line, whatever the width of the terminal: so it can be searched and cut.
    table.load_style(presets::NOTHING);
    table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    for row in rows {
        table.add_row(row.iter().map(|cell| harmless(cell)));
    }
    table.trim_fmt()
}

/// Mails may hold escape sequences; a terminal must not see them.
fn harmless(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn a_cell_cannot_steer_the_terminal() {
        let text = table(&["subject"], [vec!["\u{1b}[2Jhi\nyou".to_owned()]].into_iter());
        assert!(text.contains("[2Jhi you"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}
