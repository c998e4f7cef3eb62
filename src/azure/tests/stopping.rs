//! A run that is stopped, runs out of time, or hangs.

use aks_census_simulator::faults::{Effect, Fault, RequestKind};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;

async fn hanging() -> Azure {
    Azure::with([Fault::on(RequestKind::VirtualNetworks, Effect::Hang).page(2)]).await
}

#[tokio::test]
async fn a_stopped_run_keeps_what_it_has() {
    let azure = hanging().await;
    let cancellation = CancellationToken::new();
    let options = ConnectOptions { cancellation: cancellation.clone(), ..azure.connect_options() };
    let client = ArmClient::connect(options, &azure.env()).await.unwrap();
    let stop = async {
        while azure.reads().len() < 2 {
            tokio::task::yield_now().await;
        }
        cancellation.cancel();
    };
    let (listing, ()) = tokio::join!(client.list::<wire::VirtualNetwork>(ONE), stop);
    assert_eq!(outcome(&listing), "3 items, 0 odd, 2 requests: Cancelled - Cancelled");
    let after = client.list::<wire::VirtualNetwork>(TWO).await;
    assert_eq!(outcome(&after), "0 items, 0 odd, 0 requests: Cancelled - Cancelled");
    assert_eq!(client.statistics().in_flight, 0);
}

#[tokio::test]
async fn a_run_ends_with_its_time() {
    let azure = hanging().await;
    let deadline = Some(Instant::now() + Duration::from_secs(2));
    let options = ConnectOptions { deadline, ..azure.connect_options() };
    let client = ArmClient::connect(options, &azure.env()).await.unwrap();
    let listing = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "3 items, 0 odd, 2 requests: Cancelled - MaxDurationReached");
    assert!(listing.failure.unwrap().hint().unwrap().contains("--max-duration"));
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let azure = hanging().await;
    let mut options = azure.connect_options();
    options.retry.budget = Duration::from_millis(100);
    let client = ArmClient::connect(options, &azure.env()).await.unwrap();
    let listing = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "3 items, 0 odd, 2 requests: Failed - TimedOut");
}
