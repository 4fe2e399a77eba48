//! What is wrong with a configuration: each problem with its file, line, key and a way out.

use serde::Serialize;
use std::fmt;
use std::path::PathBuf;

/// Every error and every warning of a configuration that was refused.
#[derive(Debug)]
pub struct Problems(Vec<Problem>);

/// One thing that is wrong, or doubtful. Its texts never hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The file, or the environment variable; empty when it concerns neither.
    pub file: PathBuf,
    /// The line in the file, from 1.
    pub line: Option<usize>,
    /// The key, with its section: `inbox.imap.port`.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The gateway runs, perhaps not as intended.
    Warning,
    /// The configuration is refused.
    Error,
    /// Refused, because others on this machine can read a secret.
    ExposedSecret,
}

impl Problems {
    /// `Ok` with the warnings, or all of them when at least one is an error; in the order of files and lines.
    ///
    /// # Errors
    /// `problems`, unless they are only warnings.
    pub fn unless_only_warnings(mut problems: Vec<Problem>) -> Result<Vec<Problem>, Self> {
        problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        if problems.iter().all(|problem| problem.severity == Severity::Warning) {
            Ok(problems)
        } else {
            Err(Self(problems))
        }
    }

    /// Each problem, warnings too.
    pub fn all(&self) -> &[Problem] {
        &self.0
    }

    /// Whether others can read a secret: then the exit code is 77 and not 78.
    pub fn expose_a_secret(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::ExposedSecret)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is refused")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n{problem}"))
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        if !self.file.as_os_str().is_empty() {
            write!(f, "{}:", self.file.display())?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            f.write_str(" ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.what)?;
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}
