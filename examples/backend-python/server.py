"""A merchant's relink API with FastAPI and Stripe's own package. Passes `cargo xtask conformance`. For production replace

- `customer_of`: your own sign-in. Here a cookie names the customer, and anybody may write one.
- `sessions`, `answers`, `events`: tables. They live in memory: one process, gone with it. Claim a key by a unique
  index, write session and answer in one transaction, encrypt client secrets, delete answers after a day.
- `print`: your structured log. Log request ids and codes, never a client secret or a body."""
import hashlib, json, os, re, threading, time, uuid
from concurrent.futures import Future
import stripe, uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

client = stripe.StripeClient(os.environ["STRIPE_SECRET_KEY"], stripe_version="2026-09-30.preview", base_addresses={
    "api": os.environ.get("STRIPE_API_BASE", "https://api.stripe.com")})
connections = client.v1.financial_connections
PERMISSIONS = ["payment_method", "balances"]
MERCHANT = {"name": "Corner Store", "support_url": "https://corner.example/help", "privacy_url": "https://corner.example/privacy"}
PUBLIC = """id object authorization category created display_name institution institution_name last4 livemode permissions
            status status_details subcategory supported_payment_method_types""".split()
NUMBER = ("expected_expiry_date", "identifier_type", "status")
sessions = {}  # id -> session
answers = {}  # customer and key -> (fingerprint, Future)
events = set()  # ids of Stripe's events that had their effect
lock, app = threading.Lock(), FastAPI(openapi_url=None)

class Problem(Exception):
    def __init__(self, status, code, detail):
        self.status, self.code, self.detail = status, code, detail
def require(is_so, status, code, detail):
    if not is_so:
        raise Problem(status, code, detail)
def customer_of(request):
    require(re.fullmatch(r"cus_\w+", request.cookies.get("demo_customer", "")), 401, "not_authenticated", "Sign in first.")
    return request.cookies["demo_customer"]
def refuse_foreign(request):
    """A POST must be JSON from our own pages: the browser says so in headers that no page can set."""
    own = os.environ.get("PUBLIC_URL", f"http://{request.headers.get('host')}")
    site, origin = request.headers.get("sec-fetch-site", "same-origin"), request.headers.get("origin", own)
    require(site == "same-origin" and origin == own, 403, "forbidden", "The request comes from another site.")
    is_json = request.headers.get("content-type", "").lower().startswith("application/json")
    require(is_json, 415, "invalid_request", "Content-Type must be application/json.")
def public_account(account):
    """What the browser gets of an account: fields from a list, so that whatever Stripe adds stays here."""
    numbers = [{name: number.get(name) for name in NUMBER} for number in account.get("account_numbers") or []]
    return {name: account.get(name) for name in PUBLIC} | {"account_numbers": numbers}

def document_of(session):
    """The relink session of the contract."""
    names = "id livemode status expires_at relink_options accounts relink_result".split()
    bank = session["accounts"][0] if session["accounts"] else {}
    handoff = {"type": "stripe_js", "publishable_key": os.environ["STRIPE_PUBLISHABLE_KEY"], "client_secret": session["client_secret"]}
    return {"object": "relink_session", **{name: session[name] for name in names}} | {
        "expires_in": max(0, session["expires_at"] - int(time.time())),
        "merchant": MERCHANT, "permissions": PERMISSIONS, "limits": {"accounts": 1},
        "institution": {"id": bank.get("institution"), "name": bank.get("institution_name"), "logo_url": None},
        "handoff": handoff if session["status"] == "pending" else None}

def needs_relink(account):
    return account["status"] == "inactive" and account["status_details"]["inactive"]["action"] != "none"
def subject(customer, wanted):
    """The accounts a new session is about, the required one first; they must be this customer's."""
    listed = connections.accounts.list({"account_holder": {"customer": customer}, "limit": 100}).auto_paging_iter()
    theirs = [account.to_dict() for account in listed]
    account, authorization = wanted.get("account"), wanted.get("authorization")
    name, id = ("id", account) if account else ("authorization", authorization)
    found = [each for each in theirs if each[name] == id] if id else sorted(theirs, key=needs_relink, reverse=True)[:1]
    require(found, 403, "forbidden", "Not an account of the signed-in customer.")
    require(found[0]["authorization"], 422, "not_relinkable", "The account has no authorization.")
    return found, {"authorization": found[0]["authorization"], "account": None if authorization and not account else found[0]["id"]}

def create(customer, wanted, key):
    found, options = subject(customer, wanted)
    made = connections.sessions.create({
        "account_holder": {"type": "customer", "customer": customer}, "permissions": PERMISSIONS, "limits": {"accounts": 1},
        "filters": {"require_payment_method_support": "all"},
        "relink_options": {name: value for name, value in options.items() if value},
    }, {"idempotency_key": "relink-" + digest(customer, key)})
    session = {"id": f"rls_{uuid.uuid4()}", "customer": customer, "stripe_session": made.id, "client_secret": made.client_secret,
        "status": "pending", "livemode": made.livemode, "expires_at": int(time.time()) + 1800, "relink_options": options,
        "accounts": [public_account(account) for account in found], "relink_result": None}
    return 201, sessions.setdefault(session["id"], session)

def settle(session, chosen=None):
    """Asks Stripe what has become of a pending session. What the browser says that happened plays no part; the accounts that
    the customer chose in it (None: nobody has said yet) must be among those that Stripe collected."""
    if session["status"] != "pending":
        return
    def failed(reason):
        return {"status": "failed", "relink_result": {"account": None, "authorization": None, "failure_reason": reason}}
    told = connections.sessions.retrieve(session["stripe_session"]).to_dict()
    required, result = session["relink_options"]["account"], told.get("relink_result") or {}
    given = [account["id"] for account in told["accounts"]["data"]]
    outcome = {"status": "expired"} if session["expires_at"] <= time.time() else {}
    if told["status"] == "cancelled":
        outcome = {"status": "cancelled"}
    elif told["status"] == "failed" or result.get("failure_reason"):
        outcome = failed(result.get("failure_reason") or "other")
    elif told["status"] == "succeeded" and required and required not in [result.get("account"), *given]:
        outcome = failed("no_account")
    elif told["status"] == "succeeded" and chosen and not ({*chosen} <= {required, *given} and (required or chosen[0]) in chosen):
        raise Problem(400, "invalid_request", "An account that Stripe did not collect, or not the required one.")
    elif told["status"] == "succeeded" and not required and len(given) > 1 and not chosen:
        session["accounts"] = [public_account(account) for account in told["accounts"]["data"]]  # the customer has yet to choose
        return
    elif told["status"] == "succeeded":
        taken = [required] if required else chosen or given
        accounts = [connections.accounts.retrieve(id).to_dict() for id in taken]
        good = {"account": required, "authorization": session["relink_options"]["authorization"], "failure_reason": None}
        is_good = any(account["status"] == "active" for account in accounts)
        outcome = {"status": "succeeded", "relink_result": good} if is_good else failed("other")
        outcome["accounts"] = [public_account(account) for account in accounts]
    with lock:  # another request may have been faster
        session.update(outcome if session["status"] == "pending" else {})
def own(customer, id):
    require(id in sessions and sessions[id]["customer"] == customer, 404, "session_not_found", "No session of this id.")
    return sessions[id]
def complete(session, chosen):
    settle(session, chosen)
    require(session["status"] != "expired", 410, "session_expired", "Start over with a new session.")
    require(session["status"] != "cancelled", 409, "session_consumed", "Start over with a new session.")
    return 200, session
def cancel(session):
    with lock:
        session.update({"status": "cancelled"} if session["status"] == "pending" else {})
    return 200, session
def digest(*parts):
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

def once(request, customer, body, act):
    """One act, one answer. Whoever comes with the same key, at once or later, gets the first one's bytes."""
    key = request.headers.get("idempotency-key", "")
    require(is_id(key), 400, "invalid_request", "Idempotency-Key is required.")
    name, fingerprint = digest(customer, key), digest(request.url.path, body)
    with lock:
        is_first = name not in answers
        known, answer = answers.setdefault(name, (fingerprint, Future()))
    require(known == fingerprint, 422, "invalid_request", "This key was used for another request.")
    if is_first:
        try:
            status, session = act(key)
            done, is_final = (status, json.dumps(document_of(session))), status == 201 or session["status"] != "pending"
        except Exception as error:
            is_final = (done := problem_of(error))[0] < 500 and done[0] != 429
        if not is_final:  # "not now" and "not yet" may be asked again
            answers.pop(name)
        answer.set_result(done)
    return answer.result(timeout=60)
def problem_of(error):
    status, code = {
        Problem: lambda: (error.status, error.code), HTTPException: lambda: (error.status_code, "invalid_request"),
        stripe.RateLimitError: lambda: (429, "rate_limited"), stripe.InvalidRequestError: lambda: (422, "not_relinkable"),
        stripe.SignatureVerificationError: lambda: (400, "invalid_request"),
    }.get(type(error), lambda: (503, "provider_unavailable"))()
    problem = {"type": "about:blank", "title": code, "status": status, "code": code, "request_id": f"req_{uuid.uuid4()}"}
    print(problem["request_id"], status, code, type(error).__name__, flush=True)
    return status, json.dumps(problem | {"detail": getattr(error, "detail", None)})
def send(status, body):
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "2"} if status in (429, 503) else {})
    return Response(body, status, headers, "application/json" if status < 400 else "application/problem+json")
def is_id(value):
    return isinstance(value, str) and 0 < len(value) <= 255
async def post(request, fits, act):
    """A route that acts: signed in, from our own page, with a body that fits, once for each key."""
    customer = customer_of(request)
    refuse_foreign(request)
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise Problem(400, "invalid_request", "The body is not JSON.") from error
    require(isinstance(body, dict) and fits(body), 400, "invalid_request", "A field of the body has another type.")
    return send(*await run_in_threadpool(once, request, customer, body, lambda key: act(customer, body, key)))
@app.post("/relink/sessions")
async def create_session(request: Request):
    def fits(body):
        return all(body.get(name) is None or is_id(body[name]) for name in ("account", "authorization", "locale"))
    return await post(request, fits, create)
@app.get("/relink/sessions/{id}")
def read_session(id: str, request: Request):
    session = own(customer_of(request), id)
    settle(session)
    return send(200, json.dumps(document_of(session)))
@app.post("/relink/sessions/{id}/complete")
async def complete_session(id: str, request: Request):
    def fits(body):
        return isinstance(ids := body.get("accounts"), list) and len(ids) <= 1000 and all(map(is_id, ids))
    return await post(request, fits, lambda customer, body, key: complete(own(customer, id), body["accounts"]))
@app.post("/relink/sessions/{id}/cancel")
async def cancel_session(id: str, request: Request):
    return await post(request, lambda body: True, lambda customer, body, key: cancel(own(customer, id)))
@app.post("/webhooks/stripe")
async def webhook(request: Request):
    signature = request.headers.get("stripe-signature")
    event = client.construct_event(await request.body(), signature, os.environ["STRIPE_WEBHOOK_SECRET"])
    if event.id not in events:  # delivered at least once, in no order
        about = event.to_dict()["data"]["object"]["id"]
        for session in [each for each in sessions.values() if each["stripe_session"] == about]:
            await run_in_threadpool(settle, session)
        events.add(event.id)
        print("event", event.type, about, flush=True)
    return send(200, "{}")
@app.exception_handler(Problem)
@app.exception_handler(HTTPException)
@app.exception_handler(stripe.StripeError)
def refuse(_request, error):
    return send(*problem_of(error))
uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "4400")), log_level="warning")
