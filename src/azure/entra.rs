//! What to do about the errors Entra ID gives most often.
//!
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>

/// What to do about an error of this number.
pub(super) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "7000215" => {
            "the secret is wrong: `AZURE_CLIENT_SECRET` must hold the secret's value (not its id), of this application"
        }
        "7000222" => {
            "the secret has expired: make a new one for the application and set `AZURE_CLIENT_SECRET` to it"
        }
        "7000112" | "7000111" => "the application is disabled: enable it in Entra ID, or use another one",
        "7000218" => "the application needs a secret, a certificate or an assertion: see `azure.credential`",
        "700016" => {
            "no such application in this tenant: check `AZURE_CLIENT_ID` and `AZURE_TENANT_ID`, and that both are of this cloud"
        }
        "700027" => {
            "the certificate is not registered with the application: upload it there, or use the one that is"
        }
        "700024" => {
            "the assertion is outside its time: check this machine's clock, and that the token file is renewed"
        }
        "70021" | "700211" | "700212" | "700213" | "700223" => {
            "no federated credential of the application matches the token: compare issuer, subject and audience in the \
             message with those of the application's federated credentials"
        }
        "90002" | "900023" | "900021" => {
            "no such tenant: check `AZURE_TENANT_ID`, and that `azure.cloud` is the tenant's cloud"
        }
        "900382" | "900439" => "the tenant is of another cloud: set `azure.cloud`",
        "500011" | "500014" => {
            "the tenant does not know what the token is for: check `azure.audience` and `azure.cloud`"
        }
        "53003" | "530003" | "50005" => {
            "a conditional access policy forbids it from here: sign in from a managed device or network, or use an \
             application"
        }
        "50076" | "50079" | "50074" | "50158" => {
            "another factor is asked for: run `az login --tenant TENANT` and answer it, then try again"
        }
        "50173" | "70043" | "700082" | "50078" | "70044" => {
            "the sign-in of the Azure CLI has run out: run `az login --tenant TENANT`, then try again"
        }
        "50020" | "50034" => {
            "the account is not of this tenant: run `az login --tenant TENANT` with one that is"
        }
        "90033" | "90006" | "90094" | "50196" => "Entra ID has a passing fault: try again in a few minutes",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_errors_have_a_next_step() {
        let usual = [
            "7000215", "7000222", "700016", "700027", "700024", "70021", "700213", "90002", "500011",
            "50076", "53003",
        ];
        assert!(usual.iter().all(|code| hint(code).is_some()));
        assert_eq!(hint("1"), None);
    }
}
