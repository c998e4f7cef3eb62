//! Azure, live: sign in, then collect.

use std::fmt::Write;

use jiff::Timestamp;
use tokio::time::Instant;

use super::{
    ExitStatus, Failure, announce, descriptors, ending, output, progress::Terminal, session::Session,
};
use crate::{
    azure::{ApiVersions, ArmClient, CaBundle, ConnectOptions, IdentitySettings, Limits, RetryPolicy},
    cli::Common,
    collect::{self, CollectOptions, Plan},
    env::Env,
    inventory::{Inventory, ReadStatus},
    report::visible,
    words,
};

/// Signs in as the settings say.
pub(super) async fn connect(session: &Session, env: &Env) -> Result<ArmClient, Failure> {
    Ok(ArmClient::connect(connect_options(session)?, env).await?)
}

pub(super) fn connect_options(session: &Session) -> Result<ConnectOptions, Failure> {
    let (azure, requests) = (&session.settings.azure, &session.settings.requests);
    let mut api_versions = ApiVersions::default();
    for (provider, version) in &azure.api_versions {
        api_versions.set(provider, version)?;
    }
    Ok(ConnectOptions {
        cloud: session.cloud()?,
        credential: azure.credential,
        identity: IdentitySettings {
            tenant_id: azure.tenant_id.clone(),
            client_id: azure.client_id.clone(),
            // The file's own. A task of Azure Pipelines sets the variable for whatever runs in it, the Azure CLI as
            // well, so to sign in it must not look like a wish.
            service_connection_id: session.loaded.settings.azure.service_connection_id.clone(),
        },
        ca_bundle: azure.ca_bundle.clone().map(CaBundle::File),
        api_versions,
        retry: RetryPolicy::new(
            requests.attempts.get(),
            requests.backoff.0,
            requests.longest_wait.0,
            requests.timeout.0,
        ),
        limits: Limits {
            concurrent_requests: descriptors::connections(
                requests.concurrency.get() as usize,
                descriptors::raise(),
            ),
            concurrent_requests_per_subscription: requests.per_subscription.get() as usize,
            body_bytes_in_flight: requests.memory.0,
            max_body_bytes: requests.body.0,
            max_list_bytes: requests.pages.0,
            ..Limits::default()
        },
        read_timeout: requests.timeout.0,
        deadline: session.max_duration.and_then(|span| Instant::now().checked_add(span.0)),
        ..ConnectOptions::default()
    })
}

pub(super) fn collect_options(session: &Session, collected_at: Timestamp) -> CollectOptions {
    CollectOptions {
        requested: session.requested(),
        parallel_subscriptions: session.settings.requests.parallel_subscriptions.get() as usize,
        collected_at,
    }
}

/// Collects the inventory, showing progress.
pub(super) async fn collect(
    session: &Session,
    env: &Env,
    terminal: &Terminal,
    collected_at: Timestamp,
) -> Result<Inventory, Failure> {
    let client = connect(session, env).await?;
    let options = collect_options(session, collected_at);
    let following = terminal.follow(&client);
    let inventory = collect::collect(&client, &options, &following).await?;
    drop(following);
    let statistics = client.statistics();
    tracing::info!(
        requests = statistics.requests,
        retries = statistics.retries,
        throttled = statistics.throttled,
        bytes = statistics.bytes,
        most_body_bytes = statistics.most_body_bytes,
        "collected"
    );
    Ok(inventory)
}

/// Says which subscriptions and calls an audit would make. The status is that of a run which already misses something.
pub(super) async fn dry_run(
    session: &Session,
    common: &Common,
    env: &Env,
    collected_at: Timestamp,
) -> Result<ExitStatus, Failure> {
    announce::live(session, env)?;
    let client = connect(session, env).await?;
    let Plan { inventory, readable } =
        collect::plan(&client, &collect_options(session, collected_at)).await?;
    let mut text = format!("{}\n", visible(&client.identity().to_string()));
    let all = words::counted(inventory.subscriptions.len() as u64, "subscription", "subscriptions");
    let _ = writeln!(text, "would read {} of {all}:", readable.len());
    for subscription in inventory.subscriptions.iter().filter(|s| readable.contains(&s.id)) {
        let name = visible(subscription.name.as_deref().unwrap_or_default());
        let _ = writeln!(text, "  {}  {name}", subscription.id);
    }
    let left_out = inventory.coverage.entries().iter().filter(|entry| entry.status != ReadStatus::Ok);
    for entry in left_out {
        let why = entry.message.as_deref().or(entry.error_code.as_deref()).unwrap_or_default();
        let status = entry.status.as_str().replace('_', " ");
        let _ = writeln!(text, "would not read {}: {status}, {}", visible(&entry.scope_id), visible(why));
    }
    text.push_str(
        "with GET requests only: for each subscription the managed clusters and the virtual networks; where they call \
         for it the route tables, network security groups and application gateways; by id, each of these that is \
         named but that no list shows; and, where networks with clusters use gateways, what Azure knows of the places \
         beyond\n",
    );
    output::print(&text)?;
    let gaps = ending::log_gaps(&inventory, &session.settings.scope.accept_unread);
    Ok(ending::say(gaps.status(), &gaps.reason(), common))
}
