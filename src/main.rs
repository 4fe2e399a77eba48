//! The `buzon` binary: command line in, runtime up, exit code out. What a command does stands in [`buzon::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let exit = buzon::cli::main(std::env::args_os(), &runtime);
            // Dropping it would wait for its threads: one may parse a heavy mail or wait for a name server, and nothing
            // that counts depends on them any more.
            runtime.shutdown_background();
            exit.into()
        }
        Err(error) => buzon::cli::exit::report(&error.into()).into(),
    }
}
