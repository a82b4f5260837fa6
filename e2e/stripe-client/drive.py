"""Stripe's own client for Python, unchanged, against the sandbox at argv[1], by way of argv[2], which notes what was answered: what
a merchant's backend in Python relies on. Prints a line for each thing that holds, and ends with an error at the first that does not."""
import hashlib, hmac, json, sys, time, urllib.request

import stripe

BASE, API = sys.argv[1:3]


def client(key="sk_test_sandbox"):
    return stripe.StripeClient(key, base_addresses={"api": API}, max_network_retries=0)


def helper(path, form="", method="POST"):
    request = urllib.request.Request(f"{BASE}/v1/test_helpers/{path}", form.encode(), method=method)
    request.add_header("Authorization", "Bearer sk_test_sandbox")
    return json.load(urllib.request.urlopen(request))


def refused(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused as {kind.__name__}")


def holds(what, is_so):
    assert is_so, what
    print(what)


api = client()
connections = api.v1.financial_connections


def relink(options, **more):
    return {
        "account_holder": {"type": "customer", "customer": "cus_demo"},
        "permissions": ["payment_method", "balances"],
        "limits": {"accounts": 1},
        "filters": {"require_payment_method_support": "all", "country": "US"},
        "relink_options": options,
        **more,
    }


page = connections.accounts.list({"account_holder": {"customer": "cus_demo"}, "limit": 5})
ids = [account.id for account in page.auto_paging_iter()]
holds("accounts are listed, and paged through by the client", len(set(ids)) == len(ids) > 30 and "fca_other" not in ids)

account = connections.accounts.retrieve("fca_access_expired", {"expand": ["institution"]})
holds("an account says why it broke", account.status_details.inactive.cause == "access_expired")
holds("its institution is expanded", account.institution.name == "Harbour Bank")
authorization = connections.authorizations.retrieve("fcauth_access_expired")
holds("an authorization is retrieved", authorization.status == "inactive")
bank = connections.institutions.retrieve("fcinst_down_scheduled")
holds("an institution says that it is down", bank.status == "inactive")

options = {"authorization": "fcauth_access_expired", "account": "fca_access_expired"}
made = connections.sessions.create(relink(options), {"idempotency_key": "py-1"})
again = connections.sessions.create(relink(options), {"idempotency_key": "py-1"})
holds("one key makes one session", made.id == again.id)
refused(stripe.IdempotencyError, lambda: connections.sessions.create(relink({"authorization": "fcauth_any"}), {"idempotency_key": "py-1"}))
holds("a key with other parameters is an idempotency error", True)
helper(f"financial_connections/sessions/{made.id}/finish")
done = connections.sessions.retrieve(made.id)
holds("a relink succeeds and keeps its ids", done.status == "succeeded" and done.relink_result.account == "fca_access_expired")
holds("the account works again", connections.accounts.retrieve("fca_access_expired").status == "active")

hosted = relink({"authorization": "fcauth_hosted"}, ui_mode="hosted", hosted={"delivery_method": "url"})
error = refused(stripe.InvalidRequestError, lambda: connections.sessions.create(hosted))
holds("a hosted session needs a return_url", error.param == "return_url")
page = connections.sessions.create({**hosted, "return_url": "https://shop.example/"})
holds("a hosted session has an address", page.url.startswith(f"{BASE}/hosted/"))

error = refused(stripe.AuthenticationError, lambda: client("sk_test_wrong_key_1234").v1.financial_connections.accounts.list())
holds("a wrong key is an authentication error", error.http_status == 401)
error = refused(stripe.InvalidRequestError, lambda: connections.accounts.retrieve("fca_nobody"))
holds("an unknown account is resource_missing", error.code == "resource_missing")
old = {**relink({"authorization": "fcauth_any"}), "filters": {"countries": ["US"]}}
error = refused(stripe.InvalidRequestError, lambda: connections.sessions.create(old))
holds("filters[countries] is unknown since 2026-09-30", error.code == "parameter_unknown")
helper("faults", "status=429&retry_after=1")
refused(stripe.RateLimitError, lambda: connections.accounts.retrieve("fca_healthy"))
holds("a rate limit is Stripe's own error", True)

healthy = connections.accounts.refresh("fca_healthy", {"features": ["balance", "inferred_balances"]})
holds("balances are refreshed", healthy.balance_refresh.status == "succeeded")
holds("features are subscribed to", connections.accounts.subscribe("fca_healthy", {"features": ["transactions"]}).subscriptions == ["transactions"])
helper("financial_connections/accounts/fca_healthy/deactivate", "cause=access_denied")
event = api.v1.events.list({"type": "financial_connections.account.deactivated"}).data[0]
holds("an event holds the account", event.data.object.status_details.inactive.cause == "access_denied")


def signed(body):
    now = int(time.time())
    return f"t={now},v1={hmac.new(b'whsec_sandbox', f'{now}.{body}'.encode(), hashlib.sha256).hexdigest()}"


body = json.dumps({
    "id": "evt_thin_1", "object": "v2.core.event", "type": "v1.financial_connections.account.deactivated",
    "created": "2026-11-28T00:00:00Z", "livemode": False,
    "related_object": {"id": "fca_healthy", "type": "financial_connections.account", "url": "/v1/financial_connections/accounts/fca_healthy"},
})
notification = api.parse_event_notification(body, signed(body), "whsec_sandbox")
holds("a thin event leads to its account", notification.fetch_related_object().id == "fca_healthy")
account = stripe.Webhook.construct_event(json.dumps(event.to_dict()), signed(json.dumps(event.to_dict())), "whsec_sandbox").data.object
holds("a signed snapshot event passes the client's check", account.id == "fca_healthy")
helper("financial_connections/accounts/fca_healthy/expected_deactivation_date", "date=")
unsubscribed = connections.accounts.unsubscribe("fca_healthy", {"features": ["transactions"]})
holds("features are unsubscribed from", unsubscribed.subscriptions == [])
holds("owners are listed", connections.accounts.owners.list("fca_healthy", {"ownership": "fcaowns_1"}).data == [])
holds("inferred balances are listed", connections.accounts.inferred_balances.list("fca_healthy").data == [])
holds("an account is disconnected", connections.accounts.disconnect("fca_healthy").status == "disconnected")


def finished(options, form):
    id = connections.sessions.create(relink(options)).id
    helper(f"financial_connections/sessions/{id}/finish", form)
    return connections.sessions.retrieve(id)


exact = {"authorization": "fcauth_any", "account": "fca_any"}
for form, status, reason in [
    ("accounts[]=fca_any_savings", "failed", "no_account"),
    ("outcome=other_login", "failed", "no_authorization"),
]:
    ended = finished(exact, form)
    holds(f"a relink fails with {reason}", (ended.status, ended.relink_result.failure_reason) == (status, reason))
holds("a closed window cancels", finished(exact, "outcome=closed").status == "cancelled")
ended = finished({"authorization": "fcauth_any"}, "accounts[]=fca_any&accounts[]=fca_any_savings")
holds("what came back is listed", [account.status for account in ended.accounts.data] == ["active"] * len(ended.accounts.data) != [])
collected = connections.accounts.list({"session": ended.id})
holds("and is found by its session", {account.id for account in collected} == {account.id for account in ended.accounts.data})

banks = {bank.name: bank.status for bank in connections.institutions.list({"limit": 100})}
holds("a bank says that it has trouble", (banks["Low Tide Bank"], banks["Harbour Bank"]) == ("degraded", "active"))
asked = {"account_holder": {"type": "customer", "customer": "cus_demo"}, "locale": "de"}
consents = "/v1/financial_connections/consents"


def raw(method, path, **params):
    return api.raw_request(method, path, **params).data


refused(stripe.InvalidRequestError, lambda: raw("post", consents, **asked))
helper("account", "pre_collected_consent=granted")
consent = raw("post", consents, **asked)
holds("a consent is there once Stripe has granted it", consent["consent_text"].startswith("Ich erlaube"))
holds("and is retrieved", raw("get", f"{consents}/{consent['id']}")["id"] == consent["id"])
holds("the merchant is retrieved", api.v1.accounts.retrieve_current().object == "account")
holds("a customer is retrieved", api.v1.customers.retrieve("cus_demo").id == "cus_demo")
holds("an event is retrieved", api.v1.events.retrieve(event.id).id == event.id)
