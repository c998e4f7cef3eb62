//! Which `nextLink` may be followed.
//!
//! The bearer token travels with every request, so a link is followed only to where a token may go: the configured
//! Resource Manager host and, for a named host, its own subdomains (real lists of AKS clusters link to
//! `eastus2.management.azure.com`).

use url::{Host, Url};

/// Why a link is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RefusedLink {
    #[error("it is no complete address")]
    NotAnAddress,
    #[error("it is not https")]
    NotHttps,
    #[error("it carries a user name")]
    UserInfo,
    #[error("it leads to `{0}`, which is not Resource Manager")]
    Foreign(String),
}

/// The address to follow, verbatim, or why not.
pub(super) fn accept(link: &str, resource_manager: &Url) -> Result<Url, RefusedLink> {
    let mut url = Url::parse(link.trim()).map_err(|_| RefusedLink::NotAnAddress)?;
    // Never sent, so it would make two links out of one.
    url.set_fragment(None);
    if url.scheme() != "https" {
        return Err(RefusedLink::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(RefusedLink::UserInfo);
    }
    let same_port = url.port_or_known_default() == resource_manager.port_or_known_default();
    let trusted = match (url.host(), resource_manager.host()) {
        (Some(Host::Domain(host)), Some(Host::Domain(own))) => {
            if host == own {
                same_port
            } else {
                is_subdomain(host, own) && url.port().is_none()
            }
        }
        (Some(host), Some(own)) => host == own && same_port,
        _ => false,
    };
    if trusted { Ok(url) } else { Err(RefusedLink::Foreign(place(&url))) }
}

/// Whether `host` lies below `domain`, on a label boundary.
fn is_subdomain(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// Host and port, for a message: the rest of a foreign address is of no use to anybody.
fn place(url: &Url) -> String {
    let host: String = url.host_str().unwrap_or("no host").chars().take(100).collect();
    url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accepted(link: &str, own: &str) -> bool {
        accept(link, &Url::parse(own).unwrap()).is_ok()
    }

    const ARM: &str = "https://management.azure.com";

    #[test]
    fn the_host_itself_and_its_subdomains_are_followed() {
        for link in [
            "https://management.azure.com/subscriptions?$skiptoken=a%2Fb",
            "https://management.azure.com:443/subscriptions",
            "https://MANAGEMENT.azure.com/x",
            "https://eastus2.management.azure.com/x",
            "https://a.b.management.azure.com:443/x",
            " https://management.azure.com/x\n",
        ] {
            assert!(accepted(link, ARM), "{link}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for link in [
            "",
            "...",
            "/subscriptions?page=2",
            "//management.azure.com/x",
            "http://management.azure.com/x",
            "ftp://management.azure.com/x",
            "https://management.azure.com:8443/x",
            "https://eastus2.management.azure.com:8443/x",
            "https://management.azure.com@evil.example/x",
            "https://user@management.azure.com/x",
            "https://user:pw@eastus2.management.azure.com/x",
            "https://management.azure.com.evil.example/x",
            "https://evilmanagement.azure.com/x",
            "https://.management.azure.com/x",
            "https://azure.com/x",
            "https://evil.example\\@management.azure.com/x",
            "https://management.azure.com./x",
            "https://127.0.0.1/x",
        ] {
            assert!(!accepted(link, ARM), "{link}");
        }
    }

    #[test]
    fn an_address_must_match_to_the_port() {
        let own = "https://127.0.0.1:8443";
        assert!(accepted("https://127.0.0.1:8443/x", own));
        assert!(accepted("https://2130706433:8443/x", own), "the same address, written as one number");
        for link in ["https://127.0.0.1/x", "https://127.0.0.1:443/x", "https://127.0.0.2:8443/x"] {
            assert!(!accepted(link, own), "{link}");
        }
        for link in ["https://localhost:8443/x", "https://a.127.0.0.1:8443/x", "https://[::1]:8443/x"] {
            assert!(!accepted(link, own), "{link}");
        }
        assert!(accepted("https://[::1]:8443/x", "https://[::1]:8443"));
        assert!(accepted("https://localhost:8443/x", "https://localhost:8443"));
        assert!(!accepted("https://localhost/x", "https://localhost:8443"));
    }

    #[test]
    fn what_is_never_sent_makes_no_other_link() {
        let page = |link: &str| accept(link, &Url::parse(ARM).unwrap()).unwrap();
        let link = "https://management.azure.com/x?$skiptoken=1";
        assert_eq!(page(&format!("{link}#1")), page(&format!("{link}#2")));
        assert_eq!(page(link).as_str(), link);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_followed_link_ends_in_the_host(link in "\\PC{0,60}") {
            if let Ok(url) = accept(&link, &Url::parse(ARM).unwrap()) {
                prop_assert_eq!(url.scheme(), "https");
                let host = url.host_str().unwrap();
                prop_assert!(host == "management.azure.com" || host.ends_with(".management.azure.com"));
            }
        }

        #[test]
        fn nothing_around_the_host_leads_elsewhere(
            before in "[a-z0-9.@:/\\\\-]{1,12}", after in "[a-z0-9.@:/?#-]{0,12}",
        ) {
            let link = format!("https://{before}management.azure.com{after}");
            if let Ok(url) = accept(&link, &Url::parse(ARM).unwrap()) {
                let host = url.host_str().unwrap().to_owned();
                let own = host == "management.azure.com" || host.ends_with(".management.azure.com");
                prop_assert!(own, "{} -> {}", link, host);
                prop_assert!(url.username().is_empty());
                prop_assert_eq!(url.port(), None);
            }
        }

        #[test]
        fn no_other_port_of_an_address_is_followed(port in 1u16..) {
            let own = "https://127.0.0.1:8443";
            let link = format!("https://127.0.0.1:{port}/x");
            prop_assert_eq!(accepted(&link, own), port == 8443);
        }
    }
}
