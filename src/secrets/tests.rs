//! The replacer against every secret and every encoding.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

const TOKEN: &str = "eyJ0eXAiOiJKV1QifQ.eyJ0aWQiOiI3MmY5In0.c2lnbmF0dXJlLW9mLXRlc3Rz";

fn knowing<'a>(values: impl IntoIterator<Item = &'a str>) -> Secrets {
    let secrets = Secrets::new();
    values.into_iter().for_each(|value| secrets.know(value));
    secrets
}

/// Percent-encoded, with every byte that `is_plain` does not name escaped.
fn percent(text: &str, upper: bool, is_plain: impl Fn(u8) -> bool) -> String {
    let byte = |byte: u8| match (is_plain(byte), upper) {
        (true, _) => char::from(byte).to_string(),
        (false, true) => format!("%{byte:02X}"),
        (false, false) => format!("%{byte:02x}"),
    };
    text.bytes().map(byte).collect()
}

fn units(text: &str) -> String {
    let mut escaped = String::new();
    for unit in text.encode_utf16() {
        let _ = write!(escaped, "\\u{unit:04x}");
    }
    escaped
}

/// A secret in every form that is found wherever it stands.
fn encodings(secret: &str) -> Vec<String> {
    let quoted = serde_json::Value::from(secret).to_string();
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut all = vec![
        secret.to_owned(),
        quoted[1..quoted.len() - 1].to_owned(),
        units(secret),
        quoted[1..quoted.len() - 1].replace('/', "\\/"),
        percent(secret, true, unreserved),
        percent(secret, false, |byte| byte.is_ascii_alphanumeric()),
        percent(secret, true, |_| false),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
    ];
    for text in [secret.to_owned(), format!("u{secret}x"), format!("us{secret}xy"), format!("user:{secret}")]
    {
        all.extend([&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD].map(|e| e.encode(&text)));
        all.push(percent(&STANDARD.encode(&text), true, |byte| byte.is_ascii_alphanumeric()));
    }
    all
}

#[test]
fn a_token_and_its_parts_are_hidden_and_what_is_short_is_not() {
    let secrets = knowing([TOKEN, "hunter2", " s3cret~value\n"]);
    let signature = TOKEN.rsplit('.').next().unwrap();
    assert_eq!(secrets.hide(&format!("Bearer:{TOKEN}, twice {TOKEN}")), "Bearer:…, twice …");
    assert_eq!(secrets.hide(&format!("\"{signature}\" is wrong")), "\"…\" is wrong");
    assert_eq!(secrets.hide("hunter2 and s3cret~value"), "hunter2 and …");
    assert_eq!(
        secrets.hide("e30.e30 is no token, s3cret~valu no secret"),
        "e30.e30 is no token, s3cret~valu no secret"
    );
    assert_eq!(knowing(["my.password.here"]).hide("a password, my.password.here"), "a password, …");
    assert!(matches!(secrets.hide("100% of \\ nothing"), Cow::Borrowed(_)));
    assert_eq!(format!("{secrets:?}"), "Secrets { known: 2, .. }");
}

#[test]
fn a_beginning_that_two_secrets_share_hides_each() {
    let long = "0123456789".repeat(10);
    let (one, two) = (format!("{long}one"), format!("{long}two-and-more"));
    let secrets = knowing([one.as_str(), two.as_str(), "456789012345"]);
    for secret in [&one, &two] {
        assert_eq!(secrets.hide(&format!("a {secret} b")), "a … b");
    }
    assert_eq!(secrets.hide("0123456789012345x"), "0123…x", "one inside the beginning of another");
}

#[test]
fn a_body_stays_json_and_what_is_around_a_secret_stays() {
    let secrets = knowing([TOKEN, "a\"quoted\\secret"]);
    for text in
        [TOKEN.to_owned(), "a\"quoted\\secret".to_owned(), format!("https://x/?a=b&t={TOKEN}&c=\"é\"")]
    {
        let plain = serde_json::json!({ "value": [{ "id": "/a", "tag": text, "odd": "50 %" }] });
        let escaped = format!(r#"{{"value":[{{"id":"\/a","tag":"{}","odd":"50 %"}}]}}"#, units(&text));
        for body in [plain.to_string(), escaped] {
            let hidden = secrets.hide_in_body(body.as_bytes()).unwrap();
            let hidden: serde_json::Value = serde_json::from_slice(&hidden).unwrap();
            let tag = text.replace(TOKEN, "…").replace("a\"quoted\\secret", "…");
            let expected = serde_json::json!({ "value": [{ "id": "/a", "tag": tag, "odd": "50 %" }] });
            assert_eq!(hidden, expected, "{body}");
        }
    }
    for body in [r#"{"value":["\ud83d","100%","\"","\\"]}"#, "", "\"", "\"\\", "<html a=\"%41\">"] {
        assert_eq!(secrets.hide_in_body(body.as_bytes()), None, "{body}");
    }
}

/// Texts of the kind secrets are made of, and some that are made to break the replacer.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9~._-]{8,60}",
        "[A-Za-z0-9+/]{8,40}={0,2}",
        "[ -~]{8,20}",
        "[ab]{8,9}",
        "[%\\\\u0-9…\"]{8,12}",
        "\\PC{8,12}",
        "[A-Za-z0-9_-]{8,40}\\.[A-Za-z0-9_-]{8,40}\\.[A-Za-z0-9_-]{8,40}",
    ]
    .prop_map(|text| text.trim().to_owned())
    .prop_filter("short ones are not looked for", |text| text.len() >= SHORTEST)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_secret_survives_in_any_encoding(
        values in proptest::collection::vec(secret(), 1..4), before in "\\PC{0,12}", behind in "\\PC{0,12}",
    ) {
        let secrets = knowing(values.iter().map(String::as_str));
        for value in &values {
            for encoded in encodings(value) {
                // What stands around an encoded text ends it, as it does wherever texts are told apart.
                let hidden = secrets.hide(&encoded).into_owned();
                prop_assert!(hidden != encoded, "{} stayed", encoded);
                let text = format!("{before} {encoded} {behind}");
                let hidden = secrets.hide(&text).into_owned();
                prop_assert!(hidden != text && !hidden.contains(value), "{} in {}", value, hidden);
                prop_assert_eq!(secrets.hide(&hidden), hidden.as_str(), "once is enough");
                let body = serde_json::json!({ "id": text, before.clone(): [encoded] }).to_string();
                let hidden = secrets.hide_in_body(body.as_bytes()).unwrap();
                prop_assert!(secrets.hide_in_body(&hidden).is_none());
            }
        }
    }

    #[test]
    fn a_text_without_a_secret_stays_as_it_is(
        values in proptest::collection::vec("[A-Za-z0-9]{20,30}", 1..4), text in "\\PC{0,60}",
    ) {
        let secrets = knowing(values.iter().map(String::as_str));
        prop_assert_eq!(secrets.hide(&text), text.as_str());
        let body = serde_json::json!({ "id": text }).to_string();
        prop_assert!(secrets.hide_in_body(body.as_bytes()).is_none());
    }

    #[test]
    fn any_bytes_are_read(body: Vec<u8>, text: String) {
        let secrets = knowing([TOKEN, "a\\u0041%41"]);
        let _ = secrets.hide_in_body(&body);
        let _ = secrets.hide(&text);
    }
}
