//! One thing has one name: in each language, the words of `src/words/STYLE.md` stand in the messages that are about that
//! thing, of the widget and of the email alike. A stem is enough, since languages bend words; several where they bend the
//! stem itself.

use relink_words::{HOSTED, Language, Message, WIDGET, build};
use std::path::Path;

/// What has one name, and in which messages it must be called by it: the widget's, and the email's and hosted page's.
const ABOUT: [(&[&str], &[&str]); 9] = [
    // Reconnect.
    (
        &[
            "reconnect",
            "reconnect_the_rest",
            "chip_not_repairable",
            "not_repairable",
            "beyond_repair.heading",
            "notice_degraded",
            "notice_inactive",
            "not_allowed.what",
            "misconfigured.next",
            "unsupported.next",
        ],
        &["reconnect", "subject", "button", "broken", "several", "used.text"],
    ),
    // Account.
    (
        &[
            "same_account",
            "any_account",
            "choose",
            "use_this_account",
            "beyond_repair.heading",
            "closed_account.heading",
            "way_on",
            "relinked.text",
        ],
        &["unnamed_account", "several"],
    ),
    // Sign in.
    (
        &["sign_in_there", "no_sign_in", "payments_end", "signed_out.next", "sign_in_at_merchant"],
        &["how", "over.text"],
    ),
    // Connection, or to connect.
    (
        &["unknown_cause", "unstated", "keep_connected", "stays_as_it_is", "unexplained_mismatch.text"],
        &["done.heading"],
    ),
    // Share.
    (
        &["share_more", "unspecified", "access_ends", "choose_hint", "choose_none", "shared_more.text"],
        &["broken"],
    ),
    // Bank.
    (
        &["step_bank", "unnamed_bank", "unnamed_bank_first", "test_mode", "access_expired"],
        &["unnamed_bank", "unnamed_bank_first"],
    ),
    // Window.
    (
        &["preparing.text", "window", "elsewhere", "notice_closed", "open_window_again", "blocked.heading"],
        &[],
    ),
    // What a permission lets the merchant do beside payments: see.
    (&["balances", "transactions", "ownership", "account_numbers", "unknown_permission"], &[]),
    // The end of a session at the shop.
    (&["signed_out.heading", "signed_out.what"], &[]),
];

/// A row for each language: its tag, then the stems of each thing of [`ABOUT`] in that order. `a/b` is either, `a+b` is both,
/// and `_` is the space after a word that is also the beginning of others.
const GLOSSARY: &str = "
en | reconnect | account | sign in | connect | shar | bank | window | see_ | signed+out
de | wieder+verb | kont | meld | verb | freig/frei | bank | fenster | sehen | abgemeldet
fr | reconne | compte | identifi | conne | partag | banque | fenêtre | voir | session
es | recone | cuenta | identif | conexi | compart | banco | ventana | ver_ | sesión
it | ricolleg | cont | acce | colleg | condivi | banc | finestra | vedere | sessione
pt-BR | reconect | conta | entr | conex | compartilh | banco | janela | ver_ | sessão
pt-PT | volt+lig | conta | entr | liga | partilh | banco | janela | ver_ | sessão
nl | opnieuw+koppel | rekening | log | koppel | deel/del | bank | venster | zien | uitgelogd
sv | anslut+igen | konto | logga | anslut | del | bank | fönst | se_ | loggad+ut
da | forbind+igen | kont | log | forbind/forbund | del | bank | vindue | se_/se, | logge+ud
nb | koble+igjen | konto | logg | tilkobl/koblet | del | bank | vindu | se_ | logget+ut
fi | uudelleen+yhdist | tili | kirjau | yhte/yhdist | jaka/jako/jaa | pank | ikkuna | näh | kirja+ulos
pl | ponown+łącz | kont | log | połącz/łącz | udostępni | bank | okn | wgląd | wylogowa
cs | znovu+propoj/opětovn+propoj | účet/účt | přihla/přihlá | propoj | sdíl | bank/banc | okn | vidět | odhlás/odhlášen
uk | знову+підключ | рахун | вход/увій | підключ | надав/надат/надає | банк | вікн | бачити | сеанс
el | επανασύνδεσ | λογαριασμ | συνδέ/συνδε/σύνδεσ | σύνδεσ/συνδέ | κοινοπο | τράπεζ/τραπεζ | παράθυρ/παραθύρ | προβολή | αποσυνδε/αποσύνδε
tr | yeniden bağla | hesa | giriş | bağlant/bağland | paylaş | banka | pencere | görmek | oturum
ar | إعادة+ربط/تعيد+ربط/إعادة+الربط | حساب | سجّل الدخول/تسجيل الدخول/تسجّل الدخول | ربط | شارك | مصر/مصارف | نافذ | الاطلاع | خروج
he | מחדש+חבר/מחדש+חיבור | חשבון/חשבונ | כניסה/היכנסו/להיכנס | חיבור/מחובר | שית/שתפ/שתף | בנק | חלון | צפייה | נותקתם/ניתק
ja | 再接続 | 口座 | ログイン | 接続 | 共有 | 銀行 | 画面 | 確認 | ログアウト
ko | 다시 연결 | 계좌 | 로그인 | 연결 | 공유 | 은행 | 창 | 보기 | 로그아웃
zh-Hans | 重新连接 | 账户 | 登录 | 连接 | 共享 | 银行 | 窗口 | 查看 | 退出登录
zh-Hant | 重新連結 | 帳戶 | 登入 | 連結 | 分享 | 銀行 | 視窗 | 查看 | 登出
hi | फिर से+जोड़/फिर से+जुड़ | खात | साइन इन | कनेक्शन/जुड़ | साझा | बैंक | विंडो | देखना | साइन आउट
";

const FOLDERS: [(&str, &[&str]); 2] =
    [("src/words/languages", WIDGET), ("crates/relink-hosted/src/words/languages", HOSTED)];

fn languages(folder: &str, holes: &[&str]) -> Vec<Language> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    build(&folder, holes).unwrap_or_else(|flaws| panic!("{flaws}"))
}

/// The stems of each thing in that language.
fn glossary(tag: &str) -> Vec<Vec<String>> {
    let row = GLOSSARY.lines().find_map(|row| row.split_once(" | ").filter(|(own, _)| *own == tag));
    let Some((_, things)) = row else { panic!("{tag} has no glossary") };
    let stems = |thing: &str| thing.split('/').map(|stem| stem.replace('_', " ")).collect();
    things.split(" | ").map(stems).collect()
}

/// Whether it is called by one of those stems.
fn is_called(said: &str, stems: &[String]) -> bool {
    stems.iter().any(|stem| stem.split('+').all(|stem| said.contains(stem)))
}

/// The texts of that language that are about a thing and call it otherwise.
fn misnamed(language: &Language, about: impl Fn(usize) -> &'static [&'static str]) -> Vec<String> {
    let mut misnamed = Vec::new();
    for (thing, stems) in glossary(&language.tag).iter().enumerate() {
        for (name, text) in language.texts() {
            if about(thing).contains(&name.as_str()) && !is_called(&text.to_lowercase(), stems) {
                misnamed.push(format!("{}: `{name}` says \"{text}\" without any of {stems:?}", language.tag));
            }
        }
    }
    misnamed
}

fn strangers(folder: &str, holes: &[&str], about: impl Fn(usize) -> &'static [&'static str]) -> Vec<String> {
    languages(folder, holes).iter().flat_map(|language| misnamed(language, &about)).collect()
}

#[test]
fn another_word_for_the_same_thing_is_found() {
    let (folder, holes) = FOLDERS[0];
    for (tag, name, other) in [
        ("de", "reconnect", "{Bank} neu koppeln"),
        ("es", "reconnect_the_rest", "Volver a conectar las demás"),
        ("pt-PT", "signed_out.heading", "A sua entrada terminou"),
        ("sv", "balances", "Visa saldot"),
    ] {
        let mut language =
            languages(folder, holes).into_iter().find(|own| own.tag == tag).expect("a language");
        assert!(misnamed(&language, |thing| ABOUT[thing].0).is_empty());
        for (own, entry) in &mut language.entries {
            match (entry, name.split_once('.')) {
                (Message::Text(text), None) if own == name => *text = other.into(),
                (Message::Parts(parts), Some((whole, part))) if own == whole => {
                    parts
                        .iter_mut()
                        .filter(|(own, _)| own == part)
                        .for_each(|(_, text)| *text = other.into());
                }
                (Message::Text(_) | Message::Parts(_), _) => {}
            }
        }
        let found = misnamed(&language, |thing| ABOUT[thing].0);
        assert!(found.len() == 1 && found[0].contains(other), "{tag}: {found:?}");
    }
}

#[test]
fn the_widget_calls_each_thing_by_its_name() {
    let strangers = strangers("src/words/languages", WIDGET, |thing| ABOUT[thing].0);
    assert!(strangers.is_empty(), "{}", strangers.join("\n"));
}

#[test]
fn the_email_calls_each_thing_as_the_widget_does() {
    let strangers = strangers("crates/relink-hosted/src/words/languages", HOSTED, |thing| ABOUT[thing].1);
    assert!(strangers.is_empty(), "{}", strangers.join("\n"));
}

/// A name that hangs on a colon or stands in brackets is one that the sentence had no place for.
#[test]
fn no_sentence_is_glued_to_the_name_of_a_bank_or_shop() {
    let names = ["{bank}", "{Bank}", "{ bank}", "{shop}", "{Shop}", "{ shop}"];
    let mut glued = Vec::new();
    for (folder, holes) in FOLDERS {
        for language in languages(folder, holes) {
            for (which, text) in language.texts() {
                let by = |glue: &str| names.iter().any(|name| text.contains(&format!("{glue}{name}")));
                let says_who_writes = which == "subject" && text.starts_with("{shop}");
                if !says_who_writes && [": ", ":\u{a0}", "：", "(", "（", "– "].into_iter().any(by) {
                    glued.push(format!("{}: `{which}` says \"{text}\"", language.tag));
                }
            }
        }
    }
    assert!(glued.is_empty(), "{}", glued.join("\n"));
}

/// `{ bank}` brings its own space, and follows a word.
#[test]
fn a_name_that_follows_the_word_for_its_thing_does_so_at_once() {
    for (folder, holes) in FOLDERS {
        for language in languages(folder, holes) {
            for (which, text) in language.texts() {
                for (at, _) in text.match_indices("{ ") {
                    let before = text[..at].chars().next_back();
                    assert!(
                        before.is_some_and(char::is_alphabetic),
                        "{}: `{which}` says \"{text}\"",
                        language.tag
                    );
                }
            }
        }
    }
}

/// What must not stand before a name: it would change with the name's first letter, its gender or its case, and a name is
/// filled in as it is. Or it shows both forms, as no person writes.
const CHANGING: [(&str, &[&str]); 7] = [
    // "d’Acme", "qu’Acme".
    ("fr", &["de {", "que {", "jusque {", "lorsque {", "puisque {"]),
    // "e ING", "u Otto".
    ("es", &["y {", "o {"]),
    // `{bank}` and `{shop}` are datives where the name is not known: "Ihrer Bank".
    ("de", &["für {bank}", "für {shop}", "ohne {bank}", "ohne {shop}", "gegen {shop}", "durch {bank}"]),
    // "nesta loja", "desta loja": where its name is not known, the shop is "esta loja".
    ("pt-BR", &["em {shop}", "de {shop}"]),
    ("pt-PT", &["em {shop}", "de {shop}"]),
    // "στο κατάστημα", never "σε το κατάστημα".
    ("el", &["σε {shop}", "σε {bank}", "από {shop}", "από {bank}", "με {shop}", "με {bank}"]),
    ("ko", &["(으)로", "와(과)", "을(를)", "은(는)", "이(가)"]),
];

#[test]
fn nothing_before_a_name_would_have_to_change_with_it() {
    let mut wrong = Vec::new();
    for (folder, holes) in FOLDERS {
        for language in languages(folder, holes) {
            let changing =
                CHANGING.iter().find(|(tag, _)| *tag == language.tag).map_or(&[][..], |(_, all)| all);
            for (which, text) in language.texts() {
                let said = format!(" {}", text.to_lowercase());
                // The email always knows the shop's name, which is the same in every case.
                let known = |word: &str| holes == HOSTED && word.ends_with("{shop}");
                if changing.iter().any(|word| !known(word) && said.contains(&format!(" {word}")))
                    || language.tag == "ko" && changing.iter().any(|word| said.contains(word))
                {
                    wrong.push(format!("{}: `{which}` says \"{text}\"", language.tag));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// In Czech and Polish a preposition or conjunction of one letter never ends a line.
#[test]
fn a_word_of_one_letter_stays_with_the_next() {
    let mut alone = Vec::new();
    for (folder, holes) in FOLDERS {
        for language in languages(folder, holes) {
            if !["cs", "pl"].contains(&language.tag.as_str()) {
                continue;
            }
            for (which, text) in language.texts() {
                let mut words = text.split(' ').rev().skip(1);
                if words.any(|word| matches!(word.chars().collect::<Vec<_>>()[..], [c] if c.is_alphabetic()))
                {
                    alone.push(format!("{}: `{which}` says \"{text}\"", language.tag));
                }
            }
        }
    }
    assert!(alone.is_empty(), "{}", alone.join("\n"));
}

#[test]
fn french_marks_stand_after_a_space_that_does_not_break() {
    for (folder, holes) in FOLDERS {
        let languages = languages(folder, holes);
        let french = languages.iter().find(|language| language.tag == "fr").expect("French");
        for (which, text) in french.texts() {
            for mark in [';', '?', '!', ':'] {
                let broken = format!(" {mark}");
                assert!(!text.contains(&broken), "`{which}` says \"{text}\"");
            }
        }
    }
}

#[test]
fn each_message_that_is_looked_at_is_one() {
    let english = |folder, holes| languages(folder, holes).swap_remove(0);
    let widget = english("src/words/languages", WIDGET);
    let email = english("crates/relink-hosted/src/words/languages", HOSTED);
    for (of_widget, of_email) in ABOUT {
        for (language, names) in [(&widget, of_widget), (&email, of_email)] {
            let all: Vec<String> = language.texts().into_iter().map(|(name, _)| name).collect();
            assert!(names.iter().all(|name| all.iter().any(|own| own == name)), "{names:?}");
        }
    }
}
