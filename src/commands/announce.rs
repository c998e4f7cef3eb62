//! What a run says before it begins, whatever the verbosity: its configuration file and, for any cloud but the public one,
//! where it signs in and what it reads. Whoever is misled by a file can see it here.

use super::{Failure, output, session::Session};
use crate::{
    azure::{Cloud, CloudName, SignInError},
    env::Env,
};

/// Announces a run that calls Azure.
///
/// # Errors
/// When the settings describe no cloud.
pub(super) fn live(session: &Session, env: &Env) -> Result<(), Failure> {
    let cloud = session.cloud()?.in_environment(env).map_err(SignInError::from)?;
    say(session, Some(&cloud));
    Ok(())
}

/// Announces a run that calls nobody, or a simulated Azure only.
pub(super) fn offline(session: &Session) {
    say(session, None);
}

fn say(session: &Session, cloud: Option<&Cloud>) {
    let is_overridden = |key: &str| session.overrides.contains_key(key);
    let mut clauses = session.loaded.influence(is_overridden).unwrap_or_default();
    if let Some(cloud) = cloud.filter(|cloud| cloud.name() != CloudName::Public) {
        clauses.push(format!(
            "cloud {}: signs in at {}, reads {}, with tokens for {}",
            cloud.name(),
            cloud.authority(),
            cloud.resource_manager(),
            cloud.audience()
        ));
    }
    if !clauses.is_empty() {
        output::note(&clauses.join("; "));
    }
}
