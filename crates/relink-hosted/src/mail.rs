//! The email that asks a customer to reconnect: a subject, a plain text and markup that say the same.
//!
//! It names the merchant, the bank and the account, and holds one secret, the link. It needs no image and loads
//! nothing; its one style sheet stands in its head, with a colour scheme for dark screens.

use crate::rules::Reason;
use crate::words::{Names, Words, words};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use relink_wire::{Account, DisplayText};

/// The email's style sheet. The preview's policy allows exactly this one, by its hash.
pub const STYLE: &str = include_str!("../assets/mail.css");

/// What an email is about.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// The merchant's name.
    pub shop: &'a str,
    /// The customer's name.
    pub name: &'a str,
    /// The customer's language.
    pub lang: &'a str,
    /// The accounts, the most urgent first: of one customer at one bank.
    pub accounts: &'a [&'a Account],
    /// Why the first is to be relinked; of several it is not said.
    pub reason: &'a Reason,
    /// The link.
    pub link: &'a str,
    /// Until when the link is good, in Unix seconds.
    pub expires_at: i64,
    /// Where there is help, where the merchant says so.
    pub help: Option<&'a str>,
}

/// An email as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// In one line.
    pub subject: String,
    /// For whoever reads plain text.
    pub text: String,
    /// For everybody else.
    pub html: String,
    /// BCP 47.
    pub lang: &'static str,
}

impl Letter<'_> {
    fn is_about_several(&self) -> bool {
        self.accounts.len() > 1
    }

    /// The accounts' names, one a line.
    fn lines(&self, words: &Words) -> Vec<String> {
        self.accounts.iter().map(|account| words.account(name(account).as_deref()).to_owned()).collect()
    }
}

/// Writes an email.
pub fn write(letter: &Letter<'_>) -> Mail {
    let words = words(letter.lang);
    let first = letter.accounts.first().copied();
    let account = first.filter(|_| !letter.is_about_several()).and_then(name);
    let date = words.date(letter.expires_at);
    let names = Names {
        shop: letter.shop,
        bank: first.and_then(bank),
        account: account.as_deref(),
        name: letter.name,
        date: &date,
        address: None,
    };
    Mail {
        subject: format!("{} · {}", words.plain(words.reconnect, &names), letter.shop),
        text: plain(letter, words, &names),
        html: markup(letter, words, &names).into_string(),
        lang: words.language,
    }
}

/// The bank's name, cleaned.
pub fn bank(account: &Account) -> Option<&str> {
    account.institution_name.as_ref().map(DisplayText::as_str)
}

/// The account's name and the end of its number, as far as the bank gives them. The dots and the number stay in one line.
pub fn name(account: &Account) -> Option<String> {
    let number = account.last4.as_ref().map(|last4| format!("••••\u{a0}{}", last4.as_str()));
    match (account.display_name.as_ref(), number) {
        (Some(name), Some(number)) => Some(format!("{name} {number}")),
        (Some(name), None) => Some(name.to_string()),
        (None, number) => number,
    }
}

/// Why, as a text of the language, and the day that it speaks of.
pub fn because(reason: &Reason, words: &Words) -> (&'static str, Option<String>) {
    match reason {
        Reason::Inactive(_) => (words.broken, None),
        Reason::NumberEnded => (words.number_ended, None),
        Reason::NumberEnds(on) => (words.number_ends, Some(words.date(*on))),
    }
}

fn plain(letter: &Letter<'_>, words: &Words, names: &Names<'_>) -> String {
    let (why, on) = because(letter.reason, words);
    let why_names = Names { date: on.as_deref().unwrap_or_default(), ..*names };
    let say = |text| words.plain(text, names);
    let (because, choose, until) = if letter.is_about_several() {
        let lines =
            letter.lines(words).iter().map(|line| format!("\n{}", words.isolated(line))).collect::<String>();
        (format!("{}{lines}", say(words.several)), words.choose_several, words.until_several)
    } else {
        (words.plain(why, &why_names), words.choose, words.until)
    };
    [
        say(words.hello),
        because,
        format!("{} {}", say(words.how), say(choose)),
        format!("{}\n{}", say(words.button), letter.link),
        say(until),
        say(words.unexpected),
        letter.help.map_or_else(String::new, |help| format!("{}\n{help}", say(words.help))),
        letter.shop.to_owned(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("\n\n")
        + "\n"
}

fn markup(letter: &Letter<'_>, words: &Words, names: &Names<'_>) -> Markup {
    let (why, on) = because(letter.reason, words);
    let why_names = Names { date: on.as_deref().unwrap_or_default(), ..*names };
    let say = |text| words.markup(text, names);
    let is_several = letter.is_about_several();
    html! {
        (DOCTYPE)
        html lang=(words.language) dir=(words.direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (words.plain(words.reconnect, names)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main .sheet {
                    p .shop { (letter.shop) }
                    h1 { (say(words.reconnect)) }
                    p { (say(words.hello)) }
                    p { @if is_several { (say(words.several)) } @else { (words.markup(why, &why_names)) } }
                    p .account {
                        b { bdi { (words.bank(names.bank)) } }
                        @for line in letter.lines(words) { br; bdi { (line) } }
                    }
                    p { (say(words.how)) " " (say(if is_several { words.choose_several } else { words.choose })) }
                    p .action { a .button href=(letter.link) { (say(words.button)) } }
                    p .fine { (say(words.or_open)) br; a .address dir="ltr" href=(letter.link) { (letter.link) } }
                    p .fine { (say(if is_several { words.until_several } else { words.until })) }
                    p .fine { (say(words.unexpected)) }
                    @if let Some(help) = letter.help { p .fine { a href=(help) { (say(words.help)) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::EVERY;
    use relink_wire::Cause;
    use serde_json::json;

    fn account() -> Account {
        Account::decode(&json!({
            "id": "fca_1", "institution_name": "Harbour <b>Bank", "display_name": "Everyday Checking", "last4": "1234",
            "status": "inactive",
        }))
        .expect("an account")
    }

    fn mail(lang: &str, reason: &Reason) -> Mail {
        let (account, link, help) = (account(), "https://shop.example/r/abc", "https://shop.example/help");
        let (shop, name) = ("Pinegrove Market", "Maya");
        write(&Letter {
            shop,
            name,
            lang,
            accounts: &[&account],
            reason,
            link,
            expires_at: 1_796_774_400,
            help: Some(help),
        })
    }

    #[test]
    fn it_names_merchant_bank_and_mask_in_both_parts_and_in_every_language() {
        for lang in EVERY.map(|words| words.language) {
            let mail = mail(lang, &Reason::Inactive(Cause::AccessExpired));
            for needed in
                ["Pinegrove Market", "Everyday Checking ••••\u{a0}1234", "https://shop.example/r/abc"]
            {
                assert!(mail.text.contains(needed) && mail.html.contains(needed), "{lang}: {needed}");
            }
            assert!(mail.subject.contains("Harbour <b>Bank"), "{}", mail.subject);
            assert_eq!(mail.lang, lang);
        }
    }

    #[test]
    fn it_is_whole_in_every_language_for_every_reason_with_every_hole_filled() {
        let reasons = [
            (Reason::Inactive(Cause::AccessExpired), None),
            (Reason::NumberEnded, None),
            (Reason::NumberEnds(1_797_033_600), Some(1_797_033_600)),
        ];
        for words in EVERY {
            for (reason, ends) in &reasons {
                let mail = mail(words.language, reason);
                let markup = mail.html.replace(STYLE, "");
                for part in [&mail.subject, &mail.text, &markup] {
                    assert!(!part.contains(['{', '}']), "{}: {part}", words.language);
                }
                let days = [Some(1_796_774_400), *ends].into_iter().flatten().map(|day| words.date(day));
                let needed = ["Maya", "Harbour <b>Bank", "https://shop.example/help"].map(String::from);
                for needed in needed.into_iter().chain(days) {
                    assert!(mail.text.contains(&needed), "{}: {needed} in {}", words.language, mail.text);
                }
            }
        }
    }

    #[test]
    fn several_accounts_are_listed_one_a_line_in_every_language_with_every_hole_filled() {
        let (first, mut second) = (account(), account());
        second.display_name = relink_wire::DisplayText::parse("Savings");
        for words in EVERY {
            let mail = write(&Letter {
                shop: "Pinegrove Market",
                name: "Maya",
                lang: words.language,
                accounts: &[&first, &second],
                reason: &Reason::NumberEnded,
                link: "https://shop.example/r/abc",
                expires_at: 1_796_774_400,
                help: None,
            });
            let markup = mail.html.replace(STYLE, "");
            for part in [&mail.text, &markup] {
                assert!(!part.contains(['{', '}']), "{}: {part}", words.language);
                for name in ["Everyday Checking ••••\u{a0}1234", "Savings ••••\u{a0}1234", "Pinegrove Market"]
                {
                    assert!(part.contains(name), "{}: {name} in {part}", words.language);
                }
                assert!(part.contains(&words.date(1_796_774_400)), "{}: the day", words.language);
            }
            let line = |line: &&str| line.trim_matches(['\u{2068}', '\u{2069}']) == "Savings ••••\u{a0}1234";
            assert_eq!(mail.text.lines().filter(line).count(), 1, "{}", mail.text);
        }
    }

    #[test]
    fn a_banks_name_is_never_markup_and_the_language_says_its_direction() {
        let mail = mail("ar", &Reason::NumberEnded);
        assert!(mail.html.contains("Harbour &lt;b&gt;Bank") && !mail.html.contains("<b>Bank"));
        assert!(mail.html.contains(r#"<html lang="ar" dir="rtl">"#));
    }

    #[test]
    fn it_loads_nothing_and_runs_nothing() {
        let html = mail("en", &Reason::NumberEnded).html;
        for foreign in ["<img", "<script", "src=", "@import", "url(", " style="] {
            assert!(!html.contains(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_day_on_which_a_number_ends_is_another_than_that_of_the_link() {
        let text = mail("en", &Reason::NumberEnds(1_797_033_600)).text;
        assert!(
            text.contains("After 12 December") && text.contains("for this account, until 9 December"),
            "{text}"
        );
    }
}
