use crate::mail::answer::is_no_answer;

#[test]
fn greeting_closing_and_name_are_no_answer() {
    for text in [
        "",
        " \n\n",
        "Hi Eva,",
        "hi eva,",
        "Hello",
        "Hi there!",
        "Hi Eva,\n\nBest regards\nAna",
        "Dear Mrs. Lind,\n\nKind regards,\nAna Ruiz\nAcme Support",
        "Hola Eva:\n\nUn saludo,\nAna",
        "Hola, buenos días, Eva:",
        "Estimada señora Lind:\n\nAtentamente,\nAna Ruiz",
        "Guten Tag Frau Lind,\n\nMit freundlichen Grüßen\nAna Ruiz",
        "Best regards,\nAna",
        "Hi Eva,\n\nThanks,\nAna",
        "Hi Eva,\n\nSent from my iPhone",
        "Enviado desde mi iPhone",
        "Hi Eva,\n\n-- \nAna Ruiz\nSupport Engineer",
        "--\nAna",
        "...",
        "Sehr geehrte Damen und Herren,\n\nMit freundlichen Grüßen\nAna",
        "Lieber Herr Lind,",
        "Bonjour Eva,\n\nCordialement,\nAna",
        "Madame, Monsieur,",
        "Chère Eva,",
        "Buongiorno Eva,\n\nCordiali saluti\nAna",
        "Olá Eva,\n\nObrigada,\nAna",
        "Bom dia, Eva",
        "Geachte mevrouw Lind,\n\nMet vriendelijke groet,\nAna",
        "Hej Eva,\n\nMed venlig hilsen\nAna",
        "Hi Eva,\n\nRegards, Ana",
        "Un saludo, Ana",
    ] {
        assert!(is_no_answer(text), "{text}");
    }
}

#[test]
fn whatever_says_something_is_an_answer() {
    for text in [
        "Thanks!",
        "Thank you!",
        "Gracias.",
        "Hi Eva,\n\nThanks!\nAna",
        "Yes",
        "Done",
        "Hi Eva,\n\nDone",
        "Hi Eva,\n\nSí.\n\nUn saludo,\nAna",
        "Hello?",
        "Hi Eva, it left on Monday.",
        "Hi Eva! Done.",
        "Best regards from Berlin, it has arrived here",
        "42",
        "👍",
        "?",
        "Hi works for you",
        "Dear customer, we closed it",
        "Beste Lösung gefunden",
        "Morning works",
        "Thanks, Ana",
        "Salut, it works",
        "Cher is right",
    ] {
        assert!(!is_no_answer(text), "{text}");
    }
}
