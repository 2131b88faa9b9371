//! Actix workers: runtimes of one thread each, which come and go.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use actix_web::{App, HttpServer, web};
use portcullis_actix::{AuthMiddleware, Authenticated};

use crate::runtimes::live_through_a_rotation_and_a_refresh;
use crate::scene::{Scene, minutes, runtime, seconds};

#[test]
fn an_authenticator_outlives_the_actix_worker_that_fetched_its_keys() {
    let scene = Scene::new();
    for _ in 0..3 {
        thread::scope(|scope| {
            let worker = scope.spawn(|| {
                let system = actix_web::rt::System::new();
                system.block_on(live_through_a_rotation_and_a_refresh(&scene));
            });
            worker.join().unwrap();
        });
    }
    runtime().block_on(live_through_a_rotation_and_a_refresh(&scene));
}

async fn index(caller: Authenticated) -> String {
    caller.issuer().to_owned()
}

/// The status that a server there answers with.
fn get(address: SocketAddr, token: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(seconds(20))).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer["HTTP/1.1 ".len()..][..3].to_owned()
}

/// Real workers, each with a runtime of its own, in one server after another.
#[test]
fn actix_servers_that_come_and_go_share_an_authenticator_whose_keys_stay_fresh() {
    let scene = Scene::new();
    for round in 0..3 {
        let auth = scene.auth.clone();
        let (sender, receiver) = mpsc::channel();
        let server = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let api = move || web::resource("/").get(index).wrap(AuthMiddleware::new(auth.clone()));
                let app = move || App::new().service(api());
                let server = HttpServer::new(app).workers(2).disable_signals().bind(("127.0.0.1", 0)).unwrap();
                let address = server.addrs()[0];
                let running = server.run();
                sender.send((address, running.handle())).unwrap();
                running.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv_timeout(seconds(20)).unwrap();
        let old = scene.token();
        assert_eq!(get(address, &old), "200", "round {round}");
        scene.issuer.rotate_without_overlap();
        assert_eq!(get(address, &scene.token()), "200", "round {round}");
        assert_eq!(get(address, &old), "401", "round {round}");
        let before = scene.fetches();
        scene.clock.advance(minutes(9));
        let gives_up_at = Instant::now() + seconds(20);
        while scene.fetches() == before {
            assert!(Instant::now() < gives_up_at, "round {round}: nothing is refreshed");
            assert_eq!(get(address, &scene.token()), "200", "round {round}");
        }
        runtime().block_on(handle.stop(false));
        server.join().unwrap();
    }
}
