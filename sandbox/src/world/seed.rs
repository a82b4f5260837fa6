//! The customers that a fresh sandbox has, and one broken account for every way in which a link can break.
//!
//! One table, read from top to bottom; the README shows it to people. Longer than other files because the
//! table is one.

use super::account::{Account, DAY, Ending, Holder, Number, Refreshes, Standing};
use super::ids::Ids;
use super::institution::{INSTITUTIONS, institution};
use super::scenario::Scenario;
use super::session::Wanted;
use super::{Authorization, Reach, World};

/// The customer that most scenarios belong to.
pub const DEMO: &str = "cus_demo";
/// Another customer, whose accounts the first must never see.
pub const OTHER: &str = "cus_other";
/// A customer with a thousand accounts.
pub const MANY: &str = "cus_many";

/// An Account object that stands for a customer.
pub const ACCOUNT_OBJECT: &str = "acct_workshop";

/// What an account is like; the seeds below change what matters to them.
#[derive(Clone)]
struct Plot {
    id: &'static str,
    name: Option<&'static str>,
    last4: Option<&'static str>,
    subcategory: &'static str,
    standing: Standing,
    numbers: Vec<Number>,
    permissions: &'static [&'static str],
    linked: bool,
    stubborn: bool,
}

const PAYMENTS: &[&str] = &["payment_method"];
const ALL: &[&str] = &["payment_method", "balances", "transactions", "ownership"];

fn plot(id: &'static str, name: &'static str, last4: &'static str, standing: Standing) -> Plot {
    Plot {
        id,
        name: Some(name),
        last4: Some(last4),
        subcategory: if name.contains("Saving") { "savings" } else { "checking" },
        standing,
        numbers: vec![Number { tokenized: true, status: "transactable", expires: None }],
        permissions: &["payment_method", "balances"],
        linked: true,
        stubborn: false,
    }
}

/// Another account of the same login, which the merchant does not have.
fn unlinked(id: &'static str, name: &'static str, last4: &'static str) -> Plot {
    Plot { linked: false, permissions: &[], ..plot(id, name, last4, Standing::Disconnected) }
}

fn broken(cause: &str) -> Standing {
    Standing::Inactive { cause: cause.to_owned(), action: "relink_required".to_owned() }
}

fn beyond_repair(cause: &str) -> Standing {
    Standing::Inactive { cause: cause.to_owned(), action: "none".to_owned() }
}

fn tokenized(status: &'static str, expires: Option<i64>) -> Vec<Number> {
    vec![
        Number { tokenized: false, status: "transactable", expires: None },
        Number { tokenized: true, status, expires },
    ]
}

/// One login of a customer at a bank, and the accounts behind it.
fn login(world: &mut World, customer: &'static str, bank: &str, id: &str, plots: Vec<Plot>) {
    login_of(world, Holder::Customer(customer.to_owned()), bank, id, plots);
}

/// The same, whoever's it is.
fn login_of(world: &mut World, holder: Holder, bank: &str, id: &str, plots: Vec<Plot>) {
    let bank = institution(bank).unwrap_or(&INSTITUTIONS[0]);
    let standing = plots
        .iter()
        .filter(|plot| plot.linked)
        .map(|plot| plot.standing.clone())
        .max_by_key(|standing| match standing {
            Standing::Inactive { action, .. } if action != "none" => 3,
            Standing::Active(Some(_)) => 2,
            Standing::Active(None) => 1,
            Standing::Inactive { .. } | Standing::Disconnected => 0,
        })
        .unwrap_or(Standing::Active(None));
    world.add_authorization(Authorization {
        id: id.to_owned(),
        institution: bank.id,
        institution_name: bank.name,
        holder: holder.clone(),
        standing,
        reach: Reach::default(),
        gives_new_ids: false,
    });
    for plot in plots {
        let age = world.accounts().count() as i64;
        world.add_account(Account {
            id: plot.id.to_owned(),
            authorization: id.to_owned(),
            institution: bank.id,
            institution_name: bank.name,
            holder: holder.clone(),
            display_name: plot.name.map(str::to_owned),
            last4: plot.last4.map(str::to_owned),
            category: if plot.subcategory == "credit_card" { "credit" } else { "cash" },
            subcategory: plot.subcategory,
            created: world.now - 400 * DAY - age * 60,
            permissions: plot.permissions.iter().map(|&permission| permission.to_owned()).collect(),
            standing: plot.standing,
            numbers: if plot.subcategory == "credit_card" { Vec::new() } else { plot.numbers },
            payable: bank.id != "fcinst_invalid_payment" && plot.subcategory != "credit_card",
            linked: plot.linked,
            stubborn: plot.stubborn,
            subscriptions: Vec::new(),
            refreshes: Refreshes::default(),
            balance: 120_000 + age * 1_311,
        });
    }
}

/// A login with one account, and a scenario of the account's name: same account, one, by Stripe.js.
fn single(world: &mut World, bank: &str, plots: Vec<Plot>, description: &'static str) {
    let account = plots[0].id;
    let authorization = account.replacen("fca_", "fcauth_", 1);
    login(world, DEMO, bank, &authorization, plots);
    offer(world, DEMO, account, "same_account", Some(1), description);
}

fn offer(
    world: &mut World,
    customer: &'static str,
    account: &'static str,
    rule: &'static str,
    limit: Option<u32>,
    description: &'static str,
) {
    let authorization =
        world.account(account).map(|account| account.authorization.clone()).unwrap_or_default();
    world.scenarios.push(Scenario {
        name: account.trim_start_matches("fca_"),
        account: account.to_owned(),
        customer,
        authorization,
        description,
        rule,
        limit,
        handoff: if account.starts_with("fca_hosted") { "hosted" } else { "stripe_js" },
    });
}

impl World {
    /// A world with the seeded customers.
    pub fn seeded(seed: &str, base: &str, now: i64) -> Self {
        let mut world = Self {
            now,
            base: base.to_owned(),
            scenarios: Vec::new(),
            events: Vec::new(),
            visits: Vec::new(),
            hosted_severs_opener: false,
            authorizations: Vec::new(),
            accounts: Vec::new(),
            sessions: Vec::new(),
            consents: Vec::new(),
            outbox: Vec::new(),
            ids: Ids::new(seed),
        };
        plant(&mut world);
        world
    }

    /// The seeded customers again. Ids continue from where they were, because a merchant remembers the ids it has seen.
    /// The merchant is notified of each account that changed: it keeps its own copy, and only an event updates that
    /// copy.
    pub fn start_over(&mut self, now: i64) {
        let ids = self.ids.clone();
        let before = std::mem::take(&mut self.accounts);
        *self = Self::seeded("", &self.base, now);
        self.ids = ids;
        for was in before {
            let Some(is) = self.account(&was.id) else { continue };
            if is.standing == was.standing && is.numbers == was.numbers && is.permissions == was.permissions {
                continue;
            }
            let name = match &is.standing {
                Standing::Inactive { .. } => "financial_connections.account.deactivated",
                Standing::Disconnected => "financial_connections.account.disconnected",
                Standing::Active(_) if is.numbers != was.numbers => {
                    "financial_connections.account.account_numbers_updated"
                }
                Standing::Active(_) => "financial_connections.account.reactivated",
            };
            self.emit_account(name, &was.id);
        }
    }
}

/// Plants everything.
fn plant(world: &mut World) {
    plant_reasons(world);
    plant_groups(world);
    plant_test_institutions(world);
    login(
        world,
        OTHER,
        "fcinst_harbour",
        "fcauth_other",
        vec![
            plot("fca_other", "Household Checking", "5150", broken("access_expired")),
            plot("fca_other_savings", "Household Savings", "5151", broken("access_expired")),
        ],
    );
    offer(world, OTHER, "fca_other", "same_account", Some(1), "Belongs to another customer");
    plant_many(world);
    plant_other_owners(world);
    plant_reaches(world);
}

/// Owner of the account; need not be a customer.
fn plant_other_owners(world: &mut World) {
    let expired = || broken("access_expired");
    let bank = "fcinst_harbour";
    let owner = Holder::CustomerAccount(ACCOUNT_OBJECT.to_owned());
    let checking = plot("fca_account_object", "Workshop Checking", "5160", expired());
    login_of(world, owner, bank, "fcauth_account_object", vec![checking]);
    let checking = plot("fca_unowned", "Lost Checking", "5170", expired());
    login_of(world, Holder::Nobody, bank, "fcauth_unowned", vec![checking]);
}

fn plant_reasons(world: &mut World) {
    let now = world.now;
    single(
        world,
        "fcinst_harbour",
        vec![
            plot("fca_access_expired", "Everyday Checking", "1234", broken("access_expired")),
            unlinked("fca_access_expired_unlinked", "Holiday Savings", "9999"),
        ],
        "Access has expired; the login also has an account that was never linked",
    );
    single(
        world,
        "fcinst_tidewater",
        vec![
            plot("fca_access_denied", "Share Draft", "2201", broken("access_denied")),
            unlinked("fca_access_denied_unlinked", "Share Savings", "2202"),
        ],
        "The customer revoked access at the bank, which uses an OAuth window",
    );
    single(
        world,
        "fcinst_northgate",
        vec![
            plot("fca_account_unavailable", "Current Account", "3307", broken("account_unavailable")),
            unlinked("fca_account_unavailable_unlinked", "Rainy Day Savings", "3308"),
        ],
        "The bank does not show the account; it has a login form",
    );
    single(
        world,
        "fcinst_meridian",
        vec![
            plot("fca_institution_requirement", "Premier Savings", "4410", broken("institution_requirement")),
            unlinked("fca_institution_requirement_unlinked", "Premier Checking", "4411"),
        ],
        "The bank wants a new sign-in; accounts are chosen in its own window",
    );
    single(
        world,
        "fcinst_old_mill",
        vec![plot("fca_unspecified", "Basic Checking", "5523", broken("unspecified"))],
        "Broken without a stated cause",
    );
    single(
        world,
        "fcinst_old_mill",
        vec![plot("fca_unknown_cause", "Student Checking", "5577", broken("regulator_notice"))],
        "Broken for a cause that no list has yet",
    );
    single(
        world,
        "fcinst_harbour",
        vec![plot("fca_account_closed", "Old Checking", "0042", beyond_repair("account_closed"))],
        "Closed at the bank: cannot be relinked",
    );
    single(
        world,
        "fcinst_old_mill",
        vec![plot("fca_not_repairable", "Joint Checking", "0043", beyond_repair("access_denied"))],
        "Open, but the bank allows no relink",
    );
    let ending = Standing::Active(Some(Ending { cause: "access_expired".into(), date: now + 16 * DAY }));
    single(
        world,
        "fcinst_harbour",
        vec![plot("fca_expected_deactivation", "Bills Checking", "6604", ending)],
        "Still works, and stops in 16 days",
    );
    let active = || Standing::Active(None);
    single(
        world,
        "fcinst_harbour",
        vec![Plot {
            numbers: tokenized("transactable", Some(now + 12 * DAY)),
            ..plot("fca_tan_expiring", "Family Checking", "7718", active())
        }],
        "The tokenized account number expires in 12 days",
    );
    single(
        world,
        "fcinst_tidewater",
        vec![Plot {
            numbers: tokenized("deactivated", None),
            ..plot("fca_tan_deactivated", "Business Checking", "7725", active())
        }],
        "The tokenized account number is deactivated: payments are failing",
    );
    single(
        world,
        "fcinst_harbour",
        vec![Plot {
            numbers: tokenized("expired", Some(now - 2 * DAY)),
            ..plot("fca_tan_expired", "Travel Checking", "7731", active())
        }],
        "The tokenized account number has expired: payments are failing",
    );
    single(
        world,
        "fcinst_harbour",
        vec![Plot { permissions: PAYMENTS, ..plot("fca_permissions", "Shared Checking", "8812", active()) }],
        "Works, but only payments were allowed",
    );
    single(
        world,
        "fcinst_northgate",
        vec![Plot {
            permissions: PAYMENTS,
            numbers: tokenized("deactivated", None),
            ..plot("fca_everything", "Main Checking", "8890", broken("access_denied"))
        }],
        "Inactive, its tokenized number deactivated, and permissions missing",
    );
    single(
        world,
        "fcinst_harbour",
        vec![Plot { permissions: ALL, ..plot("fca_healthy", "Salary Checking", "9105", active()) }],
        "Nothing is wrong",
    );
    single(
        world,
        "fcinst_old_mill",
        vec![plot("fca_disconnected", "Former Checking", "9117", Standing::Disconnected)],
        "The merchant disconnected it",
    );
    single(
        world,
        "fcinst_old_mill",
        vec![Plot { name: None, last4: None, ..plot("fca_nameless", "", "", broken("access_expired")) }],
        "The bank gives neither a name nor a number",
    );
    single(
        world,
        "fcinst_long_name",
        vec![plot(
            "fca_long_name",
            "Gemeinschaftliches Haushaltsführungs-Girokonto \u{202e}\u{2066}<script>alert(1)</script> & \"Co\"",
            "8808",
            broken("access_expired"),
        )],
        "Names that are long, and look like markup",
    );
    single(
        world,
        "fcinst_harbour",
        vec![
            plot("fca_hosted", "Weekly Checking", "1410", broken("access_expired")),
            unlinked("fca_hosted_unlinked", "Weekly Savings", "1411"),
        ],
        "Relinked on a hosted page",
    );
    single(
        world,
        "fcinst_fairwater",
        vec![
            plot("fca_hosted_coop", "Fairwater Checking", "1420", broken("access_expired")),
            unlinked("fca_hosted_coop_unlinked", "Fairwater Savings", "1421"),
        ],
        "Relinked on a hosted page that cuts its opener off",
    );
}

fn plant_groups(world: &mut World) {
    login(
        world,
        DEMO,
        "fcinst_harbour",
        "fcauth_several",
        vec![
            plot("fca_several", "Home Checking", "3101", broken("access_expired")),
            plot("fca_several_savings", "Home Savings", "3102", broken("access_expired")),
            Plot {
                subcategory: "credit_card",
                ..plot("fca_several_card", "Home Card", "3103", broken("access_expired"))
            },
            plot("fca_several_closed", "Old Home Checking", "3104", beyond_repair("account_closed")),
        ],
    );
    offer(
        world,
        DEMO,
        "fca_several",
        "any_account",
        None,
        "Three broken accounts and a closed one behind one login: any of them, any number",
    );
    login(
        world,
        DEMO,
        "fcinst_harbour",
        "fcauth_any",
        vec![
            plot("fca_any", "Joint Checking", "3201", broken("access_denied")),
            plot("fca_any_savings", "Joint Savings", "3202", broken("access_denied")),
        ],
    );
    offer(
        world,
        DEMO,
        "fca_any",
        "any_account",
        Some(1),
        "Two broken accounts behind one login: either will do",
    );
    login(
        world,
        DEMO,
        "fcinst_harbour",
        "fcauth_partial",
        vec![
            plot("fca_partial", "Studio Checking", "3301", broken("access_expired")),
            Plot {
                stubborn: true,
                ..plot("fca_partial_stays", "Studio Savings", "3302", broken("account_unavailable"))
            },
        ],
    );
    offer(
        world,
        DEMO,
        "fca_partial",
        "any_account",
        None,
        "Two broken accounts, of which only one comes back",
    );
    login(
        world,
        DEMO,
        "fcinst_old_mill",
        "fcauth_new_id",
        vec![
            plot("fca_new_id", "Garden Checking", "3401", broken("access_expired")),
            plot("fca_new_id_savings", "Garden Savings", "3402", broken("access_expired")),
        ],
    );
    if let Some(authorization) = world.authorization_mut("fcauth_new_id") {
        authorization.gives_new_ids = true;
    }
    offer(
        world,
        DEMO,
        "fca_new_id",
        "any_account",
        Some(1),
        "Two broken accounts behind one login: the one that is chosen comes back with a new id",
    );
}

fn plant_test_institutions(world: &mut World) {
    let expired = || broken("access_expired");
    single(
        world,
        "fcinst_test",
        vec![
            plot("fca_test", "Success", "6789", expired()),
            unlinked("fca_test_failure", "Failure", "1116"),
            unlinked("fca_test_high_balance", "High Balance", "4242"),
        ],
        "Test Institution: signs in at once",
    );
    single(
        world,
        "fcinst_test_oauth",
        vec![
            plot("fca_test_oauth", "Success", "6790", expired()),
            unlinked("fca_test_oauth_failure", "Failure", "1117"),
        ],
        "Test OAuth Institution: the same behind an OAuth window",
    );
    single(
        world,
        "fcinst_sandbox_oauth",
        vec![
            plot("fca_sandbox_oauth", "Success", "6791", expired()),
            unlinked("fca_sandbox_oauth_failure", "Insufficient Funds", "2227"),
        ],
        "Sandbox Bank (OAuth): accounts are chosen in the bank's window",
    );
    single(
        world,
        "fcinst_sandbox_form",
        vec![
            plot("fca_sandbox_form", "Success", "6792", expired()),
            unlinked("fca_sandbox_form_failure", "Account Closed", "1118"),
        ],
        "Sandbox Bank (Non-OAuth): options, mfa, confirm_mfa, security_question, error, incorrect",
    );
    single(
        world,
        "fcinst_ownership",
        vec![plot("fca_ownership", "Checking of John Doe", "6793", expired())],
        "Ownership Accounts",
    );
    single(
        world,
        "fcinst_invalid_payment",
        vec![plot("fca_invalid_payment", "No ACH Checking", "6794", expired())],
        "Invalid Payment Accounts: no payments can be made from it",
    );
    single(
        world,
        "fcinst_down_scheduled",
        vec![plot("fca_down_scheduled", "Success", "6795", expired())],
        "Down Bank (Scheduled): under maintenance until an announced time",
    );
    single(
        world,
        "fcinst_down_unscheduled",
        vec![plot("fca_down_unscheduled", "Success", "6796", expired())],
        "Down Bank (Unscheduled): down, nobody knows until when",
    );
    single(
        world,
        "fcinst_down_error",
        vec![plot("fca_down_error", "Success", "6797", expired())],
        "Down Bank (Error): answers with an error",
    );
}

/// A thousand accounts behind one login, for lists that must stay usable.
fn plant_many(world: &mut World) {
    let holder = "fcauth_many";
    login(
        world,
        MANY,
        "fcinst_meridian",
        holder,
        vec![plot("fca_many", "Account 1", "0001", broken("access_expired"))],
    );
    let Some(first) = world.account("fca_many").cloned() else { return };
    for number in 2..=1_000 {
        world.add_account(Account {
            id: format!("fca_many_{number:04}"),
            display_name: Some(format!("Account {number}")),
            last4: Some(format!("{number:04}")[..4].to_owned()),
            created: first.created - number,
            ..first.clone()
        });
    }
    offer(world, MANY, "fca_many", "any_account", None, "A thousand broken accounts behind one login");
}

/// Customers `cus_crowd_1` and so on, each with one broken account, `fca_crowd_1`, behind a login of its own.
pub fn plant_crowd(world: &mut World, count: i64) {
    for nth in 1..=count {
        let name = |prefix| format!("{prefix}_crowd_{nth}");
        let authorization = name("fcauth");
        let holder = Holder::Customer(name("cus"));
        let checking = plot("fca_crowd", "Everyday Checking", "1234", broken("access_expired"));
        login_of(world, holder, "fcinst_harbour", &authorization, vec![checking]);
        if let Some(account) = world.account_mut("fca_crowd") {
            account.id = name("fca");
        }
    }
}

/// Logins whose relink brings back more than what was chosen, or something else. Planted last, so that they are last in lists.
fn plant_reaches(world: &mut World) {
    login(
        world,
        DEMO,
        "fcinst_old_mill",
        "fcauth_whole",
        vec![
            plot("fca_whole", "Cottage Checking", "3501", broken("access_expired")),
            plot("fca_whole_savings", "Cottage Savings", "3502", broken("access_expired")),
            unlinked("fca_whole_unlinked", "Cottage Reserve", "3503"),
        ],
    );
    if let Some(authorization) = world.authorization_mut("fcauth_whole") {
        authorization.reach = Reach::All;
    }
    offer(
        world,
        DEMO,
        "fca_whole",
        "any_account",
        None,
        "Two broken accounts behind one login: both come back, whichever is chosen",
    );
    login(
        world,
        DEMO,
        "fcinst_fairwater",
        "fcauth_wide",
        vec![plot("fca_wide", "Boat Checking", "3601", broken("access_expired"))],
    );
    login(
        world,
        DEMO,
        "fcinst_fairwater",
        "fcauth_wide_other",
        vec![plot("fca_wide_other", "Harbor Savings", "3602", broken("access_expired"))],
    );
    if let Some(authorization) = world.authorization_mut("fcauth_wide") {
        authorization.reach = Reach::Institution;
    }
    offer(
        world,
        DEMO,
        "fca_wide",
        "any_account",
        None,
        "One of two logins at one bank: any account at the bank will do, of the other login too",
    );
    single(
        world,
        "fcinst_low_tide",
        vec![plot("fca_bank_degraded", "Pier Checking", "3701", broken("access_expired"))],
        "The bank is known to have trouble, and lets the customer in all the same",
    );
}

/// What the bank offers to a session that relinks nothing: Stripe's test accounts behind a new login.
pub fn offer_new_accounts(world: &mut World, wanted: &Wanted) -> String {
    let id = world.next_id("fcauth");
    let bank = wanted.institution.as_deref().and_then(institution).unwrap_or(&INSTITUTIONS[0]);
    let holder = wanted.holder.clone().unwrap_or_else(|| Holder::Customer(DEMO.to_owned()));
    world.add_authorization(Authorization {
        id: id.clone(),
        institution: bank.id,
        institution_name: bank.name,
        holder: holder.clone(),
        standing: Standing::Active(None),
        reach: Reach::default(),
        gives_new_ids: false,
    });
    for (name, last4) in [("Success", "6789"), ("Failure", "1116"), ("High Balance", "4242")] {
        let account = world.next_id("fca");
        let created = world.now;
        world.add_account(Account {
            id: account,
            authorization: id.clone(),
            institution: bank.id,
            institution_name: bank.name,
            holder: holder.clone(),
            display_name: Some(name.to_owned()),
            last4: Some(last4.to_owned()),
            category: "cash",
            subcategory: "checking",
            created,
            permissions: Vec::new(),
            standing: Standing::Disconnected,
            numbers: vec![Number { tokenized: true, status: "transactable", expires: None }],
            payable: bank.id != "fcinst_invalid_payment",
            linked: false,
            stubborn: false,
            subscriptions: Vec::new(),
            refreshes: Refreshes::default(),
            balance: 100_000,
        });
    }
    id
}
