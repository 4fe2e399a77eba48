//! Replies that say nothing but thank you: they reopen nothing.

use super::reply_text::fold::fold;
use super::reply_text::sign_off;

/// Whether a reply, what its sender newly wrote in the text, is only thanks in English or Spanish.
pub fn is_bare_thanks(reply: &str, text: &str) -> bool {
    let said = said(reply, text);
    if said.len() > LONGEST_THANKS || said.contains('?') {
        return false;
    }
    let words = words(&said);
    let mut rest = words.as_slice();
    let mut thanked = false;
    let mut names = 0;
    while let Some(next) = rest.first() {
        let matched = PHRASES.iter().find(|phrase| phrase.starts(rest));
        let taken = match matched {
            Some(phrase) => {
                thanked |= phrase.kind == Kind::Thanks;
                phrase.words.len()
            }
            // "Thanks Ana", or the name below "Best regards".
            None if next.may_be_name && rest.len() < words.len() && names < MOST_NAMES => {
                names += 1;
                1
            }
            None => return false,
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    thanked
}

/// Longer texts say something else too, in octets.
const LONGEST_THANKS: usize = 200;
/// Words that are taken for somebody's name.
const MOST_NAMES: usize = 3;

struct Word {
    folded: String,
    /// It has a capital, and no sentence ended before it.
    may_be_name: bool,
}

fn words(said: &str) -> Vec<Word> {
    let mut sentence_ended = false;
    let mut out = Vec::new();
    for token in said.split_whitespace() {
        for piece in token.split(|c| fold(c).is_none()).filter(|piece| !piece.is_empty()) {
            let capital = piece.chars().next().is_some_and(char::is_uppercase);
            out.push(Word {
                folded: piece.chars().filter_map(fold).collect(),
                may_be_name: capital && !sentence_ended,
            });
            sentence_ended = false;
        }
        sentence_ended = token.ends_with(['.', '!', ';', ':']);
    }
    out
}

impl Phrase {
    fn starts(&self, words: &[Word]) -> bool {
        words.len() >= self.words.len()
            && self
                .words
                .iter()
                .zip(words)
                .all(|(phrase, word)| *phrase == word.folded)
    }
}

struct Phrase {
    words: &'static [&'static str],
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Thanks by itself.
    Thanks,
    /// May stand beside thanks, and means nothing alone.
    Filler,
}

const fn thanks(words: &'static [&'static str]) -> Phrase {
    Phrase {
        words,
        kind: Kind::Thanks,
    }
}

const fn filler(words: &'static [&'static str]) -> Phrase {
    Phrase {
        words,
        kind: Kind::Filler,
    }
}

/// Longer phrases before their own beginnings.
const PHRASES: [Phrase; 103] = [
    thanks(&["thank", "you", "very", "much"]),
    thanks(&["thank", "you", "so", "much"]),
    thanks(&["thank", "you"]),
    thanks(&["thankyou"]),
    thanks(&["thanks", "a", "lot"]),
    thanks(&["thanks", "a", "million"]),
    thanks(&["thanks", "so", "much"]),
    thanks(&["thanks", "very", "much"]),
    thanks(&["many", "thanks"]),
    thanks(&["thanks"]),
    thanks(&["thx"]),
    thanks(&["thnx"]),
    thanks(&["ty"]),
    thanks(&["much", "appreciated"]),
    thanks(&["appreciated"]),
    thanks(&["i", "appreciate", "it"]),
    thanks(&["i", "appreciate", "your", "help"]),
    thanks(&["muchas", "gracias"]),
    thanks(&["muchisimas", "gracias"]),
    thanks(&["mil", "gracias"]),
    thanks(&["gracias"]),
    thanks(&["se", "lo", "agradezco"]),
    thanks(&["te", "lo", "agradezco"]),
    thanks(&["muy", "agradecido"]),
    thanks(&["muy", "agradecida"]),
    filler(&["for", "the", "quick", "reply"]),
    filler(&["for", "your", "quick", "reply"]),
    filler(&["for", "your", "quick", "response"]),
    filler(&["for", "the", "quick", "response"]),
    filler(&["for", "your", "reply"]),
    filler(&["for", "your", "answer"]),
    filler(&["for", "your", "time"]),
    filler(&["for", "your", "help"]),
    filler(&["for", "the", "help"]),
    filler(&["for", "helping"]),
    filler(&["for", "your", "support"]),
    filler(&["for", "all", "your", "help"]),
    filler(&["for", "everything"]),
    filler(&["for", "that"]),
    filler(&["again"]),
    filler(&["so", "much"]),
    filler(&["that", "worked"]),
    filler(&["it", "works", "now"]),
    filler(&["it", "works"]),
    filler(&["it", "worked"]),
    filler(&["works", "now"]),
    filler(&["all", "good"]),
    filler(&["all", "set"]),
    filler(&["that", "s", "great"]),
    filler(&["that", "is", "great"]),
    filler(&["you", "re", "the", "best"]),
    filler(&["have", "a", "nice", "day"]),
    filler(&["have", "a", "great", "day"]),
    filler(&["have", "a", "good", "day"]),
    filler(&["have", "a", "nice", "weekend"]),
    filler(&["have", "a", "great", "weekend"]),
    filler(&["best", "regards"]),
    filler(&["kind", "regards"]),
    filler(&["regards"]),
    filler(&["best"]),
    filler(&["cheers"]),
    filler(&["great"]),
    filler(&["perfect"]),
    filler(&["excellent"]),
    filler(&["awesome"]),
    filler(&["wonderful"]),
    filler(&["ok"]),
    filler(&["okay"]),
    filler(&["hi"]),
    filler(&["hello"]),
    filler(&["team"]),
    filler(&["all"]),
    filler(&["por", "su", "ayuda"]),
    filler(&["por", "tu", "ayuda"]),
    filler(&["por", "la", "ayuda"]),
    filler(&["por", "todo"]),
    filler(&["por", "su", "respuesta"]),
    filler(&["por", "la", "respuesta"]),
    filler(&["por", "responder"]),
    filler(&["por", "su", "pronta", "respuesta"]),
    filler(&["por", "su", "rapida", "respuesta"]),
    filler(&["por", "la", "rapida", "respuesta"]),
    filler(&["por", "su", "tiempo"]),
    filler(&["por", "su", "atencion"]),
    filler(&["de", "nuevo"]),
    filler(&["otra", "vez"]),
    filler(&["ya", "funciona"]),
    filler(&["todo", "bien"]),
    filler(&["un", "cordial", "saludo"]),
    filler(&["un", "saludo"]),
    filler(&["saludos", "cordiales"]),
    filler(&["saludos"]),
    filler(&["buen", "dia"]),
    filler(&["buenos", "dias"]),
    filler(&["buenas", "tardes"]),
    filler(&["que", "tenga", "un", "buen", "dia"]),
    filler(&["perfecto"]),
    filler(&["genial"]),
    filler(&["estupendo"]),
    filler(&["excelente"]),
    filler(&["vale"]),
    filler(&["hola"]),
    filler(&["equipo"]),
];

/// The reply, and the thanks that close it: "Perfect! Thanks, Ana" says thank you below what it says.
fn said(reply: &str, text: &str) -> String {
    let reply = reply.trim();
    let below = text.trim_start().strip_prefix(reply).unwrap_or_default();
    let next = below.lines().find(|line| !line.trim().is_empty());
    let closing = next.filter(|line| sign_off::is_closing(line)).unwrap_or_default();
    format!("{reply} {closing}")
}

#[cfg(test)]
mod tests {
    use crate::mail::reply_text::reply_text;

    fn is_bare_thanks(text: &str) -> bool {
        super::is_bare_thanks(&reply_text(text, &[]), text)
    }

    #[test]
    fn thanks_alone_is_bare() {
        for text in [
            "Thanks!",
            "Thank you so much for your help.\n\nBest regards",
            "Perfect, thank you!\n\nOn Mon, Ana wrote:\n> is it fixed?",
            "Gracias",
            "Hola, muchas gracias por su rápida respuesta.\nUn saludo\n-- \nJosé Pérez",
            "Thanks Ana!",
            "Perfect!\n\nThanks,\nAna",
            "Hi Ana, thank you.\nKind regards,\nJosé Pérez",
            "Great, it works now. Thanks 👍\n\nSent from my iPhone",
        ] {
            assert!(is_bare_thanks(text), "{text}");
        }
    }

    #[test]
    fn whoever_says_more_is_heard() {
        for text in [
            "",
            "ok",
            "Thanks, but it still fails",
            "Thanks. When will it arrive?",
            "Gracias, pero no funciona",
            "Thank you for nothing",
            "Thanks. Nothing changed.",
            "Gracias! Sigue roto",
            "Muchas gracias. Necesito otra factura.",
        ] {
            assert!(!is_bare_thanks(text), "{text}");
        }
    }
}
