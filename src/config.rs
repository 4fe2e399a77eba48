//! The configuration.

pub mod problem;

pub use problem::{Problem, Problems, Severity};
use std::path::Path;

/// The whole configuration.
#[derive(Debug)]
pub struct Config {
    /// Warnings.
    pub warnings: Vec<Problem>,
}

impl Config {
    /// Loads it.
    ///
    /// # Errors
    /// Every problem.
    pub fn load(_path: Option<&Path>) -> Result<Self, Problems> {
        Ok(Self { warnings: vec![] })
    }
}
