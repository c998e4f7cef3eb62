//! Proxies that the environment names, looked at before anything goes out.
//!
//! The HTTP library reads the variables by itself, and leaves out what it can't read: a request that was to go through a
//! proxy would then go past it. So whatever it would leave out, or fail on at the first request, is an error here.

use http::Uri;

use crate::env::{ALL_PROXY, Env, HTTP_PROXY, HTTPS_PROXY, Variable};

const VARIABLES: [Variable; 3] = [HTTPS_PROXY, HTTP_PROXY, ALL_PROXY];

/// A proxy that can't be used. The address stays unsaid, because it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the proxy that `{variable}` (or `{}`) names can't be used: {problem}", variable.to_ascii_lowercase())]
pub struct ProxyError {
    variable: &'static str,
    problem: &'static str,
}

impl ProxyError {
    pub(super) const HINT: &'static str = "write it as `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`, with `%` codes for special characters in the \
         password; or unset it";
}

/// Looks at every proxy the environment names.
pub(super) fn check(env: &Env) -> Result<(), ProxyError> {
    VARIABLES.iter().try_for_each(|variable| {
        let problem = env.get(*variable).and_then(problem);
        problem.map_or(Ok(()), |problem| Err(ProxyError { variable: variable.name, problem }))
    })
}

/// What is wrong with an address. Without a scheme it is one of http.
fn problem(address: &str) -> Option<&'static str> {
    let Ok(uri) = address.parse::<Uri>() else { return Some("it is no address") };
    match uri.scheme_str() {
        None | Some("http" | "https") => {}
        Some(scheme) if scheme.starts_with("socks") => {
            return Some("it is a SOCKS proxy, which is not supported");
        }
        Some(_) => return Some("its scheme is neither `http` nor `https`"),
    }
    let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
        return Some("it names no host");
    };
    let host_and_port = authority.as_str().rsplit('@').next().unwrap_or_default();
    let port = host_and_port.strip_prefix(authority.host()).and_then(|rest| rest.strip_prefix(':'));
    let is_port = |port: &str| {
        port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    match port {
        Some(port) if !is_port(port) => Some("its port is no number from 1 to 65535"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_or_refused_and_its_password_is_never_said() {
        let good = [
            "http://proxy:3128",
            "http://proxy",
            "https://proxy.example:443/",
            "proxy:3128",
            "10.0.0.1:3128",
            "http://[::1]:3128",
            "http://user:hunter2@proxy:3128",
            "user:hunter2@proxy:3128",
            "http://us%40er:hunter2%2F@[::1]:3128",
        ];
        for address in good {
            assert_eq!(problem(address), None, "{address}");
        }
        let bad = [
            "http://u:hunter2@[bad:3128",
            "gopher://u:hunter2@proxy:70",
            "ftp://proxy",
            "file:///etc/hosts",
            "user:hunter2@host:port",
            "http://user:hunter2@host:port",
            "http://proxy:99999",
            "http://proxy:0",
            "http://proxy:",
            "http://:3128",
            "http://",
            "/proxy",
            "//proxy:3128",
            " ",
            "http://hunter2 proxy:3128",
            "http://hunter2@pro\u{0}xy",
            "socks5://u:hunter2@proxy:1080",
            "*",
        ];
        for address in bad {
            for variable in VARIABLES {
                let error = check(&Env::from_pairs([(variable.name, address)])).expect_err(address);
                let text = format!("{error} {error:?}");
                assert!(text.contains(variable.name) && !text.contains("hunter2"), "{text}");
                assert!(text.contains(&variable.name.to_ascii_lowercase()), "{text}");
            }
        }
        assert_eq!(check(&Env::from_pairs([("NO_PROXY", "\u{0}")])), Ok(()));
    }
}
