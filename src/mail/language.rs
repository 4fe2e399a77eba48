//! Which language a text is written in.

use whatlang::{Detector, Lang};

/// The ISO 639-1 code of the text's language; `None` when there is too little text, or too little to tell by.
///
/// Quoted lines are passed over. Short texts are told by the commonest words of a language: the statistics of letters
/// need more.
pub fn detect(text: &str) -> Option<String> {
    let sample = sample(text);
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    if letters < LEAST_LETTERS {
        return None;
    }
    if let Some(code) = by_common_words(&sample) {
        return Some(code.to_owned());
    }
    let info = Detector::with_allowlist(LIKELY.iter().map(|(lang, _)| *lang).collect()).detect(&sample)?;
    let code = LIKELY.iter().find(|(lang, _)| *lang == info.lang())?.1;
    let is_sure = info.is_reliable() || (letters >= 2 * LEAST_LETTERS && info.confidence() > LEAST_CONFIDENCE);
    is_sure.then(|| code.to_owned())
}

const LEAST_LETTERS: usize = 16;
/// whatlang calls an answer reliable from 0.9 on, which with few languages to choose from is too strict.
const LEAST_CONFIDENCE: f64 = 0.25;
/// How much text is looked at, in characters; more makes the answer slower, not better.
const SAMPLE: usize = 600;

/// What whatlang may answer. The fewer there are, the surer it is of short texts.
const LIKELY: [(Lang, &str); 28] = [
    (Lang::Eng, "en"),
    (Lang::Spa, "es"),
    (Lang::Fra, "fr"),
    (Lang::Deu, "de"),
    (Lang::Ita, "it"),
    (Lang::Por, "pt"),
    (Lang::Cat, "ca"),
    (Lang::Nld, "nl"),
    (Lang::Swe, "sv"),
    (Lang::Dan, "da"),
    (Lang::Nob, "nb"),
    (Lang::Fin, "fi"),
    (Lang::Pol, "pl"),
    (Lang::Ces, "cs"),
    (Lang::Hun, "hu"),
    (Lang::Ron, "ro"),
    (Lang::Tur, "tr"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Bul, "bg"),
    (Lang::Ell, "el"),
    (Lang::Ara, "ar"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Cmn, "zh"),
    (Lang::Vie, "vi"),
];

/// Words that are common in one language and rare in the others of these lists.
const COMMON: [(&str, &[&str]); 6] = [
    (
        "en",
        &[
            "the", "and", "is", "are", "you", "your", "my", "have", "has", "not", "this", "that", "with", "for",
            "please", "thanks", "thank", "hello", "hi", "would", "can", "could", "what", "when", "where", "from", "it",
            "was", "we", "i", "of", "to", "but", "still", "any", "order", "been", "i'm", "don't", "doesn't",
        ],
    ),
    (
        "es",
        &[
            "el", "los", "las", "una", "que", "con", "para", "por", "mi", "su", "está", "esta", "pero", "hola",
            "gracias", "no", "me", "se", "del", "al", "y", "tengo", "puedo", "quiero", "favor", "buenos", "días",
            "buenas", "tardes", "pedido", "factura", "cuando", "cómo", "qué", "ha", "he", "necesito", "usted",
            "ustedes", "saludo", "saludos", "muy", "es", "lo", "les", "un", "mis", "cuál", "dónde", "sido", "de", "la",
            "en",
        ],
    ),
    (
        "pt",
        &[
            "o", "os", "uma", "um", "não", "obrigado", "obrigada", "meu", "minha", "você", "com", "olá", "em", "do",
            "da", "para", "está", "mas", "é", "que", "por", "seu", "ainda", "são", "de", "bom", "dia",
        ],
    ),
    (
        "fr",
        &[
            "le",
            "les",
            "des",
            "une",
            "est",
            "et",
            "pas",
            "vous",
            "je",
            "ne",
            "bonjour",
            "merci",
            "mon",
            "ma",
            "votre",
            "dans",
            "avec",
            "pour",
            "du",
            "au",
            "mais",
            "que",
            "commande",
            "de",
            "la",
            "un",
            "en",
            "j'ai",
            "cordialement",
        ],
    ),
    (
        "it",
        &[
            "il",
            "gli",
            "che",
            "non",
            "per",
            "con",
            "una",
            "sono",
            "ho",
            "mio",
            "mia",
            "grazie",
            "buongiorno",
            "ciao",
            "della",
            "del",
            "di",
            "è",
            "ma",
            "ordine",
            "vorrei",
            "ancora",
            "un",
            "la",
            "le",
            "e",
            "in",
        ],
    ),
    (
        "de",
        &[
            "der", "die", "das", "und", "ist", "nicht", "ich", "sie", "mit", "ein", "eine", "für", "bitte", "danke",
            "hallo", "habe", "meine", "mein", "den", "auf", "zu", "wir", "aber", "noch", "wie", "kann", "es", "in",
            "an",
        ],
    ),
];

fn by_common_words(sample: &str) -> Option<&'static str> {
    let lower = sample.to_lowercase();
    let mut hits = [0_usize; COMMON.len()];
    for word in lower
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|w| !w.is_empty())
    {
        for (count, (_, words)) in hits.iter_mut().zip(&COMMON) {
            *count += usize::from(words.contains(&word));
        }
    }
    let best = hits.iter().copied().max()?;
    let mut leaders = hits.iter().zip(&COMMON).filter(|(count, _)| **count * 4 > best * 3);
    let (_, (code, _)) = leaders.next()?;
    let is_clear = leaders.next().is_none() && best >= 3;
    is_clear.then_some(code)
}

/// The first characters of what was newly written, without addresses and links.
fn sample(text: &str) -> String {
    let mut out = String::with_capacity(SAMPLE + 64);
    let mut left = SAMPLE;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('>')) {
        if line == "--" {
            break;
        }
        for word in line
            .split_whitespace()
            .filter(|w| !w.contains("://") && !w.contains('@'))
        {
            out.push_str(word.get(..word.len().min(60)).unwrap_or_default());
            out.push(' ');
            left = left.saturating_sub(word.len() + 1);
            if left == 0 {
                return out;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::detect;

    fn check(text: &str, wanted: Option<&str>) {
        assert_eq!(detect(text).as_deref(), wanted, "{text}");
    }

    #[test]
    fn short_english_and_spanish_are_told_apart() {
        check("Hello, my order has not arrived yet. Can you help?", Some("en"));
        check("Where is my order? I have been waiting for two weeks", Some("en"));
        check("Hola, mi pedido no ha llegado todavía, ¿pueden ayudarme?", Some("es"));
        check("Buenos días, no puedo descargar la factura de mayo", Some("es"));
        check("El reloj que compré se ha parado", Some("es"));
        check("The printer is broken and I need a new one", Some("en"));
    }

    #[test]
    fn other_languages_are_not_taken_for_them() {
        check(
            "Bonjour, je n'ai pas reçu ma commande, pouvez-vous m'aider ? Merci et bonne journée",
            Some("fr"),
        );
        check(
            "Guten Tag, meine Bestellung ist leider noch nicht angekommen. Können Sie bitte nachsehen?",
            Some("de"),
        );
        check(
            "Olá, não consigo abrir a fatura do mês passado, podem ajudar-me por favor?",
            Some("pt"),
        );
        check(
            "Добрый день, мой заказ до сих пор не пришёл, помогите пожалуйста",
            Some("ru"),
        );
    }

    #[test]
    fn quotes_and_scraps_tell_nothing() {
        check("ok 42", None);
        check("> Hello, my order has not arrived yet. Can you help?\n\nok", None);
    }
}
