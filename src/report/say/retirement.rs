//! The words of retirements.

use crate::{
    assess::migration::RetirementFact,
    report::phrase::{Phrase, phrase},
    rules::{Catalogue, RetirementId},
};

/// What makes a retirement hit a resource, with the other dates.
pub(crate) fn retirement(id: RetirementId, fact: &RetirementFact) -> Phrase {
    let rule = Catalogue::built_in().retirement(id);
    let said = match fact {
        RetirementFact::Listed(image) => {
            let image = || Phrase::outside(image.as_deref().unwrap_or("unknown"));
            let parts = rule.detail.as_deref().unwrap_or_default().split("{image}").map(Phrase::outside);
            parts.reduce(|said, part| phrase!("{}{}{}", said, image(), part)).unwrap_or_default()
        }
        RetirementFact::ForcedUpgrade { version, is_long_term, until } => {
            let ends = match until {
                Some(day) if *is_long_term => {
                    format!("long-term support ends on {day}, so that by our reading")
                }
                Some(day) => format!("support ends on {day}, and 60 days later, not before June 2027,"),
                None => "support ended long ago, and from June 2027 on".to_owned(),
            };
            phrase!("Kubernetes {}: {} AKS upgrades the cluster by itself", version.to_string(), ends)
        }
        RetirementFact::Nginx(None) => {
            "application routing is on; whether it uses NGINX is not visible".into()
        }
        RetirementFact::Nginx(Some(controller)) if controller.eq_ignore_ascii_case("None") => {
            "application routing is on without a default NGINX controller; the cluster may hold others".into()
        }
        RetirementFact::Nginx(Some(controller)) => {
            phrase!("application routing runs NGINX ({})", Phrase::outside(controller))
        }
        RetirementFact::Support { version, is_long_term, until: Some(day) } => phrase!(
            "Kubernetes {}: {} support ends on {}",
            version.to_string(),
            if *is_long_term { "long-term" } else { "community" },
            day.to_string()
        ),
        RetirementFact::Support { version, until: None, .. } => {
            phrase!("Kubernetes {} went out of support long ago", version.to_string())
        }
    };
    if rule.dates.len() < 2 {
        return said;
    }
    let dates = rule.dates.iter().map(|one| format!("{} {}", one.event.replace('-', " "), one.date));
    phrase!("{}; {}", said, Phrase::joined(dates.map(Phrase::outside), ", "))
}
