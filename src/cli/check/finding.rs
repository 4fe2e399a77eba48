//! What `check --online` found out, and how it is told.

use crate::cli::exit::Exit;
use crate::cli::output::{OutputMode, Stdout};
use crate::cli::terminal;
use serde::Serialize;
use std::fmt;

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// How it went.
    severity: Severity,
    /// The inbox it concerns; empty for the store, which all share.
    inbox: String,
    /// What was tried.
    part: Part,
    /// What was found.
    what: String,
    /// What to do.
    hint: String,
    /// What the process exits with because of it.
    #[serde(skip)]
    exit: Exit,
}

/// What can be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Part {
    /// The store's file, its folder and its disk.
    Store,
    /// The mailbox that is read.
    Imap,
    /// The account that mail is handed to.
    Smtp,
    /// A mail of ours to the inbox itself.
    Probe,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    /// It works.
    Ok,
    /// The gateway runs, perhaps not as intended.
    Warning,
    /// It does not work.
    Error,
}

/// What all findings of one inbox, or of the store, have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// The inbox's name; empty for the store.
    pub(super) inbox: &'a str,
    /// What is tried.
    pub(super) part: Part,
}

impl About<'_> {
    /// It works.
    pub(super) fn works(self, what: impl Into<String>) -> Finding {
        self.finding(Severity::Ok, what.into(), "", Exit::Done)
    }

    /// It may not work as intended.
    pub(super) fn warn(self, what: impl Into<String>, hint: impl Into<String>) -> Finding {
        self.finding(Severity::Warning, what.into(), hint, Exit::Done)
    }

    /// It does not work.
    pub(super) fn fails(self, exit: Exit, what: impl Into<String>, hint: impl Into<String>) -> Finding {
        self.finding(Severity::Error, what.into(), hint, exit)
    }

    fn finding(self, severity: Severity, what: String, hint: impl Into<String>, exit: Exit) -> Finding {
        Finding {
            severity,
            inbox: self.inbox.to_owned(),
            part: self.part,
            what,
            hint: hint.into(),
            exit,
        }
    }
}

impl Finding {
    /// Whether it was trouble; warnings are none.
    pub(super) fn is_trouble(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.severity {
            Severity::Ok => {}
            Severity::Warning => f.write_str("warning: ")?,
            Severity::Error => f.write_str("buzon: ")?,
        }
        if !self.inbox.is_empty() {
            write!(f, "inbox {}: ", self.inbox)?;
        }
        write!(f, "{}: {}", self.part, self.what)?;
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store => "store",
            Self::Imap => "imap",
            Self::Smtp => "smtp",
            Self::Probe => "probe",
        })
    }
}

/// Tells findings as they come, and keeps the exit code of the first trouble.
pub(super) struct Report {
    mode: OutputMode,
    stdout: Stdout,
    exit: Exit,
}

impl Report {
    pub(super) fn new(mode: OutputMode) -> Self {
        Self {
            mode,
            stdout: Stdout::lock(),
            exit: Exit::Done,
        }
    }

    /// What works goes to stdout, what does not to stderr; as JSON everything goes to stdout, and trouble to both.
    ///
    /// # Errors
    /// When stdout can't be written to.
    pub(super) fn tell(&mut self, finding: &Finding) -> anyhow::Result<()> {
        if self.exit == Exit::Done {
            self.exit = finding.exit;
        }
        if self.mode == OutputMode::JsonLines {
            self.stdout.line(serde_json::to_string(finding)?)?;
        } else if finding.severity == Severity::Ok {
            self.stdout.line(finding)?;
        }
        if finding.is_trouble() || (finding.severity == Severity::Warning && self.mode == OutputMode::Table) {
            use std::io::Write;
            // With stderr gone there is nobody to tell.
            let _ = writeln!(terminal::stderr(), "{finding}");
        }
        self.stdout.flush()
    }

    /// The exit code of the first trouble.
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }
}
