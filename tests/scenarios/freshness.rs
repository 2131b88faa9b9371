//! How long keys are taken for fresh: what their server says of it, within our bounds.

use crate::scene::{Scene, hours, minutes, seconds};

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const IN_AN_HOUR: &str = "Sun, 06 Nov 1994 09:49:37 GMT";

/// RFC9111-4.2.1-a, RFC9111-4.2.1-b, RFC9111-1.2.2-a, RFC9111-4.2.3-a, RFC9111-5.3-a, RFC9111-5.2.2-a, PC-JWKS-2, ATK-68:
/// the next fetch comes at four fifths of the fresh time, give or take a tenth, without any request.
#[tokio::test]
async fn keys_are_asked_for_again_before_their_fresh_time_is_over() {
    for (fields, fresh) in [
        (&[][..], minutes(10)),
        (&[("cache-control", "max-age=300")], minutes(5)),
        (&[("cache-control", "s-maxage=7200")], minutes(10)),
        (&[("cache-control", "max-age=300, s-maxage=7200")], minutes(5)),
        (&[("expires", IN_AN_HOUR), ("date", DATE)], hours(1)),
        (&[("cache-control", "max-age=300"), ("expires", IN_AN_HOUR), ("date", DATE)], minutes(5)),
        (&[("cache-control", "max-age=300"), ("age", "100")], seconds(200)),
        (&[("expires", "0"), ("date", DATE)], minutes(1)),
        (&[("cache-control", "max-age=0")], minutes(1)),
        (&[("cache-control", "max-age=abc")], minutes(1)),
        (&[("cache-control", "max-age=300, no-cache")], minutes(1)),
        (&[("cache-control", "no-store")], minutes(1)),
        (&[("cache-control", "max-age=99999999999999999999")], hours(24)),
    ] {
        let scene = Scene::new();
        for (name, value) in fields {
            scene.keys().header(name, value);
        }
        scene.start().await;
        scene.pass(fresh * 72 / 100 - seconds(1)).await;
        assert_eq!(scene.fetches(), 1, "{fields:?}");
        scene.pass(fresh * 16 / 100 + seconds(2)).await;
        assert_eq!(scene.fetches(), 2, "{fields:?}");
    }
}
