//! The command line: one file per subcommand, each with its clap struct and its `run`.
//!
//! A new subcommand is a module, a variant of [`Command`] (its doc comment is what `--help` says) and an arm in
//! `Command::run`.

pub mod check;
pub mod completions;
pub mod deliver;
#[cfg(feature = "sandbox")]
pub mod demo;
pub mod drain;
pub mod exit;
pub mod explain;
pub mod gateway;
pub mod import;
pub mod init;
pub mod inspect;
pub mod intake;
pub mod logging;
pub mod outbox;
pub mod output;
pub mod progress;
pub mod quarantine;
pub mod run;
pub mod table;
mod terminal;
pub mod ticket;
pub mod trouble;

use crate::cli::exit::Exit;
use crate::cli::logging::{LogFormat, Verbosity};
use crate::cli::output::OutputMode;
use crate::config::Config;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// Runs the command in `arguments`, prints what went wrong, and returns the code to exit with.
///
/// Commands run on the calling thread, outside of the runtime; one that waits for I/O uses [`Session::runtime`].
pub fn main(arguments: impl IntoIterator<Item = OsString>, runtime: &Runtime) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(refusal) => return exit_of_usage(&refusal, &arguments),
    };
    logging::start(cli.global.verbosity(), cli.global.log_format);
    let session = Session {
        global: cli.global,
        runtime,
    };
    match cli.command.run(&session) {
        Ok(exit) => exit,
        Err(error) => exit::report(&error),
    }
}

/// An MTA takes any other code than 75 for a refusal and bounces the mail, so `deliver` keeps to it even when its own
/// options are wrong.
fn exit_of_usage(refusal: &clap::Error, arguments: &[OsString]) -> Exit {
    let commands = Cli::command();
    let named = arguments
        .iter()
        .skip(1)
        .find(|word| commands.find_subcommand(word).is_some());
    let delivers = named.is_some_and(|name| name == "deliver");
    match exit::of_usage(refusal) {
        Exit::Usage if delivers => Exit::TryAgain,
        exit => exit,
    }
}

/// An email-first ticketing gateway: one binary between a mailbox and the people who answer it.
#[derive(Debug, Parser)]
#[command(name = "buzon", version, propagate_version = true)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The options of every command, before or after its name.
#[derive(Debug, Args)]
pub struct Global {
    /// The configuration [default: config/buzon.toml, else /etc/buzon/buzon.toml]
    #[arg(short, long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print records as JSON, one object a line
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more (-vv: even more)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// How the log on stderr is written
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a configuration to start from
    Init(init::Init),
    /// Validate the configuration
    Check(check::Check),
    /// Run the gateway until SIGTERM or SIGINT; SIGHUP or a changed file reloads the configuration
    Run(run::Run),
    /// Fetch what is there, handle it, send what is due, and exit
    Drain(drain::Drain),
    /// Look at tickets
    Ticket(ticket::Ticket),
    /// Say what a mail would become, or why one became what it is; writes nothing
    Explain(explain::Explain),
    /// Say what the gateway understands of a mail, as JSON
    Inspect(inspect::Inspect),
    /// Take in a Maildir, an mbox or a folder of .eml files
    Import(import::Import),
    /// Take one message from standard input: exits 0 once it is safe on disk, 75 for every failure
    Deliver(deliver::Deliver),
    /// Look at the mails that wait to go out, and deal with them
    Outbox(outbox::Outbox),
    /// Look at the mails that were set aside, and deal with them
    Quarantine(quarantine::Quarantine),
    /// Play the whole loop on loopback servers; no account is needed
    #[cfg(feature = "sandbox")]
    Demo(demo::Demo),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

impl Command {
    fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        match self {
            Self::Init(command) => command.run(session),
            Self::Check(command) => command.run(session),
            Self::Run(command) => command.run(session),
            Self::Drain(command) => command.run(session),
            Self::Ticket(command) => command.run(session),
            Self::Explain(command) => command.run(session),
            Self::Inspect(command) => command.run(session),
            Self::Import(command) => command.run(session),
            Self::Deliver(command) => command.run(session),
            Self::Outbox(command) => command.run(session),
            Self::Quarantine(command) => command.run(session),
            #[cfg(feature = "sandbox")]
            Self::Demo(command) => command.run(session),
            Self::Completions(command) => command.run(session),
        }
    }
}

/// What a command is run with.
#[derive(Debug)]
pub struct Session<'a> {
    /// The options of every command.
    pub global: Global,
    /// For commands that wait for I/O: `session.runtime.block_on(…)`.
    pub runtime: &'a Runtime,
}

impl Session<'_> {
    /// Loads the configuration that `--config` names, or the one in the usual place. What to do with its
    /// warnings is the command's business.
    ///
    /// # Errors
    /// Every problem of the configuration, as [`crate::config::Problems`].
    pub fn config(&self) -> anyhow::Result<Config> {
        Ok(Config::load(self.global.config.as_deref())?)
    }

    /// Whether records are for programs or for people.
    pub fn output(&self) -> OutputMode {
        if self.global.json {
            OutputMode::JsonLines
        } else {
            OutputMode::Table
        }
    }
}

impl Global {
    fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Verbose,
            (false, _) => Verbosity::Everything,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cli, main};
    use crate::cli::exit::Exit;
    use clap::{CommandFactory as _, Parser as _};

    fn exit_of(line: &str) -> Exit {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        main(line.split(' ').map(Into::into), &runtime)
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for line in ["buzon -c x.toml check --json", "buzon --json check --config x.toml"] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.global.config.as_deref(), Some("x.toml".as_ref()));
            assert!(cli.global.json);
        }
    }

    #[test]
    fn an_mta_is_told_to_try_again_whatever_is_wrong_with_its_options() {
        for line in [
            "buzon deliver --nonsense",
            "buzon deliver -c",
            "buzon --json deliver surplus",
            "buzon --nonsense deliver",
            "buzon -c x.toml deliver --sender",
        ] {
            assert_eq!(exit_of(line), Exit::TryAgain, "{line}");
        }
        assert_eq!(exit_of("buzon deliver --help"), Exit::Done);
    }

    #[test]
    fn usage_errors_exit_64_and_help_exits_0() {
        for line in ["buzon", "buzon nonsense", "buzon check --nonsense", "buzon check -v -q"] {
            assert_eq!(exit_of(line), Exit::Usage, "{line}");
        }
        for line in [
            "buzon --help",
            "buzon --version",
            "buzon check --help",
            "buzon help init",
        ] {
            assert_eq!(exit_of(line), Exit::Done, "{line}");
        }
    }
}
