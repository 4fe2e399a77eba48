//! The two streams a command writes to.
//!
//! In unit tests both are the test's own: shown when it fails, and only then, so that the log of a passing run has no
//! line that reads like a failure.

#[cfg(test)]
pub(super) use captured::{Octets as Stdout, stderr, stdout};
#[cfg(not(test))]
pub(super) use real::{Stdout, stderr, stdout};

#[cfg(not(test))]
mod real {
    use std::io;

    pub type Stdout = io::StdoutLock<'static>;

    pub fn stdout() -> Stdout {
        io::stdout().lock()
    }

    pub fn stderr() -> io::Stderr {
        io::stderr()
    }
}

#[cfg(test)]
mod captured {
    use std::io;

    /// The test harness keeps back what goes through `print!`, and nothing else.
    #[derive(Debug)]
    pub struct Octets;

    pub fn stdout() -> Octets {
        Octets
    }

    pub fn stderr() -> Octets {
        Octets
    }

    impl io::Write for Octets {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            print!("{}", String::from_utf8_lossy(octets));
            Ok(octets.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
