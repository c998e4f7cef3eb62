//! Chaos: random faults of every kind the simulated Azure knows, by seed.
//!
//! What passes leaves no trace; what stays costs only what the ledger says it costs. `AKS_CENSUS_CHAOS_SEEDS=200 cargo test
//! chaos` tries more seeds than the few of a plain run, and `AKS_CENSUS_CHAOS_FIRST` says which one to begin with.
//!
//! One fault is left out: items that Azure hides without a word. Nobody can name what nobody can know of; the stories of
//! narrow permissions say how reports speak of that.

mod dice;
mod loss;
mod service;

use std::{collections::BTreeMap, env, fmt::Write};

use aks_census::{collect::CollectError, inventory::Inventory};
use aks_census_simulator::{estate::Estate, faults::Fault};
use futures_util::{StreamExt, stream};

use self::{
    dice::Dice,
    service::{Azure, estate, reports, requested, with},
};

/// Seeds of a plain run.
const SEEDS: u64 = 20;
/// Seeds at a time.
const TOGETHER: usize = 4;

fn seeds() -> std::ops::Range<u64> {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let first = number("AKS_CENSUS_CHAOS_FIRST").unwrap_or(0);
    first..first + number("AKS_CENSUS_CHAOS_SEEDS").unwrap_or(SEEDS)
}

fn subscriptions() -> Vec<String> {
    let Estate { subscriptions, .. } = estate();
    subscriptions.into_iter().map(|subscription| subscription.id).collect()
}

/// The inventory of the estate that nothing befalls, read by the list of subscriptions and by management group.
async fn calm() -> [Inventory; 2] {
    let azure = Azure::start(|service, _| service).await;
    let [listed, grouped] = [false, true].map(|by_group| azure.collect(requested(by_group)));
    [listed.await.unwrap(), grouped.await.unwrap()]
}

/// What a seed came to: nothing, or what is wrong with it.
type Verdict = Vec<String>;

/// Tries every seed, and says of all that went wrong which they are and what befell them.
async fn try_seeds(judge: impl AsyncFn(u64) -> (Vec<Fault>, Verdict)) {
    let mut verdicts = stream::iter(seeds())
        .map(|seed| {
            let verdict = judge(seed);
            async move { (seed, verdict.await) }
        })
        .buffer_unordered(TOGETHER);
    let mut wrong = BTreeMap::new();
    while let Some((seed, (faults, verdict))) = verdicts.next().await {
        if !verdict.is_empty() {
            wrong.insert(seed, (faults, verdict));
        }
    }
    let mut told = String::new();
    for (seed, (faults, verdict)) in &wrong {
        let _ = writeln!(told, "seed {seed}:\n  {}\n  under {faults:?}", verdict.join("\n  "));
    }
    assert!(wrong.is_empty(), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_that_pass_leave_no_trace() {
    let calm = calm().await;
    let expected = [reports(&calm[0]).await, reports(&calm[1]).await];
    let subscriptions = subscriptions();
    try_seeds(async |seed| {
        let mut dice = Dice::new(seed);
        let by_group = dice.below(2) == 1;
        let faults = dice::healing(&mut dice, &subscriptions);
        let azure = Azure::start(|service, _| with(dice::circumstances(&mut dice, service), &faults)).await;
        let verdict = match azure.collect(requested(by_group)).await {
            Ok(inventory) => first_difference(&expected[usize::from(by_group)], &reports(&inventory).await),
            Err(error) => Some(error.to_string()),
        };
        (faults, verdict.into_iter().collect())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_faults_that_stay_cost_lies_behind_a_named_gap() {
    let calm = calm().await;
    let expected = [reports(&calm[0]).await, reports(&calm[1]).await];
    let subscriptions = subscriptions();
    try_seeds(async |seed| {
        let mut dice = Dice::new(!seed);
        let by_group = dice.below(2) == 1;
        let mut faults = Vec::new();
        let azure = Azure::start(|service, elsewhere| {
            faults = dice::lasting(&mut dice, &subscriptions, elsewhere);
            with(dice::circumstances(&mut dice, service), &faults)
        })
        .await;
        let at = usize::from(by_group);
        let verdict = match azure.collect(requested(by_group)).await {
            Ok(hurt) => {
                let mut wrong = loss::unexplained(&calm[at], &hurt);
                wrong.extend(loss::unexplained_rows(&expected[at], &reports(&hurt).await, &hurt));
                wrong
            }
            // Nothing at all is an error that says why.
            Err(CollectError::SubscriptionsUnreadable(failure)) if !failure.message.is_empty() => Vec::new(),
            Err(CollectError::NothingReadable { outcomes, .. }) if !outcomes.is_empty() => Vec::new(),
            Err(error) => vec![error.to_string()],
        };
        (faults, verdict)
    })
    .await;
}

fn first_difference(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> Option<String> {
    if !one.keys().eq(other.keys()) {
        return Some(format!("the files are {:?}", other.keys()));
    }
    one.iter()
        .zip(other.values())
        .filter(|((_, left), right)| left != right)
        .map(|((name, left), right)| {
            let lines = left.lines().zip(right.lines()).find(|(left, right)| left != right);
            let (left, right) = lines.unwrap_or(("one is longer", "than the other"));
            format!("{name}:\n  {left}\n  {right}")
        })
        .next()
}

#[test]
fn a_seed_means_the_same_faults_again() {
    let subscriptions = subscriptions();
    for seed in 0..200 {
        let healing = |seed| dice::healing(&mut Dice::new(seed), &subscriptions);
        let lasting = |seed| dice::lasting(&mut Dice::new(seed), &subscriptions, "elsewhere.example");
        assert_eq!((healing(seed), lasting(seed)), (healing(seed), lasting(seed)));
    }
}
