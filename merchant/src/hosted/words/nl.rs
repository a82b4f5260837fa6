//! Dutch.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "nl",
    dir: "ltr",
    months: [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    day: "{day} {month}",
    first: "1",
    your_account: "uw rekening",
    your_bank: "uw bank",
    reconnect: "{bank} opnieuw koppelen",
    hello: "Beste {name},",
    broken: "{bank} deelt {account} niet meer met {shop}. Betalingen vanaf deze rekening werken pas weer als u haar opnieuw koppelt.",
    number_ended: "Betalingen vanaf {account} bij {bank} zijn gestopt. Koppel de rekening opnieuw, dan kan {shop} haar weer gebruiken.",
    number_ends: "Na {date} werken betalingen vanaf {account} bij {bank} niet meer, tenzij u de rekening opnieuw koppelt voor {shop}.",
    how: "Het duurt ongeveer een minuut. U logt in bij {bank}; {shop} ziet uw wachtwoord nooit.",
    choose: "Kies daar dezelfde rekening: {account}.",
    button: "{bank} opnieuw koppelen",
    or_open: "Of open dit adres:",
    until: "De link werkt tot {date}, één keer en alleen voor deze rekening. Geef hem niet door.",
    unexpected: "Had u dit niet verwacht? Doe dan niets, en er verandert niets. {shop} vraagt nooit per e-mail om een wachtwoord.",
    no_script: "Voor het koppelen is JavaScript nodig. Zet het aan en open de link opnieuw, of vraag {shop} om hulp.",
    back: "Terug naar {shop}",
    again: "Opnieuw beginnen",
    done: ["{bank} is gekoppeld", "Deze link heeft zijn werk gedaan. U hoeft niets meer te doen."],
    used: [
        "Deze link is al gebruikt",
        "Een link werkt één keer. {account} moet opnieuw worden gekoppeld, met een nieuwe link.",
    ],
    expired: [
        "Deze link is verlopen",
        "Een link werkt maar een paar dagen. Aan {account} is niets veranderd.",
    ],
    send_new: "Stuur een nieuwe link naar {address}",
    sent_new: [
        "Kijk in uw mailbox",
        "{shop} stuurt een nieuwe link naar {address}, hoogstens één per twee dagen. Komt er geen, dan is er kort daarvoor een gestuurd: gebruik die.",
    ],
    unknown: [
        "Deze link werkt niet",
        "Misschien ontbreekt er een deel van het adres. Open de e-mail opnieuw en druk op de knop, of log in bij {shop}.",
    ],
    help: "Hulp van {shop}",
};
