//! Authorization server metadata.

use crate::MetadataError;
use crate::jwks;

/// The `jwks_uri` of a metadata document that is about `issuer`, before it is looked at as a URL.
pub fn jwks_uri(document: &[u8], issuer: &str) -> Result<String, MetadataError> {
    jwks::jwks_uri(document, issuer)
}

/// Where that issuer's metadata may be.
pub fn well_known_urls(issuer: &str) -> Vec<String> {
    jwks::well_known_urls(issuer)
}
