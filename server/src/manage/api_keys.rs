//! Keys of the merchant's own servers.

use super::error::ManageError;
use relink_hosted::{api_key_fingerprint, dates};
use relink_store::Store;
use relink_store::api_keys::{ApiKey, Scope};
use relink_store::security_events::Source;

const DAY: i64 = 86_400;
/// The longest that a key may be made for, in days.
const LONGEST: i64 = 3650;
/// Days after which a key that nobody used is said to be so.
const UNUSED: i64 = 30;

/// Reads what a new key is to be.
pub(super) fn wanted(name: &str, options: &[&str], now: i64) -> Result<ApiKey, ManageError> {
    if !is_key_name(name) {
        return Err(ManageError::BadName);
    }
    let (mut scopes, mut expires_at) = (None, None);
    for option in options.chunks(2) {
        match option {
            ["--scope", text] if scopes.is_none() => scopes = Some(read_scopes(text)?),
            ["--expires", text] if expires_at.is_none() => expires_at = Some(now + read_days(text)? * DAY),
            _ => return Err(ManageError::Usage),
        }
    }
    Ok(ApiKey {
        name: name.into(),
        scopes: scopes.unwrap_or_else(|| Scope::USUAL.to_vec()),
        created_at: now,
        expires_at,
        last_used_day: None,
    })
}

/// Makes it; answers the key itself.
pub(super) async fn add(store: &Store, wanted: ApiKey, by: &Source<'_>) -> Result<String, ManageError> {
    let key = format!("mk_{}", relink_seal::random_token());
    let is_new = store.put_api_key(&api_key_fingerprint(&key), &wanted, by).await?;
    if is_new { Ok(key) } else { Err(ManageError::KeyExists(wanted.name)) }
}

/// Makes one worthless.
pub(super) async fn revoke(store: &Store, name: &str, by: &Source<'_>) -> Result<String, ManageError> {
    if store.revoke_api_key(name, by).await? {
        Ok(format!("{name} is worthless now."))
    } else {
        Err(ManageError::NoSuchKey(name.into()))
    }
}

/// Says which there are: a line each.
pub(super) async fn list(store: &Store, now: i64) -> Result<String, ManageError> {
    let lines: Vec<String> = store.api_keys().await?.iter().map(|key| line(key, now)).collect();
    Ok(if lines.is_empty() { "There is no key yet.".into() } else { lines.join("\n") })
}

fn line(key: &ApiKey, now: i64) -> String {
    let day = |at: i64| dates::utc(at).date().to_string();
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let expires = match key.expires_at {
        None => "does not run out".into(),
        Some(at) if at <= now => format!("ran out on {}", day(at)),
        Some(at) => format!("runs out on {}", day(at)),
    };
    let last = key.last_used_day.map(|last| last * DAY);
    let unused = (now - last.unwrap_or(key.created_at)) / DAY;
    let used = match last {
        Some(at) if unused >= UNUSED => format!("last used on {}, {unused} days ago", day(at)),
        Some(at) => format!("last used on {}", day(at)),
        None if unused >= UNUSED => format!("never used in {unused} days"),
        None => "not used yet".into(),
    };
    format!("{}  {}  made on {}  {expires}  {used}", key.name, scopes.join(","), day(key.created_at))
}

/// Whether the journal and the audit trail can show a key by that name.
fn is_key_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&name.len()) && !name.starts_with('-') && name.bytes().all(fits)
}

fn read_scopes(text: &str) -> Result<Vec<Scope>, ManageError> {
    let mut scopes = text
        .split(',')
        .map(|name| Scope::parse(name.trim()).ok_or(ManageError::BadScope))
        .collect::<Result<Vec<_>, _>>()?;
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

fn read_days(text: &str) -> Result<i64, ManageError> {
    let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
    days.filter(|days| (1..=LONGEST).contains(days)).ok_or(ManageError::BadExpiry)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_796_774_400;

    #[test]
    fn a_key_may_do_the_usual_for_ever_unless_something_else_is_said() {
        let usual = wanted("shop", &[], NOW).expect("a key");
        assert_eq!((usual.scopes, usual.expires_at), (Scope::USUAL.to_vec(), None));
        let said = wanted("shop", &["--expires", "90d", "--scope", "erase,accounts.read,erase"], NOW);
        let said = said.expect("a key");
        assert_eq!(said.scopes, [Scope::ReadAccounts, Scope::Erase]);
        assert_eq!(said.expires_at, Some(NOW + 90 * DAY));
        for bad in [
            &["--scope", "everything"][..],
            &["--scope", ""],
            &["--expires", "90"],
            &["--expires", "0d"],
            &["--expires", "9999d"],
            &["--expires"],
            &["--expires", "1d", "--expires", "2d"],
            &["--forever", "1d"],
        ] {
            assert!(wanted("shop", bad, NOW).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_line_says_what_a_key_may_do_how_long_and_whether_anybody_uses_it() {
        let key = |created_at, expires_at, last_used_day| {
            let key = ApiKey {
                name: "shop".into(),
                scopes: vec![Scope::ReadAccounts, Scope::Erase],
                created_at,
                expires_at,
                last_used_day,
            };
            line(&key, NOW)
        };
        assert_eq!(
            key(NOW, None, None),
            "shop  accounts.read,erase  made on 2026-12-09  does not run out  not used yet"
        );
        let unused = key(NOW - 40 * DAY, Some(NOW + DAY), None);
        assert!(unused.ends_with("runs out on 2026-12-10  never used in 40 days"), "{unused}");
        let old = key(NOW - 40 * DAY, Some(NOW - DAY), Some(NOW / DAY - 31));
        assert!(old.ends_with("ran out on 2026-12-08  last used on 2026-11-08, 31 days ago"), "{old}");
    }
}
