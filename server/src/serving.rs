//! Serves connections so that nobody can use them to shut others out or delay a shutdown.
//! On each connection, it is either the server's turn or the client's ([`Turn`]). During the server's turn, the
//! handler's time limit applies. During the client's turn, the turn's time limit applies, and if all connections are
//! taken, one that is waiting for its client is closed to make room: from the client with the most connections, the one
//! that has waited longest. So half-sent requests, slow readers and idle connections harm only the client that causes
//! them.
//!
//! hyper reads and writes HTTP; `turn` is what is known of one connection, and `open` of all. Nothing here knows a route.

mod open;
mod turn;

use crate::serving::open::OpenConnections;
use crate::serving::turn::{Heard, Told, Turn, Watched};
use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::ConnectInfo;
use axum::http::{Extensions, Request};
use axum::serve::Listener;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// The longest head of a request, in bytes: a token with a long address in it, cookies, and what proxies add.
const LONGEST_HEAD: usize = 32 * 1024;
/// The most headers of a request.
const MOST_HEADERS: usize = 100;
/// The most of an answer that the system holds for a client that does not take it, in bytes; left alone, Linux holds megabytes. A
/// client a hundred milliseconds away still gets two megabytes a second.
#[cfg(unix)]
const MOST_HELD: usize = 256 * 1024;
/// The most that is held for it here, in bytes.
const MOST_QUEUED: usize = 64 * 1024;
/// How often to check connections whose client has a deadline.
const LOOK: Duration = Duration::from_secs(1);
/// How often room is made again, where every open connection is being worked for.
const ROOM: Duration = Duration::from_millis(50);
/// How long a client has, once the server stops, to send the rest of a request that has begun.
const REST: Duration = Duration::from_secs(1);
/// The most connections where nobody says how many, however many files the process may open.
const MOST_CONNECTIONS: usize = 2048;
/// The process may open this many times as many files as there may be connections: each may read a file, and the
/// database, Stripe and the mail server have theirs.
const FILES_PER_CONNECTION: u64 = 3;

/// Listens at an address. Of an answer that nobody takes, little is held.
pub async fn listen(address: &str) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address).await?;
    // Every connection that is accepted has it from here.
    #[cfg(unix)]
    rustix::net::sockopt::set_socket_send_buffer_size(&listener, MOST_HELD)?;
    Ok(listener)
}

/// How many connections there may be, and how it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serving {
    /// Connections that are open at once.
    pub most_connections: usize,
    /// How long running requests have after a signal to stop.
    pub stop: Duration,
}

/// As many connections as fit into the process's limit of open files.
pub fn default_connections() -> usize {
    let files = file_limit()
        .map_or(usize::MAX, |files| usize::try_from(files / FILES_PER_CONNECTION).unwrap_or(usize::MAX));
    files.clamp(1, MOST_CONNECTIONS)
}

#[cfg(unix)]
fn file_limit() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn file_limit() -> Option<u64> {
    None
}

/// Serves until `stop` is done and the requests that were being worked for are answered, or their time is up.
/// `introduce` says what else is known of a connection: it is put into the extensions of each of its requests.
pub async fn serve<L, I>(
    mut listener: L,
    router: Router,
    serving: Serving,
    introduce: I,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()>
where
    L: Listener<Addr = SocketAddr>,
    I: Fn(&L::Io) -> Extensions,
{
    let open = Arc::new(OpenConnections::default());
    let places = Arc::new(Semaphore::new(serving.most_connections));
    let (stopping, stopped) = watch::channel(false);
    let (last, mut all_gone) = tokio::sync::mpsc::channel::<Infallible>(1);
    let mut stop = pin!(stop);
    let mut looks = tokio::time::interval(LOOK);
    loop {
        let (io, peer) = tokio::select! {
            () = &mut stop => break,
            _ = looks.tick() => {
                open.close_late();
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        let place = tokio::select! {
            () = &mut stop => break,
            place = place(&places, &open) => place,
        };
        let mut about = introduce(&io);
        about.insert(ConnectInfo(peer));
        let connection = Connection {
            turn: open.enter(peer.ip()),
            open: open.clone(),
            router: router.clone(),
            about,
            stopped: stopped.clone(),
            place,
        };
        let last = last.clone();
        tokio::spawn(async move {
            connection.serve(io).await;
            drop(last);
        });
    }
    drop((listener, last));
    let _nobody_listens = stopping.send(true);
    let deadline = tokio::time::sleep(serving.stop);
    let rest = tokio::time::sleep(REST.min(serving.stop));
    tokio::select! {
        _ = all_gone.recv() => return Ok(()),
        () = rest => open.close_unsent(),
    }
    tokio::select! {
        _ = all_gone.recv() => {}
        () = deadline => {
            tracing::warn!(connections = open.count(), "requests were not answered in time; they are cut off");
            open.close_all();
        }
    }
    Ok(())
}

/// A place for one more connection: where there is none left, one whose client keeps us waiting has to go.
async fn place(places: &Arc<Semaphore>, open: &OpenConnections) -> Option<OwnedSemaphorePermit> {
    loop {
        if let Ok(place) = places.clone().try_acquire_owned() {
            return Some(place);
        }
        open.make_room();
        if let Ok(place) = tokio::time::timeout(ROOM, places.clone().acquire_owned()).await {
            return place.ok();
        }
    }
}

/// One connection, before it is served.
struct Connection {
    turn: Arc<Turn>,
    open: Arc<OpenConnections>,
    router: Router,
    about: Extensions,
    stopped: watch::Receiver<bool>,
    place: Option<OwnedSemaphorePermit>,
}

impl Connection {
    async fn serve<I>(self, io: I)
    where
        I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
    {
        let Self { turn, open, router, about, mut stopped, place } = self;
        let watched = TokioIo::new(Watched::new(io, turn.clone()));
        let of_requests = turn.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let (mut parts, body) = request.into_parts();
            parts.extensions.extend(about.clone());
            of_requests.head_read(body.is_end_stream());
            let body = Body::new(Heard::new(body, of_requests.clone()));
            let answer = router.clone().oneshot(Request::from_parts(parts, body));
            let turn = of_requests.clone();
            async move {
                let answer = answer.await;
                turn.answered();
                answer.map(|answer| answer.map(|body| Told::new(body, turn)))
            }
        });
        let mut builder = http1::Builder::new();
        // The turn has a time limit of its own, which tells a request that has begun from a connection that is idle.
        builder.timer(TokioTimer::new()).header_read_timeout(None);
        builder.max_headers(MOST_HEADERS).max_header_size(LONGEST_HEAD).max_buf_size(MOST_QUEUED);
        let mut served = pin!(builder.serve_connection(watched, service));
        let mut is_told = false;
        loop {
            tokio::select! {
                served = served.as_mut() => {
                    if let Err(error) = served {
                        tracing::debug!(%error, "a connection broke");
                    }
                    break;
                }
                () = turn.closed() => break,
                _ = stopped.changed(), if !is_told => {
                    is_told = true;
                    served.as_mut().graceful_shutdown();
                }
            }
        }
        open.leave(&turn);
        drop(place);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::listen;
    use std::io::ErrorKind;
    use tokio::net::TcpStream;

    #[tokio::test]
    async fn little_is_held_for_a_client_that_reads_nothing() {
        let listener = listen("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let _client = TcpStream::connect(address).await.expect("a connection");
        let (server, _) = listener.accept().await.expect("a connection");
        server.writable().await.expect("a connection");
        let mut held = 0;
        loop {
            match server.try_write(&[0; 64 * 1024]) {
                Ok(written) => held += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
        assert!((64 * 1024..1024 * 1024).contains(&held), "{held} bytes");
    }
}
