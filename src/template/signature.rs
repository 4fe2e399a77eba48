//! `agents.signature`: what the desk puts beneath every answer.

use minijinja::{Environment, UndefinedBehavior, context};
use thiserror::Error;

/// The signature with its values: `agent.name` and `desk.name`. Its lines are kept as they are, and the separator `-- `
/// keeps its space (RFC 3676 §4.3).
///
/// # Errors
/// A template that doesn't compile, names another value, or makes something longer than [`LONGEST_SIGNATURE`].
pub fn signature(template: &str, agent_name: &str, desk_name: &str) -> Result<String, SignatureError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let values = context! {
        agent => context! { name => agent_name },
        desk => context! { name => desk_name },
    };
    let rendered = environment
        .render_str(template, values)
        .map_err(|error| SignatureError {
            line: error.line().unwrap_or_default(),
            reason: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
        })?;
    let signature = separated(rendered.trim_matches('\n'));
    if signature.chars().count() > LONGEST_SIGNATURE {
        return Err(SignatureError {
            line: 0,
            reason: format!("it is longer than {LONGEST_SIGNATURE} characters"),
        });
    }
    Ok(signature)
}

/// What is wrong with a signature.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason} (its line {line}; it may name `agent.name` and `desk.name`)")]
pub struct SignatureError {
    /// The line, from 1; 0 when it is no single line's fault.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// The most characters a signature may have.
pub const LONGEST_SIGNATURE: usize = 2_000;

/// Editors strip the space behind the separator; readers need it.
fn separated(signature: &str) -> String {
    let lines = signature.lines().map(|line| match line {
        "--" => "-- ",
        line => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_keeps_the_space_of_its_separator() {
        for template in [
            "-- \n{{ agent.name }}\n{{ desk.name }}",
            "--\n{{ agent.name }}\n{{ desk.name }}\n",
        ] {
            assert_eq!(signature(template, "Ana", "Acme").unwrap(), "-- \nAna\nAcme");
        }
        assert_eq!(signature("", "Ana", "Acme").unwrap(), "");
    }

    #[test]
    fn a_name_is_never_a_template() {
        assert_eq!(signature("{{ agent.name }}", "{{7*7}}", "").unwrap(), "{{7*7}}");
    }

    #[test]
    fn a_slip_is_told_with_its_line_and_what_there_is() {
        let table = ["-- \n{{ agent.nam }}", "-- \n{{ agent.name", "-- \n{{ customer.name }}"];
        for template in table {
            let error = signature(template, "Ana", "Acme").unwrap_err();
            assert_eq!(error.line, 2, "{template}: {error}");
            assert!(error.to_string().contains("`agent.name`"));
        }
        assert!(signature("{{ agent.name * 3000 }}", "Ana", "Acme").is_err());
        assert!(signature(&"x".repeat(LONGEST_SIGNATURE + 1), "Ana", "Acme").is_err());
    }
}
