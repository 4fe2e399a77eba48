//! Answers that say nothing: a greeting, a closing, a name, what a phone adds.

use crate::mail::reply_text::sign_off::{is_closing, is_sent_from};
use crate::mail::reply_text::signature::is_name;

/// Whether the text is empty, or holds nothing but a greeting, a closing with a name below, a signature and what a
/// phone adds. "Thanks!" is an answer.
pub fn is_no_answer(text: &str) -> bool {
    let mut below = Below::Nothing;
    for line in text.lines() {
        if line.trim_end() == "--" {
            break;
        }
        let line = line.trim();
        if is_decoration(line) || is_sent_from(line) {
            continue;
        }
        below = match below {
            Below::Closing(names) if names < MOST_NAMES && is_name(line) => Below::Closing(names + 1),
            _ if is_closing(line) && !is_thanks(line, text) => Below::Closing(0),
            _ if is_signed_closing(line) && !is_thanks(line, text) => Below::Closing(1),
            Below::Nothing if is_greeting(line) => Below::Greeting,
            _ => return false,
        };
    }
    true
}

/// "Regards, Ana", on one line.
fn is_signed_closing(line: &str) -> bool {
    line.split_once(',')
        .is_some_and(|(closing, name)| is_closing(closing) && is_name(name.trim()))
}

/// What was read last.
#[derive(Clone, Copy)]
enum Below {
    Nothing,
    Greeting,
    /// A closing and so many names.
    Closing(usize),
}

/// Names below a closing: one's own and the firm's.
const MOST_NAMES: usize = 2;

/// No word and no picture in it.
fn is_decoration(line: &str) -> bool {
    line.chars()
        .all(|c| c.is_whitespace() || "-_=*#~.,;:–—─".contains(c) || c == '\u{200b}' || c == '\u{feff}')
}

/// Thanks is meant, unless it is a comma and a name that follow.
fn is_thanks(line: &str, text: &str) -> bool {
    let lower = line.to_lowercase();
    let is_said = THANKS.iter().any(|thanks| lower.starts_with(thanks));
    let last = text.lines().rev().map(str::trim).find(|line| !line.is_empty());
    is_said && !(line.ends_with(',') && last.is_some_and(|last| last != line && is_name(last)))
}

const THANKS: [&str; 10] = [
    "thank",
    "many thanks",
    "thx",
    "gracias",
    "muchas gracias",
    "danke",
    "vielen dank",
    "merci",
    "grazie",
    "obrigad",
];

/// "Hi Eva,", "Estimada señora Lind:", "Good morning".
fn is_greeting(line: &str) -> bool {
    if line.len() > LONGEST_GREETING || line.contains('?') {
        return false;
    }
    let lower = line.to_lowercase();
    let Some(rest) = GREETINGS.iter().find_map(|greeting| behind(&lower, line, greeting)) else {
        return false;
    };
    // "Hola, buenos días, Eva:"
    let rest_lower = rest.to_lowercase();
    let rest = GREETINGS
        .iter()
        .find_map(|greeting| behind(&rest_lower, rest, greeting))
        .unwrap_or(rest);
    let is_addressed = line.ends_with([',', ':']);
    let words: Vec<&str> = rest
        .split_whitespace()
        .map(bare)
        .filter(|word| !word.is_empty())
        .collect();
    let is_whom = |word: &&str| {
        word.starts_with(char::is_uppercase)
            || WHOM.contains(&word.to_lowercase().as_str())
            || (words.len() == 1 && is_addressed)
    };
    let ends_early = rest
        .trim()
        .trim_end_matches([',', '.', ':', '!', ';'])
        .contains(['.', '!', ':', ';']);
    words.len() <= MOST_WORDS && words.iter().all(is_whom) && (!ends_early || has_title(&words))
}

const LONGEST_GREETING: usize = 80;
/// Words of whoever is greeted.
const MOST_WORDS: usize = 5;

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// "Dr.", after which the line goes on.
fn has_title(words: &[&str]) -> bool {
    words.iter().any(|word| TITLES.contains(&word.to_lowercase().as_str()))
}

/// What follows the greeting in `line`, of which `lower` is the same in lower case.
fn behind<'a>(lower: &str, line: &'a str, greeting: &str) -> Option<&'a str> {
    let rest = lower.strip_prefix(greeting)?;
    let is_whole = !rest.starts_with(char::is_alphanumeric);
    let behind = line.get(greeting.len()..)?;
    is_whole.then(|| behind.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == '!'))
}

const TITLES: [&str; 8] = ["mr", "mrs", "ms", "dr", "dra", "sr", "sra", "srta"];

#[rustfmt::skip]
const WHOM: [&str; 32] = [
    "there", "all", "team", "everyone", "again", "customer", "sir", "madam", "or", "and", "to", "de", "nuevo", "y", "a", "todos",
    "señor", "señora", "cliente", "herr", "frau", "zusammen", "und", "monsieur", "madame", "signor", "signora", "senhor", "senhora", "heer", "meneer", "mevrouw",
];

/// Longer ones before their own beginnings.
#[rustfmt::skip]
const GREETINGS: [&str; 65] = [
    // English
    "good morning", "good afternoon", "good evening", "good day", "greetings", "morning", "hello", "hiya", "hi", "hey", "dear",
    // Spanish
    "muy buenos días", "buenos días", "buenos dias", "buen día", "buenas tardes", "buenas noches", "buenas", "hola", "estimados", "estimadas", "estimado", "estimada", "apreciado", "apreciada",
    // German
    "sehr geehrte", "sehr geehrter", "guten morgen", "guten tag", "guten abend", "hallo", "liebe", "lieber", "moin", "servus", "grüß gott",
    // French
    "bonjour", "bonsoir", "salut", "cher", "chère", "chers", "madame", "monsieur",
    // Italian
    "buongiorno", "buonasera", "salve", "ciao", "gentile", "gentili",
    // Portuguese
    "bom dia", "boa tarde", "boa noite", "olá", "prezado", "prezada", "prezados",
    // Dutch
    "goedemorgen", "goedemiddag", "goedendag", "geachte", "beste",
    // Nordic
    "hej", "hei", "god dag",
];
