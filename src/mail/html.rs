//! HTML: as readable text, and as HTML that is safe to show.

mod bounds;
mod decorator;
mod image;
mod layout;
mod reference;
mod sanitise;

pub(super) use layout::HtmlReader;
pub use layout::to_text;
pub(super) use reference::shown_ids;
pub use sanitise::sanitise;
