//! Links from one page to the next: where a token may go.

use url::{Host, Url};

use crate::azure::fuzzing::followed;

/// Where Resource Manager is: in each known cloud, in one of one's own, on loopback.
const OWN: [&str; 8] = [
    "https://management.azure.com",
    "https://management.usgovcloudapi.net",
    "https://management.chinacloudapi.cn",
    "https://management.local.azurestack.external",
    "https://management.example:8443",
    "https://127.0.0.1:8443",
    "https://[::1]:8443",
    "https://localhost",
];

/// A link. The first byte says whose Resource Manager it comes from, and whether that host's name stands in it wherever
/// the text has a NUL.
///
/// # Panics
/// When a link is followed that does not lead to Resource Manager over https.
pub fn links(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let own = OWN[usize::from(*first) % OWN.len()];
    let host = own.trim_start_matches("https://");
    let link = if first & 0x80 == 0 { text.to_owned() } else { text.replace('\0', host) };
    let own = Url::parse(own).expect("it is an address");
    match followed(&link, &own) {
        Ok(url) => {
            leads_home(&url, &own);
            // What is asked is what was looked at.
            assert_eq!(followed(url.as_str(), &own).as_ref(), Ok(&url));
        }
        Err(why) => assert!(!why.contains(char::is_control), "{why:?}"),
    }
}

fn leads_home(url: &Url, own: &Url) {
    assert_eq!(url.scheme(), "https");
    assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    // Without the parser: what stands between the slashes is a host and a port, nothing else.
    let rest = url.as_str().strip_prefix("https://").expect("it begins so");
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    assert!(!authority.contains(['@', '\\', '%', ' ']), "{url}");
    let port = url.port_or_known_default();
    match (url.host(), own.host()) {
        (Some(Host::Domain(host)), Some(Host::Domain(home))) if host != home => {
            let below = host.strip_suffix(home).and_then(|rest| rest.strip_suffix('.'));
            assert!(below.is_some_and(|labels| !labels.is_empty()), "{url}");
            assert_eq!(port, Some(443), "{url}");
        }
        (host, home) => assert_eq!((host, port), (home, own.port_or_known_default()), "{url}"),
    }
}
