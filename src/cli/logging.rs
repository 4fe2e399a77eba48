//! The log: on stderr, in text for people or JSON for programs.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbosity {
    /// Errors.
    Quiet,
    /// What happens, and the warnings of libraries.
    Normal,
    /// Why it happens, too.
    Verbose,
    /// The libraries, too.
    Everything,
}

impl Verbosity {
    fn directives(self) -> &'static str {
        match self {
            Self::Quiet => "error",
            Self::Normal => "warn,buzon=info",
            Self::Verbose => "info,buzon=debug",
            Self::Everything => "debug,buzon=trace",
        }
    }
}

/// async-imap and lettre write what goes over the wire, mails and logins: not even `RUST_LOG` gets that. The verifier
/// reports an error for each certificate that only `ca_file` vouches for, before we accept it.
const MUZZLED: [&str; 3] = ["async_imap=off", "lettre=info", "rustls_platform_verifier=off"];

/// Starts logging; `RUST_LOG` overrules the verbosity. Called a second time it does nothing, nor in unit tests: log and
/// panics of that process are its harness's, which shows those of a test that failed.
pub fn start(verbosity: Verbosity, format: LogFormat) {
    if cfg!(test) {
        return;
    }
    let filter = match std::env::var("RUST_LOG") {
        Ok(directives) if !directives.is_empty() => EnvFilter::new(directives),
        _ => EnvFilter::new(verbosity.directives()),
    };
    let muzzles = MUZZLED.iter().filter_map(|directive| directive.parse().ok());
    let filter = muzzles.fold(filter, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour());
    std::panic::set_hook(Box::new(|panic| {
        // A panic's own message may quote the mail that caused it.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a bug: something panicked");
    }));
    // An error means that logging has been started already, as in tests.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

/// Whether stderr is a terminal that may have colours (<https://no-color.org>).
fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
