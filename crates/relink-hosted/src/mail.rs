//! The email that asks a customer to reconnect: a subject, a plain text and markup that say the same.
//!
//! It names the merchant, the bank and the account, and holds one secret, the link. Mail programs drop style sheets, so
//! each element has its own style, and the button is a table, which Outlook draws whole. The one style sheet is for dark
//! screens. Nothing is loaded but the merchant's logo, if there is one; `e2e/mail.test.mjs` says which mail
//! programs do what is used here.
//!
//! Past 400 lines, since the letter in HTML and in text are written beside each other.

use crate::rules::Reason;
use crate::words::{Names, Words, isolate, words};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use relink_wire::{Account, DisplayText, SafeUrl};

/// The email's style sheet, for dark screens. The preview's policy allows exactly this one, by its hash.
pub const STYLE: &str = include_str!("../assets/mail.css");

/// What an email is about.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// The merchant's name.
    pub shop: &'a str,
    /// The merchant's logo, if there is one.
    pub logo: Option<&'a SafeUrl>,
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
    /// For readers of plain text.
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
        subject: subject(letter, words, &names),
        text: plain(letter, words, &names),
        html: markup(letter, words, &names).into_string(),
        lang: words.language,
    }
}

/// Who asks, what for, and the end of the account's number, by which a customer knows that it is theirs.
fn subject(letter: &Letter<'_>, words: &Words, names: &Names<'_>) -> String {
    let subject = words.plain(words.subject, names);
    match letter.accounts {
        [Account { last4: Some(last4), .. }] => {
            format!("{subject} {}", words.isolated(&format!("••{}", last4.as_str())))
        }
        _ => subject,
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

/// Why, as a text in the language, and the day that it mentions.
pub fn because(reason: &Reason, words: &Words) -> (&'static str, Option<String>) {
    match reason {
        Reason::Inactive(_) => (words.broken, None),
        Reason::NumberEnded => (words.number_ended, None),
        Reason::NumberEnds(on) => (words.number_ends, Some(words.date(*on))),
        Reason::AccessEnds(on) => (words.access_ends, Some(words.date(*on))),
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

/// The styles of the elements, one for each: what a mail program is sure to keep.
mod styles {
    pub const BODY: &str = "margin: 0; padding: 0; background-color: #f7f3ea; color: #22271f;";
    pub const PREHEADER: &str =
        "display: none; max-height: 0; font-size: 1px; line-height: 1px; color: #f7f3ea;";
    pub const PAGE: &str = "background-color: #f7f3ea; border-collapse: collapse;";
    pub const AROUND: &str = "padding: 24px 12px;";
    pub const SHEET: &str = "max-width: 520px; background-color: #fffdf8; border: 1px solid #e0d8c6;";
    pub const INSIDE: &str = "padding: 24px; font-family: Arial, Helvetica, sans-serif; font-size: 16px; \
        line-height: 24px; color: #22271f;";
    pub const LOGO: &str = "display: block; border: 0; margin: 0 0 8px;";
    pub const SHOP: &str =
        "margin: 0 0 16px; color: #1f5c45; font-size: 17px; line-height: 22px; font-weight: bold;";
    pub const HEADING: &str = "margin: 0 0 16px; font-size: 24px; line-height: 30px; font-weight: bold;";
    pub const TEXT: &str = "margin: 0 0 16px;";
    pub const ACCOUNT: &str = "padding: 12px 16px; background-color: #f0eadc;";
    pub const GAP: &str = "font-size: 16px; line-height: 16px;";
    pub const BUTTON_CELL: &str = "background-color: #1f5c45; text-align: center;";
    pub const BUTTON: &str = "display: inline-block; padding: 14px 24px; color: #fffdf8; font-weight: bold; \
        text-decoration: none;";
    pub const FINE: &str = "margin: 0 0 16px; font-size: 13px; line-height: 19px; color: #5c6357;";
    pub const LINK: &str = "color: #1f5c45; word-break: break-all;";
}

/// A table that is there for its place alone.
fn placed(class: &str, width: &str, style: &str, inside: &Markup) -> Markup {
    html! {
        table class=(class) role="presentation" width=(width) align="center" cellpadding="0" cellspacing="0" border="0"
            style=(style) { tbody { (inside) } }
    }
}

fn markup(letter: &Letter<'_>, words: &Words, names: &Names<'_>) -> Markup {
    let (why, on) = because(letter.reason, words);
    let why_names = Names { date: on.as_deref().unwrap_or_default(), ..*names };
    // Gmail and others drop `<bdi>`, so names are set apart by characters.
    let say = |text| words.isolating(text, names);
    let is_several = letter.is_about_several();
    let because = if is_several { say(words.several) } else { words.isolating(why, &why_names) };
    let button = html! {
        tr { td .button-cell style=(styles::BUTTON_CELL) {
            a .button href=(letter.link) style=(styles::BUTTON) { (say(words.button)) }
        } }
    };
    let account = html! {
        tr { td .account style=(styles::ACCOUNT) {
            b { (isolate(words.bank(names.bank))) }
            @for line in letter.lines(words) { br; (isolate(&line)) }
        } }
    };
    let sheet = html! {
        tr { td .inside style=(styles::INSIDE) {
            @if let Some(logo) = letter.logo {
                img src=(logo.as_str()) alt="" width="40" height="40" style=(styles::LOGO);
            }
            p .shop style=(styles::SHOP) { (letter.shop) }
            h1 style=(styles::HEADING) { (say(words.reconnect)) }
            p style=(styles::TEXT) { (say(words.hello)) }
            p style=(styles::TEXT) { (because) }
            (placed("", "100%", "", &account))
            div style=(styles::GAP) { (PreEscaped("&nbsp;")) }
            p style=(styles::TEXT) {
                (say(words.how)) " " (say(if is_several { words.choose_several } else { words.choose }))
            }
            (placed("", "100%", "", &button))
            div style=(styles::GAP) { (PreEscaped("&nbsp;")) }
            p .fine style=(styles::FINE) {
                (say(words.or_open)) br;
                a .address dir="ltr" href=(letter.link) style=(styles::LINK) { (letter.link) }
            }
            p .fine style=(styles::FINE) { (say(if is_several { words.until_several } else { words.until })) }
            p .fine style=(styles::FINE) { (say(words.unexpected)) }
            @if let Some(help) = letter.help {
                p .fine style=(styles::FINE) { a href=(help) style=(styles::LINK) { (say(words.help)) } }
            }
        } }
    };
    let around = html! {
        tr { td style=(styles::AROUND) { (placed("sheet", "100%", styles::SHEET, &sheet)) } }
    };
    html! {
        (DOCTYPE)
        html lang=(words.language) dir=(words.direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (words.plain(words.reconnect, names)) }
                style { (PreEscaped(STYLE)) }
            }
            body style=(styles::BODY) {
                // What a list of emails shows beside the subject.
                div .preheader style=(styles::PREHEADER) { (because) }
                // Screen readers jump here; clients that know no `main` leave the role.
                div role="main" { (placed("page", "100%", styles::PAGE, &around)) }
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
            logo: None,
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
            (Reason::AccessEnds(1_797_033_600), Some(1_797_033_600)),
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
                logo: None,
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
        for foreign in ["<img", "<script", "src=", "@import", "url("] {
            assert!(!html.contains(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_merchants_logo_is_all_that_is_loaded_and_is_not_read_out_beside_the_name() {
        let logo = SafeUrl::https("https://shop.example/logo.png").expect("an address");
        let html = write(&Letter {
            shop: "Pinegrove Market",
            logo: Some(&logo),
            name: "Maya",
            lang: "en",
            accounts: &[&account()],
            reason: &Reason::NumberEnded,
            link: "https://shop.example/r/abc",
            expires_at: 1_796_774_400,
            help: None,
        })
        .html;
        assert_eq!(html.matches("src=").count(), 1);
        assert!(html.contains(r#"<img src="https://shop.example/logo.png" alt="""#), "{html}");
    }

    #[test]
    fn the_subject_says_who_asks_for_which_bank_and_which_account() {
        let mail = mail("en", &Reason::NumberEnded);
        assert_eq!(mail.subject, "Pinegrove Market: reconnect Harbour <b>Bank ••1234");
    }

    #[test]
    fn a_list_of_emails_shows_why_beside_the_subject() {
        let html = mail("en", &Reason::Inactive(Cause::AccessExpired)).html;
        let (_, body) = html.split_once("<body").expect("a body");
        let first = body.find("has stopped sharing").expect("why");
        assert!(first < body.find("<table").expect("the visible part"), "{body}");
    }

    #[test]
    fn every_element_that_a_mail_program_draws_has_its_own_style() {
        let html = mail("en", &Reason::NumberEnded).html;
        let (_, body) = html.split_once("<body").expect("a body");
        for element in ["<p", "<h1", "<a ", "<td"] {
            for (at, _) in body.match_indices(element) {
                let tag = &body[at..at + body[at..].find('>').unwrap_or_default()];
                assert!(tag.contains("style="), "{tag}");
            }
        }
    }

    /// Looked at by people, and put to what is known of mail programs by `e2e/mail.test.mjs`.
    #[test]
    fn the_kept_email_is_the_one_that_is_written() {
        let kept = include_str!("../assets/kept-email.html");
        let written = mail("en", &Reason::Inactive(Cause::AccessExpired)).html;
        assert!(
            kept.trim_end() == written,
            "crates/relink-hosted/assets/kept-email.html should be:\n{written}"
        );
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
