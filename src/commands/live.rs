//! Azure, live: sign in, then collect.

use std::{fmt::Write, fs, path::Path};

use jiff::Timestamp;

use super::{Failure, progress::Terminal, session::Session};
use crate::{
    azure::{ArmClient, Cloud, ConnectOptions, RequestLimits, SignInRequest},
    collect::{self, CollectOptions},
    env::Env,
    inventory::{Inventory, ReadStatus},
};

/// Signs in as the settings say.
pub(super) async fn connect(session: &Session, env: &Env) -> Result<ArmClient, Failure> {
    let azure = &session.settings.azure;
    let requests = &session.settings.requests;
    let text = |value: &Option<String>| value.clone();
    let cloud = Cloud::from_parts(
        azure.cloud,
        azure.resource_manager.as_deref(),
        azure.authority.as_deref(),
        azure.audience.as_deref().or(azure.resource_manager.as_deref()),
    );
    let options = ConnectOptions {
        cloud: cloud.map_err(crate::azure::SignInError::from)?,
        sign_in: SignInRequest {
            kind: azure.credential,
            tenant_id: text(&azure.tenant_id),
            client_id: text(&azure.client_id),
            service_connection_id: text(&azure.service_connection_id),
        },
        extra_roots: azure.ca_bundle.as_deref().map(read_roots).transpose()?,
        api_versions: azure.api_versions.clone(),
        limits: RequestLimits {
            concurrency: requests.concurrency.get(),
            per_subscription: requests.per_subscription.get(),
            attempts: requests.attempts.get(),
            backoff: requests.backoff.0,
            longest_wait: requests.longest_wait.0,
            timeout: requests.timeout.0,
            memory: requests.memory.0,
        },
        deadline: session.max_duration.map(|span| span.0),
    };
    let client = ArmClient::connect(options, env).await?;
    tracing::info!("{}", client.identity());
    Ok(client)
}

fn read_roots(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| Failure::file(path, "read (`azure.ca_bundle`)", source))
}

/// Collects the inventory, showing progress.
pub(super) async fn collect(
    session: &Session,
    env: &Env,
    terminal: &Terminal,
    collected_at: Timestamp,
) -> Result<Inventory, Failure> {
    let client = connect(session, env).await?;
    let options = CollectOptions {
        requested: session.requested(),
        parallel_subscriptions: session.settings.requests.parallel_subscriptions.get(),
        collected_at,
    };
    let following = terminal.follow(&client);
    let inventory = collect::collect(&client, &options, &following).await?;
    drop(following);
    let statistics = client.statistics();
    tracing::info!(
        requests = statistics.requests,
        retries = statistics.retries,
        throttled = statistics.throttled,
        bytes = statistics.bytes,
        "collected"
    );
    Ok(inventory)
}

/// Says which subscriptions and calls an audit would make.
pub(super) async fn dry_run(session: &Session, env: &Env) -> Result<String, Failure> {
    let client = connect(session, env).await?;
    let plan = collect::plan(&client, &session.requested()).await?;
    let mut text = format!("{}\n", client.identity());
    let _ = writeln!(text, "would read {} of {} subscriptions:", plan.readable.len(), plan.subscriptions.len());
    for subscription in plan.subscriptions.iter().filter(|s| plan.readable.contains(&s.id)) {
        let _ = writeln!(text, "  {}  {}", subscription.id, subscription.name.as_deref().unwrap_or_default());
    }
    let left_out = plan.coverage.entries().iter().filter(|entry| entry.status != ReadStatus::Ok);
    for entry in left_out {
        let why = entry.message.as_deref().or(entry.error_code.as_deref()).unwrap_or_default();
        let _ = writeln!(text, "would not read {}: {} {why}", entry.scope_id, entry.status);
    }
    text.push_str(
        "with GET requests only: for each subscription the managed clusters and the virtual networks; where they call \
         for it the route tables, network security groups and application gateways; and each network that a node pool \
         names but no list shows\n",
    );
    Ok(text)
}
