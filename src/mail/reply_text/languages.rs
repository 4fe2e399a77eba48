//! What mail clients write above a quote, one row a language.

/// The words of one language. Several ones are divided by `|`, all in lower case.
#[derive(Debug)]
pub(super) struct Language {
    /// How a line starts that says when somebody wrote.
    pub on: &'static str,
    /// Somebody "wrote".
    pub wrote: &'static str,
    /// What stands between dashes above a quoted mail.
    pub original: &'static str,
    /// What stands above a forwarded mail.
    pub forwarded: &'static str,
    /// The names of the header fields in a quoted header.
    pub fields: Fields,
    /// What a line says below which nothing new is written.
    pub above: &'static str,
}

/// The names of header fields.
#[derive(Debug)]
pub(super) struct Fields {
    /// From.
    pub from: &'static str,
    /// Date, or "sent".
    pub date: &'static str,
    /// To and Cc.
    pub to: &'static str,
    /// Subject.
    pub subject: &'static str,
}

/// Whether one of the phrases is this one.
pub(super) fn names(phrases: &str, wanted: &str) -> bool {
    phrases.split('|').any(|phrase| phrase == wanted)
}

const fn row(
    [on, wrote]: [&'static str; 2],
    [original, forwarded]: [&'static str; 2],
    [from, date, to, subject]: [&'static str; 4],
    above: &'static str,
) -> Language {
    Language {
        on,
        wrote,
        original,
        forwarded,
        fields: Fields {
            from,
            date,
            to,
            subject,
        },
        above,
    }
}

/// Every language known, the commonest first.
#[rustfmt::skip]
pub(super) const LANGUAGES: [Language; 36] = [
    // English
    row(["on|at", "wrote|writes|sent|said"],
        ["original message|original appointment|reply message|original email|original mail|message from original sender", "forwarded message|begin forwarded message|forwarded by|start of forwarded message"],
        ["from|sender|reply-to|organizer", "date|sent|sent at|sent on|when", "to|cc|bcc|required|optional attendees", "subject"],
        "above this line"),
    // Spanish
    row(["el|en|a las", "escribió|escribio|ha escrito|escribía"],
        ["mensaje original|mensaje de respuesta|correo original|cita original", "mensaje reenviado|mensaje enviado|inicio del mensaje reenviado|comienzo del mensaje reenviado"],
        ["de|remitente|desde", "fecha|enviado|enviado el|enviada", "para|a|cc|cco", "asunto"],
        "encima de esta línea|arriba de esta línea|sobre esta línea"),
    // German
    row(["am|um", "schrieb|hat geschrieben|schrieben|geschrieben"],
        ["ursprüngliche nachricht|ursprüngliche mail|ursprüngliche e-mail|originalnachricht|original-nachricht|antwort nachricht|original nachricht|ursprünglicher termin", "weitergeleitete nachricht|weitergeleitete mail|anfang der weitergeleiteten nachricht|weitergeleitet von"],
        ["von|absender", "datum|gesendet|gesendet am|verschickt", "an|cc|kopie", "betreff"],
        "oberhalb dieser zeile|über dieser zeile|oberhalb dieser linie"),
    // French
    row(["le|à", "a écrit|écrit|a ecrit"],
        ["message d'origine|message d’origine|message original|mail original|courriel original|message initial|e-mail d'origine|rendez-vous d'origine", "message transféré|message transfere|début du message transféré|début du message réexpédié|message réexpédié|transféré par"],
        ["de|expéditeur|exp", "date|envoyé|envoyé le|le", "à|a|cc|pour|destinataire", "objet|sujet"],
        "au-dessus de cette ligne|au dessus de cette ligne"),
    // Italian
    row(["il|in data|il giorno", "ha scritto|scrive|scriveva|scritto"],
        ["messaggio originale|messaggio originario", "messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato"],
        ["da|mittente", "data|inviato|inviato il|inviata", "a|per|cc", "oggetto"],
        "sopra questa riga|sopra questa linea|al di sopra di questa riga"),
    // Portuguese
    row(["em|no dia|a", "escreveu|escreveram|escrevia"],
        ["mensagem original|mensagem de origem", "mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada"],
        ["de|remetente", "data|enviado|enviada|enviado em|enviada em", "para|cc", "assunto"],
        "acima desta linha"),
    // Dutch
    row(["op|om", "schreef|heeft geschreven|geschreven|schreven"],
        ["oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht", "doorgestuurd bericht|begin doorgestuurd bericht|begin van doorgestuurd bericht"],
        ["van|afzender", "datum|verzonden|verstuurd|verzonden op", "aan|cc", "onderwerp|betreft"],
        "boven deze regel|boven deze lijn"),
    // Japanese
    row(["", "のメール|さんは書きました|が書きました|からのメッセージ|wrote|書きました|さんのメッセージ"],
        ["元のメッセージ|オリジナル メッセージ|オリジナルメッセージ|元のメール", "転送メッセージ|転送されたメッセージ|転送されたメッセージの開始|転送されたメッセージここから"],
        ["差出人|送信者|from", "日時|送信日時|日付|送信日", "宛先|cc", "件名"],
        "この線より上|この行より上"),
    // Danish
    row(["den|d", "skrev|har skrevet"],
        ["oprindelig meddelelse|oprindelig besked|original besked|oprindelig mail", "videresendt meddelelse|videresendt besked|start på videresendt besked"],
        ["fra|afsender", "dato|sendt|sendt den", "til|cc", "emne"],
        "over denne linje"),
    // Norwegian
    row(["på|den|kl", "skrev|har skrevet"],
        ["opprinnelig melding|original melding", "videresendt melding|start på videresendt melding|videresendt e-post"],
        ["fra|avsender", "dato|sendt", "til|kopi|cc", "emne"],
        "over denne linjen"),
    // Swedish
    row(["den|på|kl", "skrev|har skrivit"],
        ["ursprungligt meddelande|originalmeddelande", "vidarebefordrat meddelande|vidarebefordrat brev|börja vidarebefordrat meddelande"],
        ["från|avsändare", "datum|skickat|skickades", "till|kopia|cc", "ämne|rubrik"],
        "ovanför denna rad|ovanför den här raden"),
    // Finnish
    row(["", "kirjoitti|kirjoittivat"],
        ["alkuperäinen viesti", "välitetty viesti|edelleenlähetetty viesti|välitetty viesti alkaa"],
        ["lähettäjä|keneltä", "päiväys|lähetetty|pvm", "vastaanottaja|kopio|cc", "aihe"],
        "tämän rivin yläpuolelle"),
    // Polish
    row(["dnia|w dniu|w", "napisał|napisała|napisał(a)|napisal|napisala|pisze|użytkownik|wiadomość napisana przez"],
        ["oryginalna wiadomość|wiadomość oryginalna|wiadomość pierwotna|oryginalny e-mail", "wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości|początek przekazywanej wiadomości"],
        ["od|nadawca", "data|wysłano|wysłane|wysłana", "do|dw|udw", "temat"],
        "powyżej tej linii"),
    // Czech
    row(["dne|v", "napsal|napsala|napsal(a)|píše"],
        ["původní zpráva|původní e-mail", "přeposlaná zpráva|předaná zpráva|začátek přeposílané zprávy"],
        ["od|odesílatel", "datum|odesláno", "komu|kopie", "předmět"],
        "nad tento řádek|nad tímto řádkem"),
    // Slovak
    row(["dňa|dna", "napísal|napísala|napísal(a)|píše"],
        ["pôvodná správa", "preposlaná správa|začiatok preposielanej správy"],
        ["od|odosielateľ", "dátum|odoslané", "komu|kópia", "predmet"],
        "nad tento riadok"),
    // Hungarian
    row(["", "írta|ezt írta|időpontban ezt írta|a következőt írta"],
        ["eredeti üzenet|eredeti levél", "továbbított üzenet|továbbított levél|továbbított üzenet kezdete"],
        ["feladó", "dátum|elküldve|küldve", "címzett|másolat", "tárgy"],
        "e fölé a sor fölé"),
    // Romanian
    row(["în|pe|la|in data", "a scris"],
        ["mesaj original|mesajul original", "mesaj redirecționat|mesaj redirectionat|mesaj transmis"],
        ["de la|expeditor", "data|trimis", "către|catre|la", "subiect"],
        "deasupra acestei linii"),
    // Turkish
    row(["", "şunları yazdı|yazdı|şöyle yazdı"],
        ["orijinal mesaj|özgün ileti|orijinal ileti", "iletilmiş mesaj|iletilen mesaj|iletilen ileti|iletilmiş ileti"],
        ["kimden|gönderen", "tarih|gönderildi|gönderme tarihi", "kime|alıcı|bilgi", "konu"],
        "bu satırın üstüne|bu satırın üzerine"),
    // Greek
    row(["στις|την", "έγραψε|έγραψαν"],
        ["αρχικό μήνυμα", "προωθημένο μήνυμα|προωθούμενο μήνυμα"],
        ["από", "ημερομηνία|στάλθηκε", "προς|κοιν", "θέμα"],
        "πάνω από αυτή τη γραμμή"),
    // Russian
    row(["в|от", "написал|написала|написал(а)|пишет|писал|писала|пользователь"],
        ["исходное сообщение|оригинальное сообщение|первоначальное сообщение", "пересылаемое сообщение|пересланное сообщение|начало пересланного сообщения|начало переадресованного сообщения"],
        ["от|от кого|отправитель", "дата|отправлено", "кому|копия", "тема"],
        "выше этой строки|над этой чертой"),
    // Ukrainian
    row(["", "пише|написав|написала|писав"],
        ["оригінальне повідомлення|початкове повідомлення", "переслане повідомлення|пересилане повідомлення"],
        ["від|від кого", "дата|надіслано", "кому|копія", "тема"],
        "вище цього рядка"),
    // Bulgarian
    row(["на", "написа|писа"],
        ["оригинално съобщение", "препратено съобщение"],
        ["от", "дата|изпратено", "до", "относно|тема"],
        "над този ред"),
    // Croatian, Serbian
    row(["dana|u", "je napisao|je napisala|je napisao/la|napisao je|napisala je|piše|је написао|је написала|пише"],
        ["izvorna poruka|originalna poruka", "proslijeđena poruka|prosleđena poruka"],
        ["šalje|od|pošiljatelj", "datum|poslano|poslato", "prima|za|kome", "predmet|naslov"],
        "iznad ove crte|iznad ovog retka"),
    // Slovenian
    row(["dne", "je napisal|je napisala|je oseba|napisal/a"],
        ["izvirno sporočilo", "posredovano sporočilo"],
        ["od", "datum|poslano", "za|kp", "zadeva"],
        "nad to vrstico"),
    // Catalan
    row(["el|dia", "va escriure|ha escrit|escrigué|missatge de"],
        ["missatge original", "missatge reenviat"],
        ["de", "data|enviat", "per a|a", "assumpte"],
        "damunt d'aquesta línia"),
    // Galician, Basque
    row(["o", "escribiu|idatzi du|igorleak hau idatzi du"],
        ["mensaxe orixinal|jatorrizko mezua", "mensaxe reenviada|birbidalitako mezua"],
        ["nork", "data|bidalia", "nori", "gaia"],
        "enriba desta liña"),
    // Estonian
    row(["", "kirjutas"],
        ["algne kiri|algsõnum", "edastatud kiri|edastatud sõnum"],
        ["saatja|kellelt", "kuupäev|saadetud", "adressaat|kellele", "teema"],
        "sellest reast ülespoole"),
    // Latvian
    row(["", "rakstīja|lietotājs"],
        ["sākotnējais ziņojums", "pārsūtītais ziņojums|pārsūtīta ziņa"],
        ["no", "datums|nosūtīts", "kam", "temats|tēma"],
        "virs šīs rindas"),
    // Lithuanian
    row(["", "rašė|parašė"],
        ["pradinis pranešimas|originalus laiškas", "persiųstas laiškas|persiųstas pranešimas"],
        ["nuo", "data|išsiųsta", "kam", "tema"],
        "virš šios eilutės"),
    // Chinese
    row(["在|于|於", "写道|寫道|写到|撰写|來信|编写"],
        ["原始邮件|原邮件|原始郵件|原始信件|原始訊息", "转发的邮件|轉寄郵件|转发邮件|已转发邮件|開始轉寄郵件|forwarded message"],
        ["发件人|寄件人|寄件者|發件人", "发送时间|日期|寄件日期|時間|时间|傳送時間|发送日期|已发送", "收件人|收件者|抄送|副本", "主题|主旨|主題"],
        "在此行上方|在此線以上"),
    // Korean
    row(["", "님이 작성|작성|님이 다음을 작성함|님이 씀|님의 말"],
        ["원본 메시지|원본 메일|원본메세지|원본 이메일", "전달된 메시지|전달된 메일|전달한 메시지"],
        ["보낸 사람|보낸사람|발신", "날짜|보낸 날짜|보낸날짜", "받는 사람|받는사람|참조", "제목"],
        "이 줄 위에"),
    // Vietnamese
    row(["vào|lúc", "đã viết|viết"],
        ["thư gốc|tin nhắn gốc", "thư đã chuyển tiếp|thư được chuyển tiếp"],
        ["từ|người gửi", "ngày|đã gửi|gửi", "tới|đến", "chủ đề|tiêu đề"],
        "phía trên dòng này"),
    // Indonesian, Malay, Filipino
    row(["pada|noong", "menulis|sinulat ni"],
        ["pesan asli|mesej asal", "pesan terusan|pesan diteruskan|mesej dimajukan"],
        ["dari|daripada", "tanggal|tarikh|dikirim|dihantar", "kepada", "subjek|perihal"],
        "di atas baris ini"),
    // Thai, Hindi
    row(["เมื่อ|ใน|को", "เขียน|เขียนว่า|ने लिखा|लिखा"],
        ["ข้อความต้นฉบับ|मूल संदेश", "ข้อความที่ส่งต่อ|अग्रेषित संदेश"],
        ["จาก|प्रेषक", "วันที่|ส่งเมื่อ|दिनांक", "ถึง|प्राप्तकर्ता", "เรื่อง|विषय"],
        "เหนือบรรทัดนี้"),
    // Arabic, Persian
    row(["في|بتاريخ|در", "كتب|كتبت|نوشت|نوشته"],
        ["الرسالة الأصلية|رسالة أصلية|پیام اصلی", "رسالة معاد توجيهها|الرسالة المعاد توجيهها|پیام ارسال‌شده"],
        ["من|از", "التاريخ|تاريخ|تم الإرسال|تاریخ", "إلى|الى|به", "الموضوع|موضوع"],
        "فوق هذا السطر"),
    // Hebrew
    row(["בתאריך|ב", "כתב|כתבה|כתב/ה|מאת"],
        ["הודעה מקורית", "הודעה שהועברה|הודעה מועברת"],
        ["מאת|מ", "תאריך|נשלח", "אל", "נושא"],
        "מעל שורה זו"),
];
