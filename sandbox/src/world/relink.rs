//! How a session begins and ends, and what its end changes: the one place that decides whether a relink happened.
//!
//! - another account than the pinned one was chosen: `failed`, `no_account`, nothing else changes
//! - another login was used: `failed`, `no_authorization`, nothing else changes
//! - the bank refused, or could not be reached: `failed`, `other`
//! - the customer closed it: `cancelled`
//! - an authorization alone was named: which accounts come back is the authorization's [`Reach`], and they may come back
//!   as new account objects
//! - else: `succeeded`; the authorization and each chosen account are active again, a tokenized number that
//!   had ended is transactable again, permissions are extended (not by a hosted page), and ids stay the same

use serde_json::Value;

use super::account::{Account, Standing};
use super::session::{FailureReason, RelinkResult, Session, Status, Wanted};
use super::visit::AtTheBank;
use super::{Reach, World, seed};
use crate::secret::Secret;

/// How long a session stays open, in seconds.
pub const SESSION_LIFETIME: i64 = 86_400;

/// Why a choice at the bank is refused. The customer may choose again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadChoice {
    /// Nothing was chosen.
    Nothing,
    /// More than the session's limit.
    TooMany,
    /// An account that is not offered.
    NotOffered,
}

/// Whether these accounts may be chosen in this session.
pub fn check_choice(world: &World, session: &Session, chosen: &[String]) -> Result<(), BadChoice> {
    if chosen.is_empty() {
        return Err(BadChoice::Nothing);
    }
    if session.wanted.limit.is_some_and(|limit| chosen.len() > limit as usize) {
        return Err(BadChoice::TooMany);
    }
    let offered = world.offered(session);
    let is_offered = |id: &String| offered.iter().any(|account| account.id == *id && session.takes(account));
    if chosen.iter().all(is_offered) { Ok(()) } else { Err(BadChoice::NotOffered) }
}

impl World {
    /// Begins a session. The request has been checked.
    pub fn begin(&mut self, wanted: Wanted) -> String {
        let id = self.ids.next("fcsess");
        let secret = Secret::new(format!("{id}_secret_{}", self.ids.unguessable()));
        let hosted_token = wanted.hosted.map(|_| Secret::new(self.ids.unguessable()));
        let authorization = match &wanted.relink {
            Some(relink) => relink.authorization.clone(),
            None => seed::offer_new_accounts(self, &wanted),
        };
        self.sessions.push(Session {
            id: id.clone(),
            client_secret: secret,
            hosted_token,
            authorization,
            wanted,
            status: Status::Pending,
            result: None,
            collected: Vec::new(),
            consent_outcome: None,
            created: self.now,
            expires_at: self.now + SESSION_LIFETIME,
        });
        id
    }

    /// Ends a pending session. A session that has ended stays unchanged.
    pub fn conclude(&mut self, session_id: &str, happened: AtTheBank) {
        let Some(session) = self.session(session_id).cloned() else { return };
        if session.status != Status::Pending {
            return;
        }
        let relinks = session.wanted.relink.is_some();
        let failed = |reason| (Status::Failed, relinks.then_some(RelinkResult::Failed(reason)), Vec::new());
        let (status, result, collected) = match happened {
            AtTheBank::Agreed(chosen) => match session.pinned_account() {
                Some(pinned) if !chosen.iter().any(|id| id == pinned) => {
                    (Status::Failed, Some(RelinkResult::Failed(FailureReason::NoAccount)), chosen)
                }
                Some(_) | None => self.relink(&session, chosen),
            },
            AtTheBank::OtherLogin => failed(FailureReason::NoAuthorization),
            AtTheBank::Refused => failed(FailureReason::Other),
            AtTheBank::Closed => (Status::Cancelled, None, Vec::new()),
        };
        if let Some(session) = self.session_mut(session_id) {
            session.status = status;
            session.result = result;
            session.collected = collected;
        }
        if let Some(body) = self.session_json(session_id) {
            self.emit("financial_connections.session.updated", body);
        }
    }

    fn relink(
        &mut self,
        session: &Session,
        chosen: Vec<String>,
    ) -> (Status, Option<RelinkResult>, Vec<String>) {
        let now = self.now;
        let hosted = session.wanted.hosted.is_some();
        let permissions: &[String] =
            if hosted && session.wanted.relink.is_some() { &[] } else { &session.wanted.permissions };
        let chosen = self.come_back(session, chosen);
        let mut events: Vec<(&'static str, Value)> = Vec::new();
        for id in &chosen {
            let Some(account) = self.account_mut(id) else { continue };
            let repair = account.repair(permissions, now);
            let body = account.to_json();
            if repair.created {
                events.push(("financial_connections.account.created", body.clone()));
            }
            if repair.reactivated {
                events.push(("financial_connections.account.reactivated", body.clone()));
            }
            if repair.numbers_changed {
                events.push(("financial_connections.account.account_numbers_updated", body));
            }
        }
        for (name, body) in events {
            self.emit(name, body);
        }
        let works = |id: &String| self.account(id).is_some_and(|a| matches!(a.standing, Standing::Active(_)));
        let worked = match session.pinned_account() {
            Some(pinned) => works(&pinned.to_owned()),
            None => chosen.iter().any(works),
        };
        let renewed = chosen.iter().filter_map(|id| Some(self.account(id)?.authorization.clone()));
        let renewed: Vec<String> = renewed.chain([session.authorization.clone()]).collect();
        for id in renewed.iter().filter(|_| worked) {
            if let Some(authorization) = self.authorization_mut(id) {
                authorization.standing = Standing::Active(None);
            }
        }
        let result = session.wanted.relink.as_ref().map(|relink| {
            if worked {
                RelinkResult::Relinked {
                    account: relink.account.clone(),
                    authorization: relink.authorization.clone(),
                }
            } else {
                RelinkResult::Failed(FailureReason::Other)
            }
        });
        let status = match result {
            Some(RelinkResult::Failed(_)) => Status::Failed,
            Some(RelinkResult::Relinked { .. }) | None => Status::Succeeded,
        };
        (status, result, chosen)
    }

    /// The accounts that come back where these were chosen: all of the authorization where a relink reaches so far, and
    /// as new account objects where the bank gives them new ids. A pinned account is itself.
    fn come_back(&mut self, session: &Session, mut chosen: Vec<String>) -> Vec<String> {
        let authorization = self.authorization(&session.authorization);
        let Some(authorization) = authorization.filter(|_| session.pinned_account().is_none()) else {
            return chosen;
        };
        let (reach, gives_new_ids) = (authorization.reach, authorization.gives_new_ids);
        if reach == Reach::All {
            let others = self.accounts_of(&session.authorization).into_iter();
            let others = others.filter(|account| account.linked && session.takes(account));
            let others: Vec<String> =
                others.map(|account| account.id.clone()).filter(|id| !chosen.contains(id)).collect();
            chosen.extend(others);
        }
        if !gives_new_ids {
            return chosen;
        }
        let was: Vec<Account> = chosen.iter().filter_map(|id| self.account(id).cloned()).collect();
        let renewed = was.into_iter().map(|was| {
            let id = self.next_id("fca");
            let created = self.now;
            self.add_account(Account { id: id.clone(), created, linked: false, ..was });
            id
        });
        renewed.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::session::RelinkOptions;

    const NOW: i64 = 1_800_000_000;

    fn begin(world: &mut World, authorization: &str, account: Option<&str>) -> String {
        world.begin(Wanted {
            holder: None,
            permissions: vec!["payment_method".into(), "ownership".into()],
            prefetch: None,
            countries: None,
            subcategories: None,
            institution: None,
            payment_support: None,
            limit: None,
            relink: Some(RelinkOptions {
                authorization: authorization.into(),
                account: account.map(str::to_owned),
            }),
            return_url: None,
            hosted: None,
            manual_entry: None,
        })
    }

    fn events(world: &mut World) -> Vec<&'static str> {
        world.take_outbox().into_iter().map(|event| event.name).collect()
    }

    #[test]
    fn a_relink_repairs_the_account_its_number_and_its_permissions_and_says_so() {
        let mut world = World::seeded("t", "http://sandbox", NOW);
        let id = begin(&mut world, "fcauth_everything", Some("fca_everything"));
        world.conclude(&id, AtTheBank::Agreed(vec!["fca_everything".into()]));
        assert_eq!(world.session(&id).unwrap().status, Status::Succeeded);
        let account = world.account("fca_everything").unwrap();
        assert_eq!(account.standing, Standing::Active(None));
        assert!(account.numbers.iter().all(|number| number.status == "transactable"));
        assert_eq!(account.permissions, ["payment_method", "ownership"]);
        assert_eq!(world.authorization("fcauth_everything").unwrap().standing, Standing::Active(None));
        assert_eq!(
            events(&mut world),
            [
                "financial_connections.account.reactivated",
                "financial_connections.account.account_numbers_updated",
                "financial_connections.session.updated",
            ]
        );
    }

    #[test]
    fn another_account_than_the_pinned_one_only_ends_the_session() {
        let mut world = World::seeded("t", "http://sandbox", NOW);
        let id = begin(&mut world, "fcauth_any", Some("fca_any"));
        world.conclude(&id, AtTheBank::Agreed(vec!["fca_any_savings".into()]));
        assert_eq!(world.session(&id).unwrap().result, Some(RelinkResult::Failed(FailureReason::NoAccount)));
        assert!(matches!(world.authorization("fcauth_any").unwrap().standing, Standing::Inactive { .. }));
        assert_eq!(events(&mut world), ["financial_connections.session.updated"]);
    }

    #[test]
    fn what_ended_stays_as_it_ended() {
        let mut world = World::seeded("t", "http://sandbox", NOW);
        let id = begin(&mut world, "fcauth_any", None);
        world.conclude(&id, AtTheBank::Closed);
        world.conclude(&id, AtTheBank::Agreed(vec!["fca_any".into()]));
        assert_eq!(world.session(&id).unwrap().status, Status::Cancelled);
        assert!(matches!(world.account("fca_any").unwrap().standing, Standing::Inactive { .. }));
    }

    #[test]
    fn an_account_that_the_bank_keeps_back_is_no_relink() {
        let mut world = World::seeded("t", "http://sandbox", NOW);
        let id = begin(&mut world, "fcauth_partial", Some("fca_partial_stays"));
        world.conclude(&id, AtTheBank::Agreed(vec!["fca_partial_stays".into()]));
        assert_eq!(world.session(&id).unwrap().result, Some(RelinkResult::Failed(FailureReason::Other)));
    }

    #[test]
    fn a_choice_is_checked_against_the_offer_and_the_limit() {
        let mut world = World::seeded("t", "http://sandbox", NOW);
        let id = begin(&mut world, "fcauth_several", None);
        world.session_mut(&id).unwrap().wanted.limit = Some(1);
        let session = world.session(&id).unwrap();
        let check = |ids: &[&str]| {
            check_choice(&world, session, &ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(check(&["fca_several"]), Ok(()));
        assert_eq!(check(&[]), Err(BadChoice::Nothing));
        assert_eq!(check(&["fca_several", "fca_several_savings"]), Err(BadChoice::TooMany));
        assert_eq!(check(&["fca_several_closed"]), Err(BadChoice::NotOffered));
        assert_eq!(check(&["fca_other"]), Err(BadChoice::NotOffered));
    }

    #[test]
    fn a_session_that_runs_out_is_cancelled() {
        let mut world = World::seeded("t", "http://sandbox", NOW);
        let id = begin(&mut world, "fcauth_any", None);
        world.tick(NOW + SESSION_LIFETIME);
        assert_eq!(world.session(&id).unwrap().status, Status::Cancelled);
    }
}
