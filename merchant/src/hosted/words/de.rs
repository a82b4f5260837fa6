//! German.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "de",
    dir: "ltr",
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    day: "{day}. {month}",
    first: "1",
    your_account: "Ihr Konto",
    your_bank: "Ihre Bank",
    reconnect: "{bank} wieder verbinden",
    hello: "Guten Tag {name},",
    broken: "{bank} gibt {account} nicht mehr für {shop} frei. Zahlungen von dort sind erst wieder möglich, wenn Sie es neu verbinden.",
    number_ended: "Zahlungen von {account} bei {bank} sind zurzeit nicht möglich. Verbinden Sie es neu, damit {shop} es wieder nutzen kann.",
    number_ends: "Nach dem {date} sind Zahlungen von {account} bei {bank} nicht mehr möglich, wenn Sie es für {shop} nicht neu verbinden.",
    how: "Das dauert etwa eine Minute. Sie melden sich bei {bank} an; {shop} sieht Ihr Passwort nie.",
    choose: "Wählen Sie dort dasselbe Konto: {account}.",
    button: "{bank} wieder verbinden",
    or_open: "Oder öffnen Sie diese Adresse:",
    until: "Der Link gilt bis zum {date}, einmal und nur für dieses Konto. Geben Sie ihn nicht weiter.",
    unexpected: "Sie haben das nicht erwartet? Dann tun Sie nichts, und nichts ändert sich. {shop} fragt nie per E-Mail nach einem Passwort.",
    no_script: "Zum Verbinden wird JavaScript gebraucht. Schalten Sie es ein und öffnen Sie den Link noch einmal, oder fragen Sie {shop} um Hilfe.",
    back: "Zurück zu {shop}",
    again: "Noch einmal beginnen",
    done: ["{bank} ist verbunden", "Dieser Link hat seinen Dienst getan. Sie müssen nichts weiter tun."],
    used: [
        "Dieser Link wurde schon benutzt",
        "Ein Link gilt nur einmal. {account} muss noch einmal verbunden werden, mit einem neuen Link.",
    ],
    expired: [
        "Dieser Link ist abgelaufen",
        "Ein Link gilt nur einige Tage. An {account} hat sich nichts geändert.",
    ],
    send_new: "Neuen Link an {address} senden",
    sent_new: [
        "Sehen Sie in Ihr Postfach",
        "{shop} sendet einen neuen Link an {address}, höchstens einen in zwei Tagen. Kommt keiner an, wurde kurz zuvor einer gesendet: Nehmen Sie diesen.",
    ],
    unknown: [
        "Dieser Link funktioniert nicht",
        "Vielleicht fehlt ein Teil der Adresse. Öffnen Sie die E-Mail noch einmal und drücken Sie dort auf die Schaltfläche, oder melden Sie sich bei {shop} an.",
    ],
    help: "Hilfe von {shop}",
};
