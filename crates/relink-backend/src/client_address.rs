//! The address that a request comes from, for limits and security events.
//! A server behind a proxy sees the proxy's address. The proxy writes the client's address into `X-Forwarded-For`, but
//! so can anybody. So the header is read from the right, and only as far as listed proxies have written it: the first
//! address that is not a listed proxy is the client.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// Where a request comes from, in its extensions: set by the serving program, read for limits and logs.
/// An app that nests our routes may put one there too; without it nothing is counted by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What a single client usually has: an IPv4 address, or the first 64 bits of an IPv6 address. A client with one
    /// address of such a network can use all of them.
    pub fn network(self) -> IpAddr {
        const NETWORK: u128 = !(u64::MAX as u128);
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
        }
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The proxies whose `X-Forwarded-For` is trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// An entry of the list that is no address and no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNetwork;

impl FromStr for TrustedProxies {
    type Err = NoNetwork;

    /// Reads addresses and networks with commas between, as in `10.0.0.0/8, ::1`.
    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries
            .map(|entry| {
                let network = entry.parse::<IpNet>().ok();
                network.or_else(|| entry.parse::<IpAddr>().ok().map(IpNet::from)).ok_or(NoNetwork)
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl TrustedProxies {
    /// Who sent a request that came over a connection from `peer`.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut client = peer.to_canonical();
        let lines = headers.get_all("x-forwarded-for").into_iter().rev();
        let mut hops = lines.flat_map(|line| line.to_str().unwrap_or("unreadable").rsplit(','));
        while self.has(client) {
            // What cannot be read was not written by a proxy of ours: everything to its left is hearsay.
            match hops.next().and_then(|hop| address(hop.trim())) {
                Some(hop) => client = hop.to_canonical(),
                None => break,
            }
        }
        ClientAddress(client)
    }

    /// Whether connections from there are a proxy's.
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address.to_canonical()))
    }
}

/// An address as proxies write it: alone, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, lines: &[&str]) -> String {
        let trusted: TrustedProxies = trusted.parse().expect("a list");
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        trusted.client(peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_on_the_list() {
        assert_eq!(client("", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("10.0.0.0/8", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    #[test]
    fn the_client_is_the_first_from_the_right_that_is_no_proxy_of_ours() {
        let ours = "10.0.0.0/8, 2001:db8:1::/48";
        assert_eq!(client(ours, "10.0.0.1", &["203.0.113.9, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(ours, "10.0.0.1", &["203.0.113.9", "198.51.100.7, 10.1.1.1"]), "198.51.100.7");
        assert_eq!(client(ours, "::ffff:10.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(client(ours, "2001:db8:1::1", &["[2001:db8:2::7]:443"]), "2001:db8:2::7");
    }

    #[test]
    fn what_cannot_be_read_ends_the_search() {
        let ours = "10.0.0.0/8";
        assert_eq!(client(ours, "10.0.0.1", &["203.0.113.9, unknown, 10.1.1.1"]), "10.1.1.1");
        assert_eq!(client(ours, "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client(ours, "10.0.0.1", &["10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn a_list_is_of_addresses_and_networks() {
        assert!("10.0.0.0/8,192.0.2.1, ::1".parse::<TrustedProxies>().is_ok());
        for bad in ["*", "10.0.0.0/33", "proxy.example", "10.0.0"] {
            assert_eq!(bad.parse::<TrustedProxies>(), Err(NoNetwork), "{bad}");
        }
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one_clients() {
        let network = |text: &str| ClientAddress(text.parse().expect("an address")).network().to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
