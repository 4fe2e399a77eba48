//! The `buzon` binary: command line in, runtime up, exit code out. What a command does stands in [`buzon::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => buzon::cli::main(std::env::args_os(), &runtime).into(),
        Err(error) => buzon::cli::exit::report(&error.into()).into(),
    }
}
