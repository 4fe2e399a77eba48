//! What the agent writes, in her language.

use crate::common::agents::PRIVATE;

/// The language of the customer, of the agent and of her client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Spanish,
}

/// An answer: a greeting, a sentence with a bold word, a list, a link, and a last line of its own.
#[derive(Debug, Clone)]
pub struct Words {
    pub language: Language,
    pub greeting: &'static str,
    /// Before the bold word, the word, and behind it.
    pub sentence: [&'static str; 3],
    pub items: [&'static str; 2],
    /// Before the link, its label, and behind it.
    pub link: [&'static str; 3],
    pub address: &'static str,
    /// What tells this answer from others.
    pub last: String,
}

impl Words {
    pub fn new(language: Language, last: &str) -> Self {
        let last = last.to_owned();
        match language {
            Language::English => Self {
                language,
                greeting: "Hi Carla,",
                sentence: ["we repaired it on ", "Monday", ", and now:"],
                items: ["the lamp is green", "the tray is full"],
                link: ["More stands in ", "the manual", "."],
                address: "https://acme.example/manual?part=7&lang=en",
                last,
            },
            Language::Spanish => Self {
                language,
                greeting: "Buenos días, Carla:",
                sentence: ["la reparamos el ", "lunes", " y ahora:"],
                items: ["la luz está en verde", "la bandeja está llena"],
                link: ["Más información en ", "el manual", "."],
                address: "https://acme.example/manual?part=7&lang=es",
                last,
            },
        }
    }

    /// `es` in Spanish, else `en`.
    pub fn pick(&self, en: &'static str, es: &'static str) -> &'static str {
        match self.language {
            Language::English => en,
            Language::Spanish => es,
        }
    }

    /// As text: what stands around the bold word, before an item and before the link's address.
    pub fn text(&self, bold: &str, bullet: &str, space: &str) -> String {
        let ([before, word, behind], [one, two]) = (self.sentence, self.items);
        let [to, label, end] = self.link;
        let (greeting, address, last) = (self.greeting, self.address, &self.last);
        format!(
            "{greeting}\n\n{before}{bold}{word}{bold}{behind}\n\n{bullet}{one}\n{bullet}{two}\n\n\
             {to}{label}{space}<{address}>{end}\n{last}"
        )
    }

    /// As HTML: `line` is the element of a line with a `{}` in it, `blank` an empty one, `list` and `item` opening tags.
    pub fn html(&self, line: &str, blank: &str, list: &str, item: &str) -> String {
        let ([before, word, behind], [one, two]) = (self.sentence, self.items);
        let [to, label, end] = self.link;
        let address = self.address.replace('&', "&amp;");
        let line = |inside: &str| line.replace("{}", inside);
        let close = if item.contains("<p") { "</p></li>" } else { "</li>" };
        [
            line(self.greeting),
            blank.to_owned(),
            line(&format!("{before}<b>{word}</b>{behind}")),
            format!("{list}{item}{one}{close}{item}{two}{close}</ul>"),
            line(&format!("{to}<a href=\"{address}\">{label}</a>{end}")),
            line(&self.last),
        ]
        .concat()
    }

    /// Her words without what each client makes of emphasis, lists and links.
    pub fn bare(&self) -> String {
        let text = self.text("", "", " ").replace(&format!(" <{}>", self.address), "");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// An answer to each of the customer's two questions: a part of the quoted line, and what she writes below it.
    pub fn between(&self) -> [(&'static str, &str); 2] {
        match self.language {
            Language::English => [("has stopped", "It runs again."), ("can somebody come", &self.last)],
            Language::Spanish => [("se ha parado", "Ya funciona."), ("pueden venir", &self.last)],
        }
    }

    /// What is hers alone, below `-- `.
    pub fn private(&self) -> String {
        format!("Ana Ruiz\n{PRIVATE}")
    }
}
