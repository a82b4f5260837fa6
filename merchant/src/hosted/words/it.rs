//! Italian.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "it",
    dir: "ltr",
    months: [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    day: "{day} {month}",
    first: "1º",
    your_account: "il conto",
    your_bank: "la banca",
    reconnect: "Ricollegare {bank}",
    hello: "Buongiorno {name},",
    broken: "{bank} non condivide più {account} con {shop}. I pagamenti da questo conto non funzionano finché non viene ricollegato.",
    number_ended: "I pagamenti da {account} presso {bank} si sono interrotti. Una volta ricollegato il conto, {shop} potrà usarlo di nuovo.",
    number_ends: "Dopo il {date} i pagamenti da {account} presso {bank} non funzioneranno più, a meno che il conto non venga ricollegato per {shop}.",
    how: "Basta circa un minuto. L’accesso avviene presso {bank}; {shop} non vede mai la password.",
    choose: "Lì va scelto lo stesso conto: {account}.",
    button: "Ricollega {bank}",
    or_open: "Oppure apra questo indirizzo:",
    until: "Il link funziona fino al {date}, una volta sola e solo per questo conto. Non lo condivida.",
    unexpected: "Non si aspettava questo messaggio? Non faccia nulla e nulla cambierà. {shop} non chiede mai una password per e-mail.",
    no_script: "Per ricollegare serve JavaScript. Lo attivi e apra di nuovo il link, o chieda aiuto a {shop}.",
    back: "Torna a {shop}",
    again: "Ricomincia",
    done: ["{bank}: conto collegato", "Questo link ha fatto il suo lavoro. Non resta altro da fare."],
    used: [
        "Questo link è già stato usato",
        "Un link funziona una volta sola. {account}: serve un nuovo link per ricollegare il conto.",
    ],
    expired: [
        "Questo link è scaduto",
        "Un link funziona solo per qualche giorno. {account}: non è cambiato nulla.",
    ],
    send_new: "Invia un nuovo link a {address}",
    sent_new: [
        "Controlli la posta",
        "{shop} invia un nuovo link a {address}, al massimo uno ogni due giorni. Se non ne arriva nessuno, uno è stato inviato poco prima: usi quello.",
    ],
    unknown: [
        "Questo link non funziona",
        "Forse manca una parte dell’indirizzo. Apra di nuovo l’e-mail e prema il pulsante, o acceda a {shop}.",
    ],
    help: "Assistenza di {shop}",
};
