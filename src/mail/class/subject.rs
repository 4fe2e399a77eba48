//! Subjects that machines write, in the languages they are met in.

/// The start by which a subject looks like an automatic reply.
pub(super) fn auto_reply_prefix(subject: &str) -> Option<&'static str> {
    let folded = fold(subject);
    let folded = folded.trim_start_matches(['[', '(', '*', '"', ' ']);
    AUTO_REPLY.iter().find(|prefix| folded.starts_with(*prefix)).copied()
}

/// What a subject says of a mail that was not delivered, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BounceWords {
    /// The words found.
    pub words: &'static str,
    /// What they say became of the mail.
    pub outcome: Outcome,
    /// Whether they can be about parcels as well.
    pub about: About,
}

/// What a subject's words can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Mail and nothing else.
    Mail,
    /// Mail, or something a customer ordered.
    Anything,
}

/// The words by which a subject looks like a report of a mail system.
pub(super) fn bounce_words(subject: &str) -> Option<BounceWords> {
    let folded = fold(subject);
    // Delays first: "Delivery Status Notification (Delay)" holds the words of a failure too.
    [
        (DELAYED.as_slice(), Outcome::Delayed, About::Mail),
        (DELAYED_ANYTHING.as_slice(), Outcome::Delayed, About::Anything),
        (FAILED.as_slice(), Outcome::Failed, About::Mail),
        (FAILED_ANYTHING.as_slice(), Outcome::Failed, About::Anything),
    ]
    .into_iter()
    .find_map(|(list, outcome, about)| {
        let words = list.iter().find(|words| folded.contains(*words))?;
        Some(BounceWords { words, outcome, about })
    })
}

/// What a report says became of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Not delivered.
    Failed,
    /// Not yet delivered.
    Delayed,
}

fn fold(subject: &str) -> String {
    let mut lower = subject.trim().to_lowercase();
    for reply in ["re:", "aw:", "sv:", "rv:"] {
        lower = lower
            .strip_prefix(reply)
            .map(|rest| rest.trim_start().to_owned())
            .unwrap_or(lower);
    }
    lower
}

const AUTO_REPLY: [&str; 107] = [
    "auto:",
    "auto reply",
    "urlaubsabwesenheit",
    "i am on vacation",
    "automatic out of office",
    "out of office automatic",
    "automatische abwesenheitsnotiz",
    "réponse auto",
    "notification d'absence",
    "message d'absence",
    "mensaje automático",
    "respuesta de ausencia",
    "ausência do escritório",
    "mensagem automática",
    "messaggio automatico",
    "automatyczna odpowiedź",
    "automatická odpoveď",
    "automatski odgovor",
    "automatska poruka",
    "samodejni odgovor",
    "automaatvastus",
    "automātiskā atbilde",
    "automatinis atsakymas",
    "sjálfvirkt svar",
    "автоответ",
    "автоматичен отговор",
    "αυτόματη απάντηση",
    "תשובה אוטומטית",
    "מענה אוטומטי",
    "رد تلقائي",
    "الرد التلقائي",
    "پاسخ خودکار",
    "स्वचालित उत्तर",
    "ตอบกลับอัตโนมัติ",
    "trả lời tự động",
    "balasan otomatis",
    "balasan automatik",
    "自动答复",
    "自动回复",
    "自動回覆",
    "自動回復",
    "自動返信",
    "不在通知",
    "자동 회신",
    "자동 응답",
    "자동응답",
    "부재중",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "automatic reply",
    "automatic response",
    "automated reply",
    "automated response",
    "out of office",
    "out of the office",
    "out-of-office",
    "ooo:",
    "on vacation",
    "vacation reply",
    "away from the office",
    "respuesta automática",
    "respuesta automatica",
    "contestación automática",
    "autorespuesta",
    "fuera de la oficina",
    "fuera de oficina",
    "ausente de la oficina",
    "resposta automática",
    "resposta automàtica",
    "fora do escritório",
    "ausência temporária",
    "réponse automatique",
    "reponse automatique",
    "absence du bureau",
    "absent du bureau",
    "automatische antwort",
    "automatische rückantwort",
    "abwesenheitsnotiz",
    "abwesenheit",
    "abwesend",
    "nicht im büro",
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "assenza dall'ufficio",
    "automatisch antwoord",
    "automatische antwoord",
    "afwezig",
    "niet aanwezig",
    "autosvar",
    "automatiskt svar",
    "automatisk svar",
    "ikke til stede",
    "frånvaro",
    "automaattinen vastaus",
    "poissa",
    "odpowiedź automatyczna",
    "automatická odpověď",
    "automatikus válasz",
    "răspuns automat",
    "otomatik yanıt",
    "автоматический ответ",
    "автоматична відповідь",
    "自動応答",
];

const DELAYED: [&str; 8] = [
    "(delay)",
    "delayed mail",
    "message delayed",
    "could not send message for past",
    "message still undelivered",
    "still being retried",
    "delivery temporarily suspended",
    "temporarily undeliverable",
];

const DELAYED_ANYTHING: [&str; 6] = [
    "delivery delayed",
    "delivery is delayed",
    "delayed delivery",
    "delivery delay",
    "has been delayed",
    "notice of delay",
];

const FAILED: [&str; 41] = [
    "smtp server: errors from",
    "mail failed",
    "undelivered mail",
    "undelivered message",
    "undeliverable",
    "delivery status notification",
    "message delivery",
    "mail delivery",
    "failure notice",
    "failure delivery",
    "failed mail",
    "mail failure",
    "message failure",
    "mail error",
    "mail system error",
    "returned mail",
    "returning message",
    "returned message",
    "nondeliverable",
    "non-deliverable",
    "non-delivery report",
    "non-delivery notification",
    "nondelivery",
    "non remis",
    "mail could not",
    "unable to deliver mail",
    "unable to deliver message",
    "unable to deliver your message",
    "message could not be delivered",
    "unzustellbar",
    "zustellung fehlgeschlagen",
    "no se puede entregar",
    "no se ha podido entregar",
    "não é possível entregar",
    "mancata consegna",
    "impossible de remettre",
    "échec de la remise",
    "onbestelbaar",
    "user unknown",
    "dsn:",
    "ndn:",
];

const FAILED_ANYTHING: [&str; 27] = [
    "undeliver",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "delivery error",
    "delivery problem",
    "delivery notification",
    "delivery report",
    "delivery unsuccessful",
    "delivery warning",
    "failure notification",
    "failed delivery",
    "failed to deliver",
    "returned to sender",
    "return to sender",
    "non-delivery",
    "non delivery",
    "not delivered",
    "not deliver",
    "could not be delivered",
    "cannot be delivered",
    "can't be delivered",
    "unable to deliver",
    "nicht zugestellt",
    "no entregado",
    "error de entrega",
    "devuelto",
];
