//! Exit codes, and the one place where an error becomes one.

use crate::cli::output::StdoutClosed;
use crate::cli::terminal;
use crate::config::Problems;
use crate::net::ConnectError;
use crate::store::{LockError, StoreError};
use crate::template::TemplateError;
use std::fmt;
use std::io::ErrorKind;
use std::process::ExitCode;

/// What the process tells whoever started it (`sysexits.h` where that has a name for it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is done.
    Done = 0,
    /// A check ran, and found something.
    Found = 1,
    /// The command line is wrong.
    Usage = 64,
    /// The input is wrong.
    Data = 65,
    /// A server can't be reached, or can't be trusted.
    Unavailable = 69,
    /// Reading or writing failed.
    Io = 74,
    /// It may work later.
    TryAgain = 75,
    /// No permission, a refused login, or a secret that others can read.
    NoPermission = 77,
    /// The configuration is wrong.
    Config = 78,
}

/// An error that knows its exit code and what to do about it; `anyhow` carries it to [`report`].
#[derive(Debug)]
pub struct CliError {
    /// What to exit with.
    pub code: Exit,
    /// What is wrong, and where.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl CliError {
    /// An error; `what` names the place, `hint` the way out (empty: none is known).
    pub fn new(code: Exit, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            what: what.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.hint.is_empty() {
            return Ok(());
        }
        write!(f, "\n  {}", self.hint)
    }
}

impl std::error::Error for CliError {}

/// Prints the error on stderr and returns its exit code. Whoever closed our stdout early hears nothing.
pub fn report(error: &anyhow::Error) -> Exit {
    use std::io::Write;
    let exit = of(error);
    if exit != Exit::Done {
        // With stderr gone too there is nobody left to tell.
        let _ = writeln!(terminal::stderr(), "buzon: {error:#}");
    }
    exit
}

/// The exit code of an error: the first cause in its chain that has one decides; what has none was I/O.
pub fn of(error: &anyhow::Error) -> Exit {
    if let Some(cli) = error.downcast_ref::<CliError>() {
        return cli.code;
    }
    // The store puts its error on another as context: the chain shows it as text only.
    if let Some(store) = error.downcast_ref::<StoreError>() {
        return of_store(store);
    }
    error.chain().find_map(of_cause).unwrap_or(Exit::Io)
}

fn of_store(error: &StoreError) -> Exit {
    match error {
        StoreError::Busy => Exit::TryAgain,
        StoreError::Full | StoreError::Io(_) | StoreError::JobPanicked | StoreError::Other(_) => Exit::Io,
    }
}

fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(error) = cause.downcast_ref::<CliError>() {
        return Some(error.code);
    }
    if let Some(problems) = cause.downcast_ref::<Problems>() {
        return Some(of_config(problems));
    }
    if cause.is::<TemplateError>() {
        return Some(Exit::Config);
    }
    if cause.is::<StdoutClosed>() {
        return Some(Exit::Done);
    }
    if cause.is::<ConnectError>() {
        return Some(Exit::Unavailable);
    }
    if let Some(LockError::Held { .. }) = cause.downcast_ref::<LockError>() {
        return Some(Exit::TryAgain);
    }
    let error = cause.downcast_ref::<std::io::Error>()?;
    Some(match error.kind() {
        ErrorKind::PermissionDenied => Exit::NoPermission,
        _ => Exit::Io,
    })
}

/// The exit code of a refused configuration.
pub fn of_config(problems: &Problems) -> Exit {
    if problems.expose_a_secret() {
        Exit::NoPermission
    } else {
        Exit::Config
    }
}

/// Prints what clap has to say (an error, or the help that was asked for) and returns its exit code.
pub fn of_usage(refusal: &clap::Error) -> Exit {
    // A closed pipe (`buzon --help | head -1`) is no fault of ours.
    #[cfg(not(test))]
    let _ = refusal.print();
    // clap colours what it prints where that is wanted, on streams that it opens itself.
    #[cfg(test)]
    let _ = std::io::Write::write_fmt(&mut terminal::stderr(), format_args!("{}", refusal.render()));
    if refusal.use_stderr() { Exit::Usage } else { Exit::Done }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::{CliError, Exit, of};
    use crate::store::{LockError, StoreError};
    use anyhow::Context;

    #[test]
    fn a_store_that_is_busy_or_held_exits_75_and_a_full_disk_74() {
        let sqlite = || anyhow::anyhow!("what SQLite said");
        let busy = sqlite().context(StoreError::Busy).context("cannot open the store");
        assert_eq!(of(&busy), Exit::TryAgain);
        assert_eq!(of(&sqlite().context(StoreError::Full)), Exit::Io);
        let held = LockError::Held {
            holder: "pid 1".to_owned(),
        };
        assert_eq!(of(&anyhow::Error::new(held).context("starting")), Exit::TryAgain);
    }

    #[test]
    fn an_error_keeps_its_code_under_context() {
        let held: Result<(), _> = Err(CliError::new(Exit::TryAgain, "held", "wait"));
        assert_eq!(of(&held.context("opening the store").unwrap_err()), Exit::TryAgain);
    }

    #[test]
    fn a_refused_file_is_a_matter_of_permission_and_the_rest_is_io() {
        let refused: anyhow::Error = std::io::Error::from(std::io::ErrorKind::PermissionDenied).into();
        assert_eq!(of(&refused), Exit::NoPermission);
        assert_eq!(of(&anyhow::anyhow!("the disk is on fire")), Exit::Io);
    }
}
