//! Every requirement: its name, what the contract says, and what to do in a backend that does not meet it. One
//! table, read from top to bottom in the order in which a report prints it.

/// Whether a requirement is binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The contract: without it the widget does not work, or shows the customer something false.
    Must,
    /// Advice: the widget works without it, at a risk.
    Should,
}

macro_rules! requirements {
    ($($variant:ident $level:ident $name:literal $says:literal $todo:literal)+) => {
        /// One requirement on a backend.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Requirement {
            $(#[doc = $says] $variant,)+
        }

        impl Requirement {
            /// All of them, in the order of a report.
            pub const ALL: &[Requirement] = &[$(Requirement::$variant),+];

            /// What a report calls it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What the contract says, or what is good practice.
            pub fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)+ }
            }

            /// What to do in the backend where it is not so.
            pub fn todo(self) -> &'static str {
                match self { $(Self::$variant => $todo,)+ }
            }

            /// Whether it is binding.
            pub fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level,)+ }
            }
        }
    };
}

requirements! {
    Create201 Must "create-201"
        "POST /sessions answers 201 with a relink session."
        "Answer 201 where a session was made."
    CreateShape Must "create-shape"
        "The session has the fields of the contract, in their types."
        "Compare with the schema RelinkSession of docs/merchant-api.openapi.yaml."
    CreatePending Must "create-pending"
        "A new session is pending, and its handoff says how the customer gets to the bank."
        "Create Stripe's session first, and pass its client_secret (or its url) on in handoff."
    CreateTimes Must "create-times"
        "expires_at is in Unix seconds and lies ahead; expires_in, where given, is the seconds left."
        "Send whole seconds, not milliseconds and not text; take both from the same clock."
    CreateAsked Must "create-asked"
        "The session is about the account that was asked for, or about any account of its authorization."
        "Put the account of the request into Stripe's relink_options and into ours."
    CreateAccounts Should "create-accounts"
        "accounts holds the accounts as linked today: from them the widget says why the customer is here."
        "Retrieve the account from Stripe and put it into accounts, the required one first."
    AuthorizationAlone Must "authorization-alone"
        "An authorization alone is answered with a session about any of its accounts, and requires none."
        "Leave relink_options.account null, and put every account of the authorization into accounts."
    ForeignAccount Must "foreign-account"
        "An account or an authorization that is not the customer's is refused with 403, 404 or 422."
        "Compare the account's holder with who is signed in, before you create Stripe's session."
    Healthy Must "healthy"
        "An account that works is no error: 201, and accounts says that it is active. The widget then says so."
        "Answer with a session as always; the widget compares status, dates and permissions itself."
    Closed Must "closed"
        "An account that no relink can repair is refused with 422 account_closed or not_relinkable, or shown with action none."
        "Pass status_details on as Stripe gives it, or answer 422 where Stripe refuses to create a session."
    Livemode Must "livemode"
        "livemode says whether the publishable key is a live one."
        "Set livemode from the key, or pass Stripe's own value on."
    Read200 Must "read-200"
        "GET /sessions/{id} answers 200 with the session."
        "Add the route; it is asked every few seconds while the customer is at the bank."
    ReadSame Must "read-same"
        "The session that is read is the one that was made: same id, merchant, permissions, relink_options, limits."
        "Keep the session under its id and answer from there."
    SessionShape Must "session-shape"
        "Every answer with 200 is a whole relink session, from each of the four routes."
        "Write the document in one place, and let every route answer with it."
    MediaType Must "media-type"
        "Sessions are application/json, in UTF-8."
        "Send Content-Type: application/json; where it names a charset, utf-8."
    NoStore Must "no-store"
        "A session is as it is now, and holds a client secret: no cache may keep it."
        "Send Cache-Control: no-store with every session."
    KeySame Must "key-same"
        "The same Idempotency-Key with the same request is answered as the first time, byte for byte."
        "Store status and body under the key, in the same transaction as the session; send the stored bytes."
    KeyAtOnce Must "key-at-once"
        "Two requests with one key at the same time make one session."
        "Claim the key by a unique index before you act; the second waits, or gets 409 with Retry-After."
    KeyNoSecondAct Must "key-no-second-act"
        "A key that was used never starts another act, whatever comes with it."
        "Store a fingerprint of the request with the key, and refuse another one with 422."
    KeyOtherRefused Should "key-other-refused"
        "A key that comes again with another request is refused with 422 (or 409): the caller has a fault."
        "Store a fingerprint of the request with the key, and refuse another one with 422 invalid_request."
    KeyMissing Must "key-missing"
        "A POST without a key is answered: with 400 invalid_request, or as if it had one."
        "Check the header before you use it."
    KeyMissingRefused Should "key-missing-refused"
        "A POST without a key is refused with 400 invalid_request: nothing would protect its retry."
        "Require the header; the widget always sends it."
    InvalidJson Must "invalid-json"
        "A body that is not JSON is answered with 400 invalid_request."
        "Let the framework's parser error become a problem; nothing may be made from half a body."
    WrongBody Must "wrong-body"
        "A field of another type is answered with 400 (or 422) invalid_request, and nothing is made."
        "Check that account, authorization and locale are text or absent before you call Stripe."
    WrongAccounts Must "wrong-accounts"
        "accounts that is no list of texts is answered with 400 (or 422) invalid_request."
        "Check the body of complete; never pass it on to Stripe or into SQL as it is."
    UnknownRead Must "unknown-read"
        "A session that does not exist is 404 session_not_found."
        "Answer 404 with that code; the widget then offers a way out instead of waiting."
    UnknownComplete Must "unknown-complete"
        "Completing a session that does not exist is 404 session_not_found."
        "Look the session up, by id and customer, before anything else."
    UnknownCancel Must "unknown-cancel"
        "Cancelling a session that does not exist is 404 session_not_found."
        "Look the session up, by id and customer, before anything else."
    StrangeId Must "strange-id"
        "An id that was never one (markup, quotes, a path) is answered like an unknown one."
        "Bind the id as a parameter; never build SQL, a path or a page from it."
    SignedIn Must "signed-in"
        "A request by nobody is 401 not_authenticated, on reading and on creating."
        "Require your site's own sign-in on all four routes."
    Foreign Must "foreign-session"
        "Another customer's session is 404 session_not_found, exactly like one that does not exist."
        "Look sessions up by id and customer together."
    CrossSite Should "cross-site"
        "A POST that a browser marks as coming from another site is refused with 403."
        "Check Origin and Sec-Fetch-Site against your own origin, besides a SameSite cookie and a token."
    PlainForm Should "plain-form"
        "A POST that any page can send without asking (text/plain) is refused with 415, 400 or 403."
        "Require Content-Type: application/json."
    Cors Should "cors"
        "No foreign page may read the answers: CORS is off, or lists origins by name."
        "Do not answer with the origin that asks, nor with * where cookies count."
    Complete200 Must "complete-200"
        "POST /sessions/{id}/complete answers 200 with the session."
        "Retrieve Stripe's session and answer with ours; pending is an answer, too."
    BelievesStripe Must "believes-stripe"
        "A completion is believed only where Stripe says so: before the bank was visited it is not succeeded."
        "Never set succeeded from the request; retrieve the session from Stripe and take its status."
    Confirmed Must "confirmed"
        "Where the handoff is confirm, complete with no accounts answers succeeded, with relink_result and the accounts as they are then."
        "Tell the provider that the customer agreed, ask it how things stand, and answer that."
    Relinked Must "relinked"
        "After the bank, complete answers succeeded, with Stripe's relink_result and the accounts as they are then."
        "Take status, accounts and relink_result from Stripe's session, retrieved now."
    RelinkedAgain Must "relinked-again"
        "The same completion again is answered byte for byte; the session reads succeeded from then on."
        "Store the answer under its key, and the outcome with the session."
    SucceededStays Must "succeeded-stays"
        "A late cancel does not undo a success."
        "Change only a session that is pending; answer with it as it is."
    WrongAccount Must "wrong-account"
        "Another account than the required one is failed with no_account."
        "Pass Stripe's relink_result.failure_reason on."
    WrongLogin Must "wrong-login"
        "Another login is failed with no_authorization."
        "Pass Stripe's relink_result.failure_reason on."
    ForeignChoice Must "foreign-choice"
        "An account that Stripe did not collect cannot be chosen: 400 or 422 invalid_request, and the right one can be, after."
        "Compare each id of the body of complete with the accounts of Stripe's session; change nothing when one is not in it."
    Chosen Must "chosen"
        "Where any account will do, the chosen one completes the session, and is among accounts as active."
        "Take the chosen ids from the body of complete, and retrieve these accounts from Stripe."
    ToChoose Must "to-choose"
        "Where the bank gave several accounts, the session stays pending until complete says which are chosen."
        "Do not settle such a session when it is read or when Stripe's event comes; list in accounts what was collected."
    ClosedAtBank Must "closed-at-bank"
        "A session that the customer gave up at the bank reads cancelled within five seconds."
        "While a session is pending, ask Stripe when it is read."
    Outage Must "outage"
        "While Stripe does not answer, creating is 503 (or 500, 502, 504) provider_unavailable; the widget tries again."
        "Catch the client's errors; add Retry-After."
    OutageOver Must "outage-over"
        "An answer that means \"not now\" is not kept: the same key works once Stripe is back."
        "Store only answers that are final: 2xx, and 4xx other than 408, 425, 429."
    WebhookSigned Must "webhook-signed"
        "An event that is not signed with the secret, or was signed an hour ago, is refused with 400."
        "Verify Stripe-Signature over the raw body with Stripe's library, which also looks at the time."
    WebhookTwice Must "webhook-twice"
        "A signed event is answered with 2xx, and again with 2xx when it comes a second time."
        "Store the event's id with its effect; answer 200 where it is known."
    WebhookFirst Must "webhook-first"
        "An event that comes before the completion ends the session; the completion then answers succeeded, too."
        "Settle the session from Stripe when its event comes, and let complete answer with a session that has ended."
    WebhookAfter Must "webhook-after"
        "An event that comes after the completion is answered with 2xx, and changes nothing."
        "Change only a session that is pending; answer 200 where there is nothing to change."
    Restart Must "restart"
        "A backend that was started again knows its sessions, and answers a key as before."
        "Keep sessions and answers in a database, not in memory."
    Cancel200 Must "cancel-200"
        "POST /sessions/{id}/cancel answers 200 with the session."
        "Answer 200 and the session; the widget does not wait for it."
    CancelStays Must "cancel-stays"
        "A cancelled session reads cancelled from then on, and completing it does not bring it back."
        "Store the status; change only a session that is pending."
    CancelAgain Must "cancel-again"
        "The same cancel again is answered byte for byte."
        "Treat its key like every other."
    FreshAfterCancel Must "fresh-after-cancel"
        "After a cancel, a new key makes a new session that is pending."
        "Do not hand out a spent session again: another try is a new one."
    SpentHandoff Should "spent-handoff"
        "A session that has ended hands out no client secret."
        "Set handoff to null once the session is no longer pending."
    Problems Must "problems"
        "Every error is application/problem+json with one of the contract's codes, a request_id, and the status of the answer."
        "Write problems in one place; see the schema Problem of docs/merchant-api.openapi.yaml."
    RequestIds Should "request-ids"
        "Each error has a request_id of its own, which is also in your log."
        "Make one for each request, log it, and send it along."
    NoSecrets Must "no-secrets"
        "No answer holds a secret key, a signing secret or an account number; a client secret is in handoff alone."
        "Pass fields on from a list of those that are needed, not whole objects."
    NoPrivateData Should "no-private-data"
        "Balances, owners and the account holder stay with you: the widget has no use for them."
        "Pass fields on from a list of those that are needed, not whole objects."
}
