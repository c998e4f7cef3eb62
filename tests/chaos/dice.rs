//! Random faults, the same for the same seed.

use aks_census_simulator::{
    Bucket, Options, Throttle,
    faults::{Effect, ErrorBody, Fault, Link, Oddity, RequestKind, RetryAfter},
};

/// The splitmix64 generator.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut state = self.0;
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^ (state >> 31)
    }

    pub(super) fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll() % sides.max(1) as u64).unwrap()
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// How a service behaves that is well, if slow and strict.
pub(super) fn circumstances(dice: &mut Dice, options: Options) -> Options {
    let options =
        options.page_size(1 + dice.below(3)).latency(std::time::Duration::from_millis(dice.below(3) as u64));
    if dice.one_in(4) {
        let subscription_reads = Bucket { burst: 4, per_second: 200.0 };
        return options.throttle(Throttle { subscription_reads, ..Throttle::default() });
    }
    options
}

/// A question: its kind, and its subscription where it has one.
fn question(dice: &mut Dice, subscriptions: &[String]) -> (RequestKind, Option<String>) {
    use RequestKind as Kind;
    const LISTS: [RequestKind; 5] = [
        Kind::Clusters,
        Kind::VirtualNetworks,
        Kind::RouteTables,
        Kind::NetworkSecurityGroups,
        Kind::ApplicationGateways,
    ];
    match dice.below(10) {
        0 => (Kind::Subscriptions, None),
        1 => (Kind::Descendants, None),
        _ => (dice.pick(&LISTS), Some(dice.pick(subscriptions))),
    }
}

/// Faults that pass: each question's each page is hurt by one of them, twice at most.
pub(super) fn healing(dice: &mut Dice, subscriptions: &[String]) -> Vec<Fault> {
    let mut hurt = Vec::new();
    let mut faults = Vec::new();
    for _ in 0..=dice.below(8) {
        let (kind, subscription) = question(dice, subscriptions);
        let page = 1 + dice.below(3);
        if hurt.contains(&(kind, subscription.clone(), page)) {
            continue;
        }
        let effect = passing(dice);
        // A second token that is refused is no token that has run out; and waiting for no answer takes its time.
        let most = if matches!(effect, Effect::Unauthorized { .. } | Effect::Hang) { 1 } else { 2 };
        let fault = Fault { kind: Some(kind), subscription: subscription.clone(), ..Fault::new(effect) };
        faults.push(fault.page(page).times(1 + dice.below(most) as u64));
        hurt.push((kind, subscription, page));
    }
    faults
}

/// Faults that stay, among some that pass. `elsewhere` is a host that must not be asked.
pub(super) fn lasting(dice: &mut Dice, subscriptions: &[String], elsewhere: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for _ in 0..=dice.below(4) {
        let (kind, subscription) = question(dice, subscriptions);
        let effect = if dice.one_in(4) { passing(dice) } else { staying(dice, elsewhere) };
        let mut fault = Fault { kind: Some(kind), subscription, ..Fault::new(effect) };
        if dice.one_in(2) {
            fault = fault.page(1 + dice.below(2));
        }
        faults.push(fault.from(1 + dice.below(2) as u64));
    }
    if dice.one_in(8) {
        // No second token: the first that runs out ends what needs one.
        faults.push(Fault::on(RequestKind::Token, status(401, None, ErrorBody::Json)).from(2));
        faults.push(Fault::on(RequestKind::VirtualNetworks, Effect::Unauthorized { code: None }).times(1));
    }
    faults
}

/// What passes, or changes nothing.
fn passing(dice: &mut Dice) -> Effect {
    match dice.below(13) {
        0..=3 => {
            let waits = [
                None,
                Some(RetryAfter::Seconds(0)),
                Some(RetryAfter::Seconds(3_600)),
                Some(RetryAfter::Date(-60)),
                Some(RetryAfter::Date(3_600)),
                Some(RetryAfter::Text("soon".to_owned())),
                Some(RetryAfter::Text("18446744073709551616".to_owned())),
            ];
            let code = dice.pick(&[408, 429, 429, 500, 502, 503, 504]);
            status(code, dice.pick(&waits), dice.pick(&[ErrorBody::Json, ErrorBody::Html, ErrorBody::Empty]))
        }
        4 => Effect::Reset { after_bytes: None },
        5 => Effect::Reset { after_bytes: Some(dice.below(400)) },
        6 => Effect::TruncatedTransfer,
        7 => Effect::TruncatedJson,
        8 => Effect::InvalidJson,
        9 => Effect::Slow { pieces: 1 + dice.below(6), pause_ms: 1 },
        10 => Effect::EmptyPage,
        11 => Effect::NextLink { link: dice.pick(&[Link::Empty, Link::Null]), host: None, text: None },
        _ if dice.one_in(4) => Effect::Hang,
        _ => Effect::Unauthorized { code: None },
    }
}

/// What no patience helps against.
fn staying(dice: &mut Dice, elsewhere: &str) -> Effect {
    match dice.below(12) {
        0 => Effect::Denied,
        1 => Effect::NotFound,
        2 => Effect::WrongTenant,
        3 => Effect::Unauthorized { code: None },
        4 => status(dice.pick(&[204, 301, 304, 400, 402, 405, 410, 418, 501, 599]), None, ErrorBody::Empty),
        5 => Effect::Redirect {
            location: dice.pick(&[None, Some(format!("https://{elsewhere}/subscriptions"))]),
        },
        6 => Effect::MissingValue,
        7 | 8 => {
            let link = dice.pick(&[Link::Foreign, Link::Userinfo, Link::Insecure, Link::Same, Link::Text]);
            let text =
                (link == Link::Text).then(|| dice.pick(&["...", "/subscriptions", "https://", "\u{1b}[31m"]));
            Effect::NextLink { link, host: Some(elsewhere.to_owned()), text: text.map(str::to_owned) }
        }
        9 => Effect::Duplicates { items: 1 + dice.below(2) },
        _ => {
            let oddities = [
                Oddity::PropertiesText,
                Oddity::PropertiesNull,
                Oddity::NoId,
                Oddity::IdNumber,
                Oddity::Text,
                Oddity::Null,
            ];
            Effect::OddItem { index: dice.below(2), oddity: dice.pick(&oddities) }
        }
    }
}

fn status(status: u16, retry_after: Option<RetryAfter>, body: ErrorBody) -> Effect {
    Effect::Status { status, code: None, message: None, retry_after, body }
}
