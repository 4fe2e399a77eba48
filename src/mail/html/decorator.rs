//! What the layout of HTML as text writes around its elements.

use html2text::render::TextDecorator;

/// Marks up as little as keeps the meaning: the address behind a link, quotes and list items.
#[derive(Debug, Clone, Default)]
pub(super) struct Readable {
    url: Option<String>,
}

impl TextDecorator for Readable {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, ()) {
        let is_worth_showing = ["http://", "https://", "tel:"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
        self.url = is_worth_showing.then(|| url.to_owned());
        (String::new(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        self.url.take().map(|url| format!(" <{url}>")).unwrap_or_default()
    }

    fn decorate_em_start(&self) -> (String, ()) {
        Default::default()
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        Default::default()
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        Default::default()
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        Default::default()
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _src: &str, title: &str) -> (String, ()) {
        (format!("[{title}]"), ())
    }

    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "* ".to_owned()
    }

    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        Self::default()
    }
}
