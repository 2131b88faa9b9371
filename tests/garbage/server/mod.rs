//! The servers, each the whole of a process.

mod actix;
mod axum;

use std::io::Read as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use portcullis::{Authenticator, requirement};
use portcullis_testing::TestIssuer;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framework {
    Axum,
    Actix,
}

impl Framework {
    pub(crate) const ALL: [Self; 2] = [Self::Axum, Self::Actix];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|framework| framework.name() == name)
    }
}

requirement! {
    /// What the one scoped route demands.
    pub(crate) Read = all("invoices:read")
}

static PANICS: AtomicU64 = AtomicU64::new(0);

/// Serves until standard input ends, and then says how many panics there were. `/read` wants a scope, `/open` takes
/// anybody; everything else is not there.
pub(crate) fn serve(framework: Framework, issuer: &str) -> ExitCode {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        quiet(panic);
    }));
    thread::spawn(|| {
        // It ends when the client closes it, or is gone.
        let _ = std::io::stdin().read(&mut [0]);
        println!("panics {}", PANICS.load(Ordering::Relaxed));
        std::process::exit(0);
    });
    let auth = Authenticator::builder(issuer, TestIssuer::AUDIENCE).allow_loopback_http().build();
    let auth = auth.expect("a good configuration");
    let served = match framework {
        Framework::Axum => axum::serve(auth),
        Framework::Actix => actix::serve(auth),
    };
    served.expect("a server that goes on");
    ExitCode::FAILURE
}

fn listening(address: SocketAddr) {
    println!("listening {address}");
}
