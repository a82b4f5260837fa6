//! Which trace a call to Stripe belongs to: W3C Trace Context, <https://www.w3.org/TR/trace-context/>. The header of a request that
//! we serve is kept for the task that serves it, and each call to Stripe is sent on with the same trace and a span of its own.
//! `tracestate` is not passed on: its contents are not meant for Stripe.

use relink_seal::random_id;
use std::fmt;
use std::future::Future;
use std::sync::OnceLock;

/// A place in a trace, as `traceparent` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    trace: u128,
    span: u64,
    flags: u8,
}

tokio::task_local! {
    static CURRENT: TraceParent;
}

/// Who says which header a call leaves with, where it is not this module.
static SOURCE: OnceLock<fn() -> Option<String>> = OnceLock::new();

impl TraceParent {
    /// Reads a header; `None` if it is not one of Trace Context's, which is then to be ignored.
    pub fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let fits = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
        // A later version may say more after these four; ours may not.
        if !fits || version == "ff" || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let read = Self {
            trace: u128::from_str_radix(trace, 16).ok()?,
            span: u64::from_str_radix(span, 16).ok()?,
            flags: u8::from_str_radix(flags, 16).ok()?,
        };
        (read.trace != 0 && read.span != 0).then_some(read)
    }

    /// The trace's id: 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace)
    }

    /// The same trace with a new span, below this one.
    fn child(self) -> Self {
        Self { span: new_span(), ..self }
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace, self.span, self.flags)
    }
}

/// A random id that is not zero.
fn new_span() -> u64 {
    let random = random_id("");
    let digits = random.get(1..17).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    digits.unwrap_or_default().max(1)
}

/// Runs what belongs to a trace.
pub async fn within<F: Future>(parent: Option<TraceParent>, run: F) -> F::Output {
    match parent {
        Some(parent) => CURRENT.scope(parent, run).await,
        None => run.await,
    }
}

/// The trace of this task: to be handed to [`within`] in a task that it starts.
pub fn current() -> Option<TraceParent> {
    CURRENT.try_with(|parent| *parent).ok()
}

/// From now on this says which header a call leaves with: a program that records spans knows the call's own.
/// False if somebody says so already.
pub fn set_source(source: fn() -> Option<String>) -> bool {
    SOURCE.set(source).is_ok()
}

/// The header that a call leaves with.
pub(crate) fn outgoing() -> Option<String> {
    match SOURCE.get() {
        Some(source) => source(),
        None => current().map(|parent| parent.child().to_string()),
    }
}

/// What an answer says of where its request was served: the span of the program that records spans, else a new one in the
/// request's trace. `None` if there is no trace.
pub fn served(parent: Option<TraceParent>) -> Option<String> {
    match SOURCE.get() {
        Some(source) => source(),
        None => parent.map(|parent| parent.child().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_header_is_read_and_written_alike_and_a_child_stays_in_the_trace() {
        let parent = TraceParent::parse(GOOD).expect("a parent");
        assert_eq!(parent.to_string(), GOOD);
        let child = TraceParent::parse(&parent.child().to_string()).expect("a child");
        assert_eq!((child.trace, child.flags), (parent.trace, parent.flags));
        assert_ne!(child.span, parent.span);
    }

    #[test]
    fn what_is_no_header_of_trace_context_is_ignored() {
        for bad in [
            "",
            "00",
            "planted",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert_eq!(TraceParent::parse(bad), None, "{bad}");
        }
        let later = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-holds";
        assert!(TraceParent::parse(later).is_some());
    }

    #[tokio::test]
    async fn a_call_outside_of_a_trace_has_no_header() {
        assert_eq!(outgoing(), None);
        within(TraceParent::parse(GOOD), async {
            let sent = outgoing().and_then(|header| TraceParent::parse(&header)).expect("a header");
            assert_eq!(sent.trace_id(), "0af7651916cd43dd8448eb211c80319c");
            assert_ne!(sent.to_string(), GOOD);
        })
        .await;
    }
}
