//! Reads an answer, unless it is too large: whoever answers must not be able to fill our memory.

use reqwest::Response;

/// The largest answer of a provider's API, in bytes. A page of a hundred accounts has a tenth of it.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// Why an answer was not read.
#[derive(Debug)]
pub enum Unread {
    /// The connection broke, or it took too long.
    Broken(reqwest::Error),
    /// It is larger than it may be.
    TooLarge,
}

/// The whole body, if it has at most so many bytes.
pub async fn whole(mut answer: Response, most: usize) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(Unread::Broken)? {
        if body.len() + part.len() > most {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// An answer of so many bytes, of which nobody says how many they are.
    async fn answer_of(bytes: usize) -> Response {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            // Nobody answers before they are asked.
            assert!(stream.read(&mut [0; 1024]).await.expect("a request") > 0);
            let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
            stream.write_all(head).await.expect("a client");
            // The client may hang up before the end.
            drop(stream.write_all(&vec![b'x'; bytes]).await);
        });
        reqwest::get(url).await.expect("an answer")
    }

    #[tokio::test]
    async fn an_answer_is_read_up_to_its_limit_and_not_beyond() {
        assert_eq!(whole(answer_of(1000).await, 1000).await.expect("a body").len(), 1000);
        assert!(matches!(whole(answer_of(1001).await, 1000).await, Err(Unread::TooLarge)));
    }
}
