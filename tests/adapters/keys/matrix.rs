//! Each kind of credential at each kind of route.

use super::*;

/// With all rights that the routes ask for, and with none.
const ROUTES: [Route; 8] = [
    Route::Required,
    Route::Read,
    Route::ReadLayer,
    Route::Clerk,
    Route::Users,
    Route::NoPats,
    Route::UserReads,
    Route::Tenant,
];

/// What a refusal says: `s` that a scope is missing, `d` that nothing would help, `c` that the claims do not fit.
const ANSWERS: [(&str, &str, [char; 8]); 8] = [
    ("user", "all", ['+', '+', '+', '+', '+', '+', '+', '+']),
    ("client", "all", ['+', '+', '+', '+', '+', '+', 'd', '+']),
    ("api_key", "all", ['+', '+', '+', '+', 'd', '+', 'd', '+']),
    ("personal_access_token", "all", ['+', '+', '+', '+', 'd', 'd', 'd', '+']),
    ("user", "none", ['+', 's', 's', 'd', '+', '+', 's', 'c']),
    ("client", "none", ['+', 's', 's', 'd', '+', '+', 'd', 'c']),
    ("api_key", "none", ['+', 's', 's', 'd', 'd', '+', 'd', 'c']),
    ("personal_access_token", "none", ['+', 's', 's', 'd', 'd', 'd', 'd', 'c']),
];

/// The field of a credential, and the caller that every handler sees.
fn credential(scene: &Scene, kind: &str, rights: &str) -> ((&'static str, String), String) {
    let all = rights == "all";
    let text = |text: &'static str| if all { text } else { "" };
    let tenant = if all { "\"acme\"" } else { "null" };
    let lists = (text("invoices:read"), text("clerk"), text("staff"));
    let token = match kind {
        "user" => Some((scene.issuer.token().subject("alice").client("web"), "alice", "web")),
        "client" => Some((scene.issuer.token().machine("job"), "job", "job")),
        _ => None,
    };
    let (scopes, roles, groups) = lists;
    if let Some((mut token, subject, client)) = token {
        if all {
            token = token.scope(scopes).claim("roles", vec![roles]).claim("groups", vec![groups]);
            token = token.claim("tenant", "acme");
        }
        let body = format!(
            r#"["{subject}","{client}","{scopes}","{roles}","{kind}",{tenant},null,"{groups}",1768482000,null]"#
        );
        return (("authorization", format!("Bearer {}", token.sign())), body);
    }
    let hour = std::time::Duration::from_secs(3600);
    let mut key =
        if kind == "api_key" { scene.keys.api_key("billing") } else { scene.keys.personal_access_token("alice") };
    if all {
        key = key.scope(scopes).role(roles).group(groups).tenant("acme");
    }
    let key = key.expires_in(hour).create();
    let (id, owner) = (key.id(), &key.record().owner);
    let subject = if kind == "api_key" { id } else { owner };
    let body =
        format!(r#"["{subject}",null,"{scopes}","{roles}","{kind}",{tenant},"{owner}","{groups}",1768482000,"{id}"]"#);
    (("api-key", key.text().to_owned()), body)
}

/// OAS-apiKey-a, PC-AUTHZ-1: callers of the same shape, and policies that treat them alike.
#[actix_web::test]
async fn every_kind_of_credential_meets_the_same_routes_with_the_same_answers() {
    for (kind, rights, answers) in ANSWERS {
        let scene = Scene::new();
        let ((name, value), body) = credential(&scene, kind, rights);
        for (route, expected) in ROUTES.into_iter().zip(answers) {
            let answer = scene.of(route, &[(name, &value)]).await;
            let wanted = match expected {
                '+' => {
                    let private = (name == "api-key").then_some(("cache-control", &b"private"[..]));
                    let fields = private.into_iter().chain([("content-type", &b"application/json"[..])]);
                    Answer::new(200, fields, body.as_bytes())
                }
                's' => refused(403, &[&format!("{DENIED}, scope=\"invoices:read\"")]),
                'd' => refused(403, &[DENIED]),
                _ => refused(401, &[INVALID_TOKEN, API_KEY]),
            };
            assert_eq!(answer, wanted, "{kind} with rights {rights} at {route:?}");
        }
    }
}
