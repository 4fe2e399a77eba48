//! Results on stdout, for people or for programs.

use super::terminal;
use std::io::{ErrorKind, Write};

/// Whom records are printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputMode {
    /// People: a table.
    Table,
    /// Programs: one JSON object a line.
    JsonLines,
}

/// Whoever read our stdout has closed it (`buzon … | head`): no failure, but nothing more is printed.
#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
pub struct StdoutClosed;

/// Stdout, buffered. Unlike `println!` it never panics: a closed pipe is [`StdoutClosed`], which exits 0 in silence.
#[derive(Debug)]
pub struct Stdout(std::io::BufWriter<terminal::Stdout>);

impl Stdout {
    /// Locks stdout.
    pub fn lock() -> Self {
        Self(std::io::BufWriter::new(terminal::stdout()))
    }

    /// Writes octets as they are.
    ///
    /// # Errors
    /// [`StdoutClosed`] or an I/O error.
    pub fn raw(&mut self, octets: &[u8]) -> anyhow::Result<()> {
        told(self.0.write_all(octets))
    }

    /// Writes a line.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub fn line(&mut self, text: impl std::fmt::Display) -> anyhow::Result<()> {
        told(writeln!(self.0, "{text}"))
    }

    /// Hands over what is buffered; call it last, since a failure at drop is lost.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub fn flush(&mut self) -> anyhow::Result<()> {
        told(self.0.flush())
    }
}

fn told(written: std::io::Result<()>) -> anyhow::Result<()> {
    written.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => StdoutClosed.into(),
        _ => anyhow::Error::new(error).context("cannot write to stdout"),
    })
}
