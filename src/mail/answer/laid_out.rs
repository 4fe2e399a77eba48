//! An agent's HTML as text: laid out once at most, and not at all where the mail's text is just that.

use crate::mail::inbound::BodyForm;
use crate::mail::reply_text::markup::{self, Mark, MarkKind};
use crate::mail::{InboundMail, html};
use std::borrow::Cow;
use std::cell::OnceCell;

/// The HTML of a mail.
pub(super) struct LaidOut<'a> {
    mail: &'a InboundMail,
    html: &'a str,
    text: OnceCell<(Cow<'a, str>, Cow<'a, [Mark]>)>,
}

impl<'a> LaidOut<'a> {
    /// `None` when the mail has none.
    pub(super) fn of(mail: &'a InboundMail) -> Option<Self> {
        let html = mail.html.as_deref()?;
        Some(Self {
            mail,
            html,
            text: OnceCell::new(),
        })
    }

    /// Its text, and what her client marked in it.
    pub(super) fn text(&self) -> (&str, &[Mark]) {
        let (text, marks) = self.text.get_or_init(|| match self.mail.anatomy.body {
            BodyForm::Html => {
                let (text, marks) = self.mail.body();
                (Cow::Borrowed(text), Cow::Borrowed(marks))
            }
            BodyForm::Other => {
                let (text, marks) = markup::take(html::to_text(&markup::mark(self.html)));
                (Cow::Owned(text), Cow::Owned(marks))
            }
        });
        (text, marks)
    }

    /// The same when her client marked a signature, for which alone nothing is laid out in vain.
    pub(super) fn signed_text(&self) -> Option<(&str, &[Mark])> {
        let is_known = self.mail.anatomy.body == BodyForm::Html || self.text.get().is_some();
        let is_signature = |c: char| MarkKind::of(c) == Some(MarkKind::Signature);
        (is_known || markup::mark(self.html).contains(is_signature)).then(|| self.text())
    }
}
