//! Who is measured, and how each is set.

use crate::contestants::{Contestant, Refresh};
use crate::provider::Backend;
use crate::servers::portcullis::Cached;
use crate::servers::{
    actix_web_httpauth, aliri, authkestra, axum_jwt_auth, axum_keycloak_auth, by_hand, huskarl, jwt_authorizer,
    oauth_resource_server, portcullis, tower_oauth2_resource_server,
};
use crate::tokens::Shape;
use crate::{Framework, Server};

/// Axum 0.8, AWS-LC, usual tokens.
const USUAL: Contestant = Contestant {
    name: "",
    packages: &[],
    setting: "",
    framework: Framework::Axum,
    backend: Backend::AwsLc,
    shape: Shape::Rfc9068,
    ours: false,
    without_es256: None,
    refresh: Refresh::AsTold,
    build: |_, _| Framework::Axum.build(),
};

const ONE_OF_OURS: Contestant = Contestant { ours: true, packages: &["portcullis"], ..USUAL };

/// Our rows come first; then the peers, the newest first, each set to its fastest before it is as it comes.
#[must_use]
pub fn contestants() -> Vec<Contestant> {
    [&OURS[..], &PEERS].concat()
}

const OURS: [Contestant; 5] = [
    Contestant {
        name: "portcullis-axum, miss",
        setting: "no cache",
        build: |trust, _| Box::new(Server::new(|| portcullis::axum(trust, Cached::Nothing))),
        ..ONE_OF_OURS
    },
    Contestant {
        name: "portcullis-axum, all claims typed, miss",
        setting: "no cache",
        build: |trust, _| Box::new(Server::new(|| portcullis::axum_all_claims(trust, Cached::Nothing))),
        ..ONE_OF_OURS
    },
    Contestant {
        name: "portcullis-actix, miss",
        setting: "no cache",
        framework: Framework::Actix,
        build: |trust, _| Box::new(Server::new(|| portcullis::actix(trust.clone(), Cached::Nothing))),
        ..ONE_OF_OURS
    },
    Contestant {
        name: "portcullis-axum, hit",
        setting: "as shipped",
        build: |trust, _| Box::new(Server::new(|| portcullis::axum(trust, Cached::AsShipped))),
        ..ONE_OF_OURS
    },
    Contestant {
        name: "portcullis-actix, hit",
        setting: "as shipped",
        framework: Framework::Actix,
        build: |trust, _| Box::new(Server::new(|| portcullis::actix(trust.clone(), Cached::AsShipped))),
        ..ONE_OF_OURS
    },
];

const PEERS: [Contestant; 15] = [
    Contestant {
        name: "huskarl, fastest",
        packages: &["huskarl-resource-server", "huskarl-axum"],
        setting: "AWS-LC by a platform of our own",
        build: |trust, _| Box::new(Server::new(|| huskarl::axum_fastest(trust))),
        ..USUAL
    },
    Contestant {
        name: "huskarl, as shipped",
        packages: &["huskarl-resource-server", "huskarl-axum"],
        setting: "RustCrypto",
        build: |trust, _| Box::new(Server::new(|| huskarl::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "oauth-resource-server",
        packages: &["oauth-resource-server"],
        setting: "ring, its only one",
        refresh: Refresh::Otherwise("every hour, and it cannot be told otherwise"),
        build: |trust, _| Box::new(Server::new(|| oauth_resource_server::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "authkestra, fastest",
        packages: &["authkestra-resource", "authkestra-axum"],
        setting: "AWS-LC installed by hand",
        without_es256: Some(authkestra::WITHOUT_ES256),
        build: |trust, _| Box::new(Server::new(|| authkestra::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "authkestra, as shipped",
        packages: &["authkestra-resource", "authkestra-axum"],
        setting: "RustCrypto",
        backend: Backend::RustCrypto,
        without_es256: Some(authkestra::WITHOUT_ES256),
        build: |trust, _| Box::new(Server::new(|| authkestra::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "tower-oauth2-resource-server, fastest",
        packages: &["tower-oauth2-resource-server"],
        setting: "AWS-LC by its feature",
        build: |trust, _| Box::new(Server::new(|| tower_oauth2_resource_server::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "tower-oauth2-resource-server, as shipped",
        packages: &["tower-oauth2-resource-server"],
        setting: "RustCrypto",
        backend: Backend::RustCrypto,
        build: |trust, _| Box::new(Server::new(|| tower_oauth2_resource_server::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "axum-jwt-auth, fastest",
        packages: &["axum-jwt-auth"],
        setting: "AWS-LC installed by hand",
        build: |trust, alg| Box::new(Server::new(|| axum_jwt_auth::axum(trust, alg))),
        ..USUAL
    },
    Contestant {
        name: "axum-jwt-auth, as shipped",
        packages: &["axum-jwt-auth"],
        setting: "RustCrypto",
        backend: Backend::RustCrypto,
        build: |trust, alg| Box::new(Server::new(|| axum_jwt_auth::axum(trust, alg))),
        ..USUAL
    },
    Contestant {
        name: "aliri",
        packages: &["aliri_tower", "aliri_axum"],
        setting: "ring and OpenSSL, its only ones",
        build: |trust, _| Box::new(Server::new(|| aliri::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "axum-keycloak-auth",
        packages: &["axum-keycloak-auth"],
        setting: "ring, its only one",
        shape: Shape::Keycloak,
        refresh: Refresh::Otherwise("never, while its keys are good"),
        build: |trust, _| Box::new(Server::new(|| axum_keycloak_auth::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "jwt-authorizer",
        packages: &["jwt-authorizer"],
        setting: "ring, its only one; axum 0.7",
        framework: Framework::Axum07,
        build: |trust, _| Box::new(Server::new(|| jwt_authorizer::axum07(trust))),
        ..USUAL
    },
    Contestant {
        name: "axum extractor by hand",
        packages: &["jsonwebtoken"],
        setting: "AWS-LC",
        refresh: Refresh::Otherwise("never"),
        build: |trust, _| Box::new(Server::new(|| by_hand::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "actix-web-httpauth and jsonwebtoken, fastest",
        packages: &["actix-web-httpauth", "jsonwebtoken"],
        setting: "AWS-LC",
        framework: Framework::Actix,
        refresh: Refresh::Otherwise("never"),
        build: |trust, _| Box::new(Server::new(|| actix_web_httpauth::actix(trust.clone()))),
        ..USUAL
    },
    Contestant {
        name: "actix-web-httpauth and jsonwebtoken, RustCrypto",
        packages: &["actix-web-httpauth", "jsonwebtoken"],
        setting: "RustCrypto",
        framework: Framework::Actix,
        backend: Backend::RustCrypto,
        refresh: Refresh::Otherwise("never"),
        build: |trust, _| Box::new(Server::new(|| actix_web_httpauth::actix(trust.clone()))),
        ..USUAL
    },
];
