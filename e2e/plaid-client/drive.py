"""Plaid's own client for Python, unchanged, against the stand-in at argv[1]: what a merchant's backend in Python relies on. It checks
each answer against the types of the package. Prints a line for each thing that holds, and ends with an error at the first that does not."""
import sys, urllib.request

import plaid
from plaid.api import plaid_api
from plaid.model.accounts_get_request import AccountsGetRequest
from plaid.model.country_code import CountryCode
from plaid.model.item_get_request import ItemGetRequest
from plaid.model.link_token_create_hosted_link import LinkTokenCreateHostedLink
from plaid.model.link_token_create_request import LinkTokenCreateRequest
from plaid.model.link_token_create_request_user import LinkTokenCreateRequestUser
from plaid.model.link_token_get_request import LinkTokenGetRequest
from plaid.model.sandbox_item_reset_login_request import SandboxItemResetLoginRequest

TOKEN = "access-sandbox-healthy"
keys = {"clientId": "client_sandbox", "secret": "secret_sandbox"}
api = plaid_api.PlaidApi(plaid.ApiClient(plaid.Configuration(host=sys.argv[1], api_key=keys)))


def holds(what, is_so):
    assert is_so, what
    print(what)


def error():
    return api.item_get(ItemGetRequest(access_token=TOKEN)).item.error


def press(url, act):
    with urllib.request.urlopen(urllib.request.Request(url, f"act={act}".encode(), method="POST")) as answer:
        return answer.status


def made():
    user = LinkTokenCreateRequestUser(client_user_id="cus_demo")
    hosted = LinkTokenCreateHostedLink(url_lifetime_seconds=600)
    request = LinkTokenCreateRequest(client_name="Corner Store", language="en", country_codes=[CountryCode("US")],
                                     user=user, access_token=TOKEN, hosted_link=hosted)
    return api.link_token_create(request)


holds("an item that works has no error", error() is None)
holds("its login is reset", api.sandbox_item_reset_login(SandboxItemResetLoginRequest(access_token=TOKEN)).reset_login)
holds("the item says so", error().error_code == "ITEM_LOGIN_REQUIRED")
try:
    api.accounts_get(AccountsGetRequest(access_token=TOKEN))
    holds("its accounts are not given", False)
except plaid.ApiException as refused:
    holds("its accounts are not given", refused.status == 400 and "ITEM_LOGIN_REQUIRED" in refused.body)
token = made()
holds("the hosted page is opened and left", press(token.hosted_link_url, "exit") == 200 and error() is not None)
holds("and the item repaired there", press(token.hosted_link_url, "agree") == 200 and error() is None)
sessions = api.link_token_get(LinkTokenGetRequest(link_token=token.link_token)).link_sessions
holds("both visits are told", [session.exit is None for session in sessions] == [False, True])
accounts = api.accounts_get(AccountsGetRequest(access_token=TOKEN)).accounts
holds("its accounts are as before", [account.account_id for account in accounts] == ["acc_healthy_0000", "acc_healthy_1111"])
