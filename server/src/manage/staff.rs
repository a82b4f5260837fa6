//! Who may sign in to the dashboard.

use super::error::{ManageError, SHORTEST};
use relink_hosted::{dates, is_mailbox};
use relink_store::Store;
use relink_store::identities::WayIn;
use relink_store::security_events::Source;
use relink_store::staff::{Person, Role};
use std::io::Read;

/// Seconds that an invitation may be taken up.
const INVITED: i64 = 14 * 86_400;

/// Reads a password that is to be somebody's, and says who it is for.
pub(super) fn person(
    email: &str,
    name: &str,
    role: &str,
    mut input: impl Read,
) -> Result<(Person, String), ManageError> {
    let person = described(email, name, role)?;
    let mut password = String::new();
    input.read_to_string(&mut password).map_err(ManageError::Input)?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.chars().count() < SHORTEST {
        return Err(ManageError::TooShort);
    }
    Ok((person, relink_seal::hash_password(password)))
}

/// Somebody, as the arguments say.
pub(super) fn described(email: &str, name: &str, role: &str) -> Result<Person, ManageError> {
    let role = Role::parse(role).ok_or(ManageError::Usage)?;
    if !is_mailbox(email) {
        return Err(ManageError::NoAddress);
    }
    Ok(Person { email: email.to_lowercase(), name: name.into(), role })
}

/// Invites somebody to sign in at the OpenID provider.
pub(super) async fn invite(store: &Store, person: Person, by: &Source<'_>) -> Result<String, ManageError> {
    let until = by.at_ms / 1000 + INVITED;
    store.invite_staff(&person, until, by).await?;
    Ok(format!(
        "{} may sign in at the OpenID provider, with that verified address there, until {} UTC for the first time. \
         A password that they had counts no more.",
        person.email,
        dates::utc(until)
    ))
}

/// Adds or changes somebody.
pub(super) async fn add(
    store: &Store,
    (person, password_hash): (Person, String),
    by: &Source<'_>,
) -> Result<String, ManageError> {
    store.put_staff(&person, &password_hash, by).await?;
    Ok(format!("{} may sign in to the dashboard.", person.email))
}

/// Removes somebody.
pub(super) async fn remove(store: &Store, email: &str, by: &Source<'_>) -> Result<String, ManageError> {
    let email = email.to_lowercase();
    if store.remove_staff(&email, by).await? {
        Ok(format!("{email} is no longer on the staff; their sign-ins have ended."))
    } else {
        Err(ManageError::NoSuchPerson(email))
    }
}

/// Ends somebody's sign-ins.
pub(super) async fn sign_out(store: &Store, email: &str, by: &Source<'_>) -> Result<String, ManageError> {
    let email = email.to_lowercase();
    match store.sign_staff_out_everywhere(&email, by).await? {
        Some(1) => Ok(format!("1 sign-in of {email} has ended.")),
        Some(ended) => Ok(format!("{ended} sign-ins of {email} have ended.")),
        None => Err(ManageError::NoSuchPerson(email)),
    }
}

/// Takes somebody's second factor away.
pub(super) async fn reset_second_factor(
    store: &Store,
    email: &str,
    by: &Source<'_>,
) -> Result<String, ManageError> {
    let email = email.to_lowercase();
    if store.reset_second_factor(&email, by).await? {
        Ok(format!("{email} has no second factor any more, and is signed out everywhere."))
    } else {
        Err(ManageError::NoSecondFactor(email))
    }
}

/// Says who there is: a line each.
pub(super) async fn list(store: &Store, now: i64) -> Result<String, ManageError> {
    let lines = store.staff(now).await?.into_iter().map(|listed| {
        let Person { email, name, role } = listed.person;
        let way_in = match (listed.way_in, listed.invited_until) {
            (WayIn::Password(_), _) => String::new(),
            (WayIn::Identity { .. }, _) => "  OpenID Connect".into(),
            (WayIn::Invited, Some(until)) if now < until => {
                format!("  invited until {} UTC", dates::utc(until))
            }
            (WayIn::Invited, _) => "  invitation has run out".into(),
        };
        let factor = if listed.has_second_factor { "second factor" } else { "no second factor" };
        let seen = listed.last_seen.filter(|at| *at > 0);
        let seen =
            seen.map_or("not signed in".into(), |at| format!("signed in, last seen {} UTC", dates::utc(at)));
        format!("{email}  {name}  {}{way_in}  {factor}  {seen}", role.as_str())
    });
    let lines: Vec<String> = lines.collect();
    Ok(if lines.is_empty() { "There are no staff yet.".into() } else { lines.join("\n") })
}
