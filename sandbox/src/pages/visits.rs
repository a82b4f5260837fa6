//! Maps an address to a page, and a form to an act: the seam between the pages and the pure visit.

use maud::Markup;
use serde_json::{Value, json};

use super::scene::Scene;
use super::stages;
use crate::error::masked_key;
use crate::form::Form;
use crate::secret::Secret;
use crate::state::State;
use crate::world::World;
use crate::world::account::Account;
use crate::world::institution::{INSTITUTIONS, Institution, institution};
use crate::world::relink::check_choice;
use crate::world::session::{Session, Status};
use crate::world::visit::{Act, Frame, Next, Stage, Visit, first, next};

/// What a browser is given.
#[derive(Debug)]
pub enum Shown {
    /// A page.
    Page {
        /// The page.
        markup: Markup,
        /// Where it is shown.
        frame: Frame,
        /// Whether the page severs its opener.
        severs_opener: bool,
    },
    /// Another address.
    Elsewhere(String),
}

/// Opens a visit for Stripe.js. `agreed` is Stripe.js's `preCollectedConsent`: a consent and when it was agreed to. The error
/// has Stripe's shape.
pub fn open(
    state: &mut State,
    key: &str,
    secret: &str,
    parent_origin: &str,
    agreed: Option<(&str, i64)>,
) -> Result<String, Value> {
    let refused = |message: String| json!({"type": "invalid_request_error", "message": message});
    if key != state.publishable_key() {
        return Err(refused(format!("Invalid API Key provided: {}", masked_key(key))));
    }
    let Some(session) = state.world.session_by_secret(secret) else {
        let mut error = refused("No such financial connections session.".into());
        error["code"] = json!("resource_missing");
        error["param"] = json!("clientSecret");
        return Err(error);
    };
    if session.status != Status::Pending {
        return Err(refused("This Financial Connections Session has already been completed.".into()));
    }
    if session.wanted.hosted.is_some() {
        return Err(refused("This Financial Connections Session is completed on its hosted page.".into()));
    }
    let session = session.id.clone();
    let token = state.world.next_token();
    if let Some((consent, collected_at)) = agreed.filter(|_| state.has_pre_collected_consent) {
        state.world.hear_consent(&session, consent, collected_at);
    }
    begin(&mut state.world, token.clone(), session, Frame::Framed(parent_origin.to_owned()));
    Ok(token)
}

/// Opens the visit of a hosted page, unless it is open.
pub fn open_hosted(state: &mut State, token: &str) {
    if state.world.visits.iter().any(|visit| visit.token.expose() == token) {
        return;
    }
    if let Some(session) = state.world.session_by_hosted_token(token).map(|session| session.id.clone()) {
        begin(&mut state.world, token.to_owned(), session, Frame::Hosted);
    }
}

fn begin(world: &mut World, token: String, session: String, frame: Frame) {
    let begun = world.session(&session);
    let door = begun.map_or(INSTITUTIONS[0].door, |session| bank_of(world, session).door);
    let has_agreed = begun.is_some_and(|session| session.consent_outcome == Some("consent_accepted"));
    world.visits.push(Visit {
        token: Secret::new(token),
        session,
        frame,
        stage: first(door, has_agreed),
        step: 0,
    });
}

/// The number of the page that is shown.
pub fn step(state: &State, token: &str) -> Option<u64> {
    state.world.visits.iter().find(|visit| visit.token.expose() == token).map(|visit| visit.step)
}

/// The page of a visit. A hosted visit that is over leads back to the merchant.
pub fn show(state: &mut State, token: &str) -> Option<Shown> {
    look(&mut state.world, token, |scene, world| {
        if scene.visit.frame == Frame::Hosted
            && matches!(scene.visit.stage, Stage::Done(_))
            && let Some(address) = &scene.session.wanted.return_url
        {
            return Shown::Elsewhere(address.clone());
        }
        let severs_opener =
            scene.visit.frame == Frame::Hosted && (world.hosted_severs_opener || scene.bank.severs_opener);
        let result = result(world, scene);
        Shown::Page { markup: stages::page(scene, &result), frame: scene.visit.frame.clone(), severs_opener }
    })
}

/// The page in the bank's own window. The page before waits for it to open.
pub fn show_window(state: &mut State, token: &str) -> Option<Shown> {
    let visit = state.world.visits.iter_mut().find(|visit| visit.token.expose() == token)?;
    if visit.stage == Stage::Introducing {
        visit.stage = Stage::AwaitingBankWindow;
        visit.step += 1;
    }
    look(&mut state.world, token, |scene, _| Shown::Page {
        markup: stages::window(scene),
        frame: Frame::Hosted,
        severs_opener: false,
    })
}

fn look(world: &mut World, token: &str, draw: impl FnOnce(&Scene<'_>, &World) -> Shown) -> Option<Shown> {
    let at = world.visits.iter().position(|visit| visit.token.expose() == token)?;
    let session = world.session(&world.visits[at].session)?;
    if session.status != Status::Pending && !matches!(world.visits[at].stage, Stage::Done(_)) {
        world.visits[at].stage = Stage::Done(None);
        world.visits[at].step += 1;
    }
    let visit = &world.visits[at];
    let session = world.session(&visit.session)?;
    let accounts = world.offered(session);
    let bank = bank_of(world, session);
    Some(draw(&Scene { visit, session, bank, accounts: &accounts, now: world.now }, world))
}

fn bank_of(world: &World, session: &Session) -> &'static Institution {
    let authorization = world.authorization(&session.authorization);
    authorization.and_then(|authorization| institution(authorization.institution)).unwrap_or(&INSTITUTIONS[0])
}

/// Does what a form asks. Returns whether the visit exists.
pub fn act(state: &mut State, token: &str, act: &str, form: &Form) -> bool {
    let world = &mut state.world;
    let Some(visit) = world.visits.iter().find(|visit| visit.token.expose() == token) else { return false };
    let Some(act) = read(act, form) else { return true };
    let Some(session) = world.session(&visit.session) else { return false };
    let session_id = session.id.clone();
    let door = bank_of(world, session).door;
    let followed = next(&visit.stage, door, act, |chosen| check_choice(world, session, chosen).is_ok());
    let stage = match followed {
        Next::Stay => return true,
        Next::Show(stage) => stage,
        Next::End(happened, stop) => {
            world.conclude(&session_id, happened);
            Stage::Done(stop)
        }
    };
    if let Some(visit) = world.visits.iter_mut().find(|visit| visit.token.expose() == token) {
        visit.stage = stage;
        visit.step += 1;
    }
    true
}

fn read(act: &str, form: &Form) -> Option<Act> {
    let text = |name: &str| form.text(name).unwrap_or_default().to_owned();
    let accounts = || form.texts("accounts").unwrap_or_default();
    match act {
        "continue" => Some(Act::Continue),
        "sign-in" => Some(Act::SignIn(text("username"))),
        "answer" => Some(Act::Answer(text("answer"))),
        "allow" => Some(Act::Allow(accounts())),
        "refuse" => Some(Act::Refuse),
        "agree" => Some(Act::Agree(accounts())),
        "change-login" => Some(Act::ChangeLogin),
        "use-other-login" => Some(Act::UseOtherLogin),
        "back" => Some(Act::Back),
        "close" => Some(Act::Close),
        _ => None,
    }
}

/// What Stripe.js resolves with when the visit is over.
fn result(world: &World, scene: &Scene<'_>) -> Value {
    match scene.visit.stage {
        Stage::Done(Some(stop)) => {
            json!({"error": {"type": "api_error", "code": stop.code(), "message": stop.message()}})
        }
        Stage::Done(None) => json!({"financialConnectionsSession": {
            "id": scene.session.id,
            "object": "financial_connections.session",
            "accounts": scene.session.collected.iter().filter_map(|id| world.account(id)).map(for_browser).collect::<Vec<_>>(),
            "filters": {"countries": scene.session.wanted.countries.clone().unwrap_or_default()},
            "livemode": false,
            "permissions": scene.session.wanted.permissions,
        }}),
        Stage::Introducing
        | Stage::AwaitingBankWindow
        | Stage::SigningIn { .. }
        | Stage::Asking(_)
        | Stage::Choosing { .. }
        | Stage::Confirming(_)
        | Stage::ChangingLogin
        | Stage::Stopped(_) => Value::Null,
    }
}

/// An account as Stripe.js returns it, with fewer fields than in the API.
fn for_browser(account: &Account) -> Value {
    let mut object = account.to_json();
    if let Some(fields) = object.as_object_mut() {
        for only_in_api in
            ["account_holder", "account_numbers", "authorization", "status_details", "institution"]
        {
            fields.remove(only_in_api);
        }
    }
    object
}
