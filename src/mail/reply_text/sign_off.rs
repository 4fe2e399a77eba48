//! Lines below what was written: signatures, closings, and what phones and programs add.

/// Whether the line is one that a phone or a program adds, such as "Sent from my iPhone".
pub(crate) fn is_sent_from(line: &str) -> bool {
    if line.len() > LONGEST_SENT_FROM {
        return false;
    }
    let lower = without_links(line).to_lowercase().replace(['[', ']'], "");
    let line = lower.trim_matches(|c: char| c.is_whitespace() || "<>()*_-–—.!|\"".contains(c));
    let words = line.split_whitespace().count();
    let ends = |(start, end): &(&str, &str)| line.starts_with(start) && line.ends_with(end);
    if AROUND.iter().any(ends) || (words <= 4 && MOBILE.iter().any(|end| line.ends_with(end))) {
        return true;
    }
    let first = line.split_whitespace().next().unwrap_or_default();
    if GET.contains(&first) {
        return words <= 8 && PROGRAMS.iter().any(|program| line.contains(program));
    }
    let Some(rest) = START.iter().find_map(|start| rest_after(line, start)) else {
        return false;
    };
    let clause = rest.split([',', '.', ';', '!']).next().unwrap_or_default();
    let is_named = clause.split(|c: char| !c.is_alphanumeric()).any(is_device);
    let is_short = rest == clause && (1..=4).contains(&rest.split_whitespace().count());
    let is_fragment = line.starts_with("from my ") && words > 4;
    (is_named && !is_fragment) || (is_short && line.starts_with("sent from my "))
}

const LONGEST_SENT_FROM: usize = 240;

fn rest_after<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(start)?;
    (rest.starts_with(|c: char| !c.is_alphanumeric()) || !start.is_ascii()).then(|| rest.trim())
}

/// Without what stands in brackets: addresses of links.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = [rest.find("<http"), rest.find("(http"), rest.find("http")]
        .into_iter()
        .flatten()
        .min()
    {
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push(' ');
        let tail = rest.get(at..).unwrap_or_default();
        let end = tail
            .find(|c: char| c.is_whitespace() || c == '>' || c == ')')
            .unwrap_or(tail.len());
        rest = tail.get(end..).unwrap_or_default();
        rest = rest.strip_prefix(['>', ')']).unwrap_or(rest);
    }
    out.push_str(rest);
    out
}

fn is_device(word: &str) -> bool {
    let is_long = |device: &str| device.len() > 4 || device == "ipad";
    let is = |device: &str| word == device || (is_long(device) && word.starts_with(device));
    DEVICES.iter().any(|device| is(device))
}

/// Beginnings of such lines; a device or a program must follow.
#[rustfmt::skip]
const START: [&str; 83] = [
    // English
    "sent from my", "sent from the", "sent from a", "sent from", "sent via", "sent with", "sent using", "sent by",
    "sent wirelessly from", "sent wirelessly via", "from my", "composed on", "written on", "typed on", "this email was sent from", "sent securely from",
    // Spanish, Catalan, Portuguese
    "enviado desde", "enviado de", "enviado por", "enviado con", "enviado vía", "enviado via", "enviat des de", "enviat des del",
    "enviado do", "enviado da", "enviado a partir", "enviada do", "enviado através", "enviado com",
    // French
    "envoyé de", "envoyé depuis", "envoyé à partir", "envoyé avec", "envoyé via", "envoyé par", "envoyé sans fil", "provenance :",
    // German
    "gesendet von", "gesendet mit", "gesendet vom", "gesendet über", "verschickt von",
    // Italian
    "inviato da", "inviato dal", "inviato con", "inviato dall", "inviato tramite",
    // Dutch
    "verzonden vanaf", "verzonden met", "verstuurd vanaf", "verstuurd met", "verzonden via", "verzonden vanuit", "verstuurd vanuit", "verstuurd via",
    // Danish, Norwegian, Swedish, Finnish
    "sendt fra", "sendt via", "skickat från", "skickades från", "lähetetty",
    // Polish, Czech, Slovak, Croatian, Hungarian, Romanian
    "wysłane z", "wysłano z", "odesláno z", "odoslané z", "poslano s", "poslano iz", "elküldve", "trimis de pe", "trimis din",
    // Greek, Russian, Ukrainian, Bulgarian, Hebrew
    "στάλθηκε από", "отправлено с", "отправлено из", "надіслано з", "изпратено от", "נשלח",
    // Arabic, Vietnamese, Indonesian, Malay
    "أرسلت من", "أُرسلت من", "تم الإرسال من", "đã gửi từ", "được gửi từ", "dikirim dari", "dihantar dari",
];

/// Programs that offer themselves.
const PROGRAMS: [&str; 2] = ["outlook", "bluemail"];

/// Beginnings of lines that name the program; one of `PROGRAMS` must follow.
#[rustfmt::skip]
const GET: [&str; 24] = [
    "get", "obtener", "obtén", "obtenga", "descargar", "descarga", "télécharger", "téléchargez", "obtenez", "obtenir", "ottieni", "scarica",
    "download", "obter", "obtenha", "baixe", "baixar", "holen", "laden", "hanki", "hent", "hämta", "pobierz", "скачать",
];

/// How the short line below a name ends that says where it was written.
const MOBILE: [&str; 4] = ["via mobile", "from mobile", "via iphone", "from my mobile"];

/// How such lines start and end where the sentence is built otherwise.
#[rustfmt::skip]
const AROUND: [(&str, &str); 26] = [
    ("von meinem ", "gesendet"), ("von meiner ", "gesendet"), ("diese nachricht wurde von meinem ", "gesendet"), ("diese nachricht wurde mit ", "gesendet"),
    ("az iphone-omról ", "küldve"), ("iphone'umdan ", "gönderildi"), ("ipad'imden ", "gönderildi"),
    ("iphone’umdan ", "gönderildi"), ("ipad’imden ", "gönderildi"), ("iphone-omról ", "küldve"), ("ipad-emről ", "küldve"),
    ("iphone", "から送信"), ("iphone", "から送信されました"), ("ส่งจาก ", "ของฉัน"), ("ipad", "から送信"), ("android", "から送信"),
    ("从我的", "发送"), ("從我的", "傳送"), ("发自我的", ""), ("나의 ", "에서 보냄"),
    ("outlook für ", "herunterladen"), ("outlook für ", "beziehen"), ("outlook für ", "abrufen"), ("outlook for ", "を入手"), ("outlook", "下载"),
    ("yahoo mail: ", "conquer"),
];

/// What such lines name.
#[rustfmt::skip]
const DEVICES: [&str; 57] = [
    "iphone", "ipad", "ipod", "mac", "android", "samsung", "galaxy", "huawei", "xiaomi", "redmi", "htc", "nokia", "motorola", "pixel",
    "oneplus", "blackberry", "windows", "outlook", "aol", "zoho", "mailbox", "gmail", "yahoo", "airmail", "sparrow", "proton", "protonmail", "gmx",
    "phone", "smartphone", "mobile", "mobil", "móvil", "movil", "celular", "telemóvel", "cell", "cellphone", "tablet", "handy",
    "téléphone", "telefon", "telefono", "cellulare", "nexus", "thunderbird", "spark",
    "droid", "iphonu", "iphonem", "iphonie", "tutanota", "superhuman", "bluemail", "application", "aplicación", "applicazione",
];

/// Whether the line is nothing but a closing, such as "Best regards,".
pub(crate) fn is_closing(line: &str) -> bool {
    if line.len() > LONGEST_CLOSING {
        return false;
    }
    let lower = line.to_lowercase();
    let line = lower.trim_matches(|c: char| !c.is_alphanumeric());
    CLOSINGS.contains(&line)
}

const LONGEST_CLOSING: usize = 80;

#[rustfmt::skip]
const CLOSINGS: [&str; 90] = [
    // English
    "regards", "best regards", "kind regards", "warm regards", "kindest regards", "warmest regards", "many regards", "with best regards", "with kind regards", "best", "best wishes", "all the best",
    "thanks", "thank you", "many thanks", "thanks again", "thanks a lot", "thanks in advance", "thank you in advance", "thanks and regards", "thanks & regards", "thx", "cheers",
    "sincerely", "yours sincerely", "sincerely yours", "yours faithfully", "yours truly", "yours", "respectfully", "take care", "br", "kr",
    // Spanish
    "saludos", "saludos cordiales", "cordiales saludos", "un saludo", "un cordial saludo", "un abrazo", "atentamente", "gracias", "muchas gracias", "gracias y un saludo", "gracias y saludos", "muchas gracias y un saludo", "gracias de antemano",
    // German
    "mit freundlichen grüßen", "mit freundlichen grüssen", "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse", "liebe grüße", "beste grüße", "schöne grüße", "mit besten grüßen", "grüße", "gruß", "mfg", "lg", "vg", "danke", "vielen dank",
    // French
    "cordialement", "bien cordialement", "bien à vous", "sincères salutations", "salutations", "merci", "merci d'avance", "merci beaucoup",
    // Italian
    "cordiali saluti", "distinti saluti", "saluti", "un saluto", "grazie", "grazie mille",
    // Portuguese
    "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "obrigado", "obrigada",
    // Dutch
    "met vriendelijke groet", "met vriendelijke groeten", "groeten", "mvg", "bedankt",
    // Nordic
    "med vänlig hälsning", "med venlig hilsen", "med vennlig hilsen",
];
