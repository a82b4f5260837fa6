//! The command line: `URL [--cookie …] [--header 'Name: value']… [--account fca_…] …`.

use lexopt::prelude::{Long, Short, Value, ValueExt};
use std::ffi::OsString;
use std::fmt;

/// How to call it.
pub const USAGE: &str = "\
Usage: cargo xtask conformance URL [OPTION]…

  URL                     The relink API, as in the widget's `endpoint`: https://shop.example/relink
  --cookie 'name=value'   Cookies of a signed-in customer
  --header 'Name: value'  A header of theirs, X-CSRF-Token or Authorization for example; may be given several times
  --refresh-header '…'    A command that prints such a header anew; it is run when an answer is 401
  --account fca_…         An account of theirs that can be relinked; else the backend chooses
  --authorization fcauth_…
                          An authorization of theirs with several accounts, of which any may be relinked
  --healthy-account fca_… An account of theirs that works
  --closed-account fca_…  An account of theirs that no relink can repair
  --other-cookie '…'      Cookies of another customer, who must not see the first one's sessions
  --other-header '…'      A header of that customer; may be given several times
  --other-account fca_…   An account of that customer
  --webhook URL           Where the backend takes Stripe's events
  --webhook-secret whsec_…
                          What they are signed with
  --restart '…'           A command that starts the backend again, and ends
  --sandbox URL           The sandbox that the backend takes for Stripe: brings sessions to their end, so that
                          completion is judged too. Never give it for a backend that speaks to Stripe itself
  --sandbox-key sk_…      Its secret key (sk_test_sandbox)

A backend that knows customers by a token is given --header 'Authorization: Bearer …' in the place of --cookie.

It makes some twenty sessions and completes none of them, unless there is a sandbox; where the handoff is confirm it confirms
one. The last line counts; the exit code is 0 where all that the contract asks for was met, 1 where not, 2 where nothing could be
asked.
";

/// Which backend is tested, and as which customer.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The relink API, without a slash at the end.
    pub url: String,
    /// Headers of the signed-in customer, `Cookie` among them.
    pub headers: Vec<(String, String)>,
    /// `fca_…`
    pub account: Option<String>,
    /// `fcauth_…`
    pub authorization: Option<String>,
    /// A command that prints a header of the customer's; run after a 401.
    pub refresh_header: Option<String>,
    /// An account that works.
    pub healthy_account: Option<String>,
    /// An account that no relink can repair.
    pub closed_account: Option<String>,
    /// Headers of another customer, `Cookie` among them.
    pub other_headers: Vec<(String, String)>,
    /// An account of that customer.
    pub other_account: Option<String>,
    /// Where Stripe's events go.
    pub webhook: Option<String>,
    /// What they are signed with.
    pub webhook_secret: Option<String>,
    /// Starts the backend again.
    pub restart: Option<String>,
    /// The sandbox behind the backend.
    pub sandbox: Option<String>,
    /// Its secret key.
    pub sandbox_key: Option<String>,
}

/// Why the command line cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsageError {
    /// Somebody asks how it is called.
    Help,
    /// What is wrong.
    Wrong(String),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Help => f.write_str(USAGE),
            Self::Wrong(what) => write!(f, "{what}\n\n{USAGE}"),
        }
    }
}

impl std::error::Error for UsageError {}

impl From<lexopt::Error> for UsageError {
    fn from(error: lexopt::Error) -> Self {
        Self::Wrong(error.to_string())
    }
}

impl fmt::Debug for Options {
    /// Without headers and cookies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("url", &self.url)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// Reads the arguments after the program's name.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, UsageError> {
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("help") | Short('h') => return Err(UsageError::Help),
                Long("cookie") => options.headers.push(("Cookie".into(), parser.value()?.string()?)),
                Long("header") => options.headers.push(header(&parser.value()?.string()?)?),
                Long("account") => options.account = Some(parser.value()?.string()?),
                Long("authorization") => options.authorization = Some(parser.value()?.string()?),
                Long("refresh-header") => options.refresh_header = Some(parser.value()?.string()?),
                Long("healthy-account") => options.healthy_account = Some(parser.value()?.string()?),
                Long("closed-account") => options.closed_account = Some(parser.value()?.string()?),
                Long("other-cookie") => {
                    options.other_headers.push(("Cookie".into(), parser.value()?.string()?))
                }
                Long("other-header") => options.other_headers.push(header(&parser.value()?.string()?)?),
                Long("other-account") => options.other_account = Some(parser.value()?.string()?),
                Long("webhook") => options.webhook = Some(address(&parser.value()?.string()?)?),
                Long("webhook-secret") => options.webhook_secret = Some(parser.value()?.string()?),
                Long("restart") => options.restart = Some(parser.value()?.string()?),
                Long("sandbox") => options.sandbox = Some(address(&parser.value()?.string()?)?),
                Long("sandbox-key") => options.sandbox_key = Some(parser.value()?.string()?),
                Value(url) if options.url.is_empty() => options.url = address(&url.string()?)?,
                other => return Err(other.unexpected().into()),
            }
        }
        if options.url.is_empty() { Err(UsageError::Wrong("URL is missing.".into())) } else { Ok(options) }
    }
}

/// `Name: value`
pub fn header(line: &str) -> Result<(String, String), UsageError> {
    let (name, value) =
        line.split_once(':').ok_or_else(|| UsageError::Wrong("A header is written 'Name: value'.".into()))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn address(text: &str) -> Result<String, UsageError> {
    if text.starts_with("http://") || text.starts_with("https://") {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(UsageError::Wrong("A URL begins with http:// or https://.".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[&str]) -> Result<Options, UsageError> {
        Options::parse(line.iter().map(Into::into))
    }

    #[test]
    fn a_whole_command_line_is_read() {
        let options =
            parse(&["https://shop.example/relink/", "--cookie", "s=1", "--header", "X-CSRF-Token: t"]);
        let options = options.expect("a good command line");
        assert_eq!(options.url, "https://shop.example/relink");
        assert_eq!(options.headers[1], ("X-CSRF-Token".into(), "t".into()));
        assert!(!format!("{options:?}").contains("s=1"));
    }

    #[test]
    fn what_is_missing_or_unknown_is_said_with_the_usage() {
        for line in [&[][..], &["shop.example"], &["http://a", "--whatever"], &["http://a", "--header", "x"]]
        {
            assert!(parse(line).expect_err("wrong").to_string().contains("Usage:"));
        }
    }
}
