//! The sample configuration, and how values are written into it.

/// The sample, line by line.
#[derive(Debug)]
pub struct Sample(Vec<String>);

/// The sample that stands in the repository and in the packages.
const SAMPLE: &str = include_str!("../../../config/buzon.sample.toml");
/// Where the comments behind values begin.
const COMMENT_COLUMN: usize = 38;

impl Sample {
    /// The sample as it is.
    pub fn new() -> Self {
        Self(SAMPLE.lines().map(str::to_owned).collect())
    }

    /// Writes a text as the value of a key; the key stands there already, perhaps behind `#`.
    pub fn set_text(&mut self, section: &str, key: &str, text: &str) {
        self.set(section, key, &toml::Value::from(text).to_string());
    }

    /// As [`Self::set_text`], for a list of texts.
    pub fn set_list(&mut self, section: &str, key: &str, texts: &[&str]) {
        self.set(section, key, &toml::Value::from(texts.to_vec()).to_string());
    }

    /// As [`Self::set_text`], for a number.
    pub fn set_number(&mut self, section: &str, key: &str, number: u16) {
        self.set(section, key, &number.to_string());
    }

    /// Writes comments above a section.
    pub fn note(&mut self, section: &str, lines: &[&str]) {
        if let Some(at) = self.header(section) {
            self.0.splice(at..at, lines.iter().map(|line| format!("# {line}")));
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.0.join("\n")
    }

    fn set(&mut self, section: &str, key: &str, value: &str) {
        let Some(header) = self.header(section) else { return };
        let lines = self
            .0
            .iter_mut()
            .skip(header + 1)
            .take_while(|line| !line.starts_with('['));
        let assignment = format!("{key} = ");
        let mut matching = lines.filter(|line| line.trim_start_matches(['#', ' ']).starts_with(&assignment));
        if let Some(line) = matching.next() {
            let comment = line.rsplit_once(" # ").map(|(_, comment)| comment.to_owned());
            *line = format!("{assignment}{value}");
            if let Some(comment) = comment {
                *line = format!("{line:<COMMENT_COLUMN$}# {comment}");
            }
        }
    }

    fn header(&self, section: &str) -> Option<usize> {
        let headers = [format!("[{section}]"), format!("[[{section}]]")];
        self.0.iter().position(|line| headers.contains(line))
    }
}
