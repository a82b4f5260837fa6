//! Whose turn it is on one connection, and since when. The bytes that pass show it: [`Watched`] sees those of the
//! connection, [`Heard`] those of a request's body, [`Told`] those of an answer's.

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::Instant;

/// What a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// For the next request: nothing of it has come.
    Idle,
    /// For the rest of a request.
    Request,
    /// For our handler.
    Us,
    /// For the client to take the answer.
    Taken,
}

impl Waits {
    /// How long a client may keep us waiting. A proxy that keeps connections for a minute finds them open.
    fn patience(self) -> Option<Duration> {
        match self {
            Self::Idle => Some(Duration::from_secs(75)),
            Self::Request => Some(Duration::from_secs(10)),
            Self::Taken => Some(Duration::from_secs(30)),
            Self::Us => None,
        }
    }
}

/// One connection.
#[derive(Debug)]
pub struct Turn {
    /// Its number.
    pub id: u64,
    /// Who is at the other end: the network that one client can have for itself.
    pub peer: IpAddr,
    now: Mutex<Now>,
    close: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Now {
    waits: Waits,
    since: Instant,
    is_closing: bool,
}

impl Turn {
    /// A connection that was just made. Nothing has come yet: until the first request is whole it has as long as a request.
    pub fn new(id: u64, peer: IpAddr) -> Self {
        let now = Now { waits: Waits::Request, since: Instant::now(), is_closing: false };
        Self { id, peer, now: Mutex::new(now), close: Notify::new() }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waits_for(&self, waits: Waits) {
        let mut now = self.now();
        (now.waits, now.since) = (waits, Instant::now());
    }

    /// The head of a request has been read; the whole request, where it has no body.
    pub fn head_read(&self, is_whole: bool) {
        // The time limit is for the whole request: one that has begun does not begin again with its body.
        if is_whole {
            self.waits_for(Waits::Us);
        } else {
            self.now().waits = Waits::Request;
        }
    }

    /// The handler has answered.
    pub fn answered(&self) {
        self.waits_for(Waits::Taken);
    }

    /// Bytes have come.
    fn read(&self) {
        let mut now = self.now();
        if now.waits == Waits::Idle {
            (now.waits, now.since) = (Waits::Request, Instant::now());
        }
    }

    /// The client has taken bytes of an answer.
    fn written(&self) {
        let mut now = self.now();
        if matches!(now.waits, Waits::Taken | Waits::Idle) {
            now.since = Instant::now();
        }
    }

    /// Since when the client keeps us waiting; `None` if we are at work, or it is being closed already.
    pub fn waits_since(&self) -> Option<Instant> {
        let now = self.now();
        (now.waits != Waits::Us && !now.is_closing).then_some(now.since)
    }

    /// Whether the client has used up its time.
    pub fn is_late(&self) -> bool {
        let now = self.now();
        now.waits.patience().is_some_and(|patience| now.since.elapsed() >= patience)
    }

    /// Whether a request has begun and is not here yet.
    pub fn is_unsent(&self) -> bool {
        self.now().waits == Waits::Request
    }

    /// Ends it.
    pub fn close(&self) {
        self.now().is_closing = true;
        // Whoever asks next is told too: one permit is kept.
        self.close.notify_one();
    }

    /// Waits until it is to end.
    pub async fn closed(&self) {
        self.close.notified().await;
    }
}

/// The bytes of a connection.
#[derive(Debug)]
pub struct Watched<I> {
    io: I,
    turn: Arc<Turn>,
}

impl<I> Watched<I> {
    /// Watches them.
    pub fn new(io: I, turn: Arc<Turn>) -> Self {
        Self { io, turn }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Watched<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.io).poll_read(context, buffer));
        if buffer.filled().len() > before {
            self.turn.read();
        }
        Poll::Ready(read)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.io).poll_write(context, bytes));
        self.turn.written();
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.io).poll_write_vectored(context, parts));
        self.turn.written();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

/// The body of a request: with its end it is our turn.
#[derive(Debug)]
pub struct Heard<B> {
    body: B,
    turn: Arc<Turn>,
}

impl<B> Heard<B> {
    /// Hears a body.
    pub fn new(body: B, turn: Arc<Turn>) -> Self {
        Self { body, turn }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Heard<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.turn.waits_for(Waits::Us);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer: when it is gone, the next request is waited for.
#[derive(Debug)]
pub struct Told<B> {
    body: B,
    turn: Arc<Turn>,
}

impl<B> Told<B> {
    /// Tells a body.
    pub fn new(body: B, turn: Arc<Turn>) -> Self {
        Self { body, turn }
    }
}

impl<B> Drop for Told<B> {
    fn drop(&mut self) {
        self.turn.waits_for(Waits::Idle);
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Told<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
