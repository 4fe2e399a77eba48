//! A line of a text, and what it is.

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Newly written.
    Own,
    /// Marked as quoted.
    Quote,
    /// Says whose the quote below is.
    Introduction,
    /// An earlier mail.
    History,
    /// A signature, or what a phone adds.
    Signature,
    /// Of a notification of ours.
    Notice,
}

/// A line, or the piece of one up to where a mark stands in it.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// As it stands in the text.
    pub text: &'a str,
    /// What it is.
    pub role: Role,
    /// It is quoted, and a mail client did it.
    pub cited: bool,
    /// A rule was drawn above it.
    pub ruled: bool,
}

impl Line<'_> {
    /// Nothing to be seen.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// It shows that a client quoted a mail that is being answered.
    pub(super) fn is_attributed(&self) -> bool {
        self.cited || self.role == Role::Introduction
    }
}
