//! English.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "en",
    dir: "ltr",
    months: [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ],
    day: "{day} {month}",
    first: "1",
    your_account: "your account",
    your_bank: "your bank",
    reconnect: "Reconnect {bank}",
    hello: "Hello {name},",
    broken: "{bank} has stopped sharing {account} with {shop}. Payments from it do not work until you reconnect it.",
    number_ended: "Payments from {account} at {bank} have stopped. Reconnect it and {shop} can use it again.",
    number_ends: "After {date}, payments from {account} at {bank} stop working unless you reconnect it for {shop}.",
    how: "It takes about a minute. You sign in at {bank}; {shop} never sees your password.",
    choose: "Choose the same account there: {account}.",
    button: "Reconnect {bank}",
    or_open: "Or open this address:",
    until: "The link works until {date}, once, and for this account alone. Do not pass it on.",
    unexpected: "You did not expect this? Then do nothing, and nothing changes. {shop} never asks for a password by mail.",
    no_script: "Reconnecting needs JavaScript. Turn it on and open the link again, or ask {shop} for help.",
    back: "Back to {shop}",
    again: "Start again",
    used: ["{bank} is connected", "This link has done its work. There is nothing more to do."],
    expired: ["This link has run out", "A link works for some days only. Nothing about {account} has changed."],
    send_new: "Send a new link to {address}",
    sent_new: [
        "Look in your mailbox",
        "{shop} sends a new link to {address}, at most one in two days. If none arrives, one was sent shortly before: use that one.",
    ],
    unknown: [
        "This link does not work",
        "Perhaps a part of the address is missing. Open the mail again and press its button, or sign in at {shop}.",
    ],
    help: "Get help from {shop}",
};
