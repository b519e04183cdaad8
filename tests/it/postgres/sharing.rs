//! Several processes share an archive in a database: one of them is killed, stands still, is cut off, or the database goes.

mod fleet;
mod way;

use std::time::Duration;

use smallprint::store::Store;

use crate::postgres::{PASSWORD, Server};

use fleet::Fleet;
use way::Way;

#[test]
fn three_processes_share_the_hosts_and_what_one_gives_back_the_others_take_up() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    let mut running = fleet.several(3);
    fleet.until_shared(3);
    fleet.publish();
    // Whoever is asked to stop takes nothing along.
    fleet.taken("deliveries", &mut running).stop();
    fleet.until_shared(2);
    fleet.publish();
    fleet.admit("worker-4", None);
    running.push(fleet.start("worker-4", &[]));
    fleet.until_shared(3);
    fleet.publish();
    fleet.end(running, "worker-1");
}

#[test]
fn what_a_killed_process_did_is_taken_up_by_the_others() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    let mut running = fleet.several(3);
    fleet.until_shared(3);
    fleet.publish();
    fleet.say();
    let mut killed = fleet.taken("deliveries", &mut running);
    killed.signal("KILL");
    killed.gone();
    fleet.until_told();
    fleet.until_shared(2);
    fleet.publish();
    fleet.end(running, "worker-1");
}

#[test]
fn a_process_that_stood_still_writes_nothing_more_and_begins_anew() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    let mut running = fleet.several(3);
    fleet.until_shared(3);
    fleet.publish();
    let mut paused = fleet.taken("deliveries", &mut running);
    paused.signal("STOP");
    fleet.say();
    fleet.until_told();
    fleet.until_shared(2);
    paused.signal("CONT");
    paused.until("it is opened again when its database answers");
    paused.until("pages watched");
    running.push(paused);
    fleet.until_shared(3);
    fleet.publish();
    fleet.end(running, "worker-1");
}

#[test]
fn a_process_that_is_cut_off_from_the_database_is_replaced_and_comes_back() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    let way = Way::to(server.port());
    fleet.admit("far", Some(way.port()));
    let mut far = fleet.start("far", &[]);
    let mut running = fleet.several(2);
    fleet.until_shared(3);
    fleet.publish();
    assert_eq!(fleet.lessee("deliveries"), far.id());
    way.cut();
    fleet.say();
    fleet.until_told();
    fleet.until_shared(2);
    way.lay(server.port());
    far.until("it is opened again when its database answers");
    far.until("pages watched");
    fleet.until_shared(3);
    fleet.publish();
    running.push(far);
    fleet.end(running, "worker-1");
}

#[test]
fn three_processes_go_on_when_their_database_was_started_again() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    let mut running = fleet.several(3);
    fleet.until_shared(3);
    fleet.publish();
    fleet.say();
    server.crash();
    server.go_on();
    for running in &mut running {
        running.until("it is opened again when its database answers");
        running.until("pages watched");
    }
    fleet.until_told();
    fleet.until_shared(3);
    fleet.publish();
    fleet.end(running, "worker-1");
}

#[test]
fn a_synchronous_replica_that_is_promoted_knows_all_that_was_said() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    let replica = server.replica();
    let way = Way::to(server.port());
    let names = ["one", "two", "three"];
    let mut running: Vec<_> = (names.iter())
        .map(|name| {
            fleet.admit(name, Some(way.port()));
            fleet.start(name, &[])
        })
        .collect();
    fleet.until_shared(3);
    fleet.publish();
    fleet.say();
    server.crash();
    way.cut();
    replica.promote();
    way.lay(replica.port());
    fleet.moves_to(&replica);
    for running in &mut running {
        running.until("it is opened again when its database answers");
        running.until("pages watched");
    }
    fleet.until_told();
    fleet.until_shared(3);
    fleet.publish();
    fleet.end(running, "one");
}

#[test]
fn a_process_that_lost_its_hold_begins_anew_and_a_window_says_so_and_ends() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    let mut running = fleet.several(1);
    fleet.until_visited(1);
    fleet.publish();
    fleet.admit("reader", None);
    let serve = ["--data", "reader", "serve", "--listen", "127.0.0.1:0"];
    let mut reader = fleet.program.start_with(&serve);
    reader.until("the window is open");
    fleet.end_holds();
    let (code, said) = reader.ended();
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("Start it again when the database answers"),
        "{said}"
    );
    running[0].until("it is opened again when its database answers");
    running[0].until("pages watched");
    fleet.publish();
    fleet.end(running, "worker-1");
}

#[test]
fn a_host_that_comes_in_the_place_of_another_is_visited_and_the_other_is_given_back() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    let running = fleet.several(1);
    fleet.until_leased();
    fleet.until_visited(1);
    fleet.moves_a_page();
    fleet.until_visited(1);
    fleet.until_leased();
    for running in running {
        running.stop();
    }
    fleet.program.expect("--data worker-1 verify", 0);
}

#[test]
fn a_turn_to_judge_that_nobody_waits_for_any_more_is_given_on() {
    let Some(server) = Server::start() else {
        return;
    };
    let fleet = Fleet::of(&server);
    fleet.admit("one", None);
    fleet.admit("other", None);
    let open = async |name: &str| {
        let dir = fleet.program.path(name);
        std::fs::write(dir.join("database.password"), PASSWORD).expect("written");
        Store::open(&dir).await.expect("opened")
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (one, other) = (open("one").await, open("other").await);
        let turn = one.lane().await.expect("the turn");
        let waits = tokio::time::timeout(Duration::from_millis(200), other.lane()).await;
        assert!(waits.is_err(), "two have it at once");
        drop(turn);
        for store in [&one, &other, &one, &other] {
            let turn = tokio::time::timeout(Duration::from_secs(60), store.lane()).await;
            drop(turn.expect("in time").expect("the turn"));
        }
    });
}

#[test]
fn each_part_of_the_work_may_be_done_by_a_process_of_its_own() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut fleet = Fleet::of(&server);
    fleet.admit("visits", None);
    fleet.admit("deliveries", None);
    let visits = fleet.start("visits", &["visits"]);
    fleet.until_visited(1);
    let deliveries = fleet.start("deliveries", &["deliveries"]);
    fleet.publish();
    assert_eq!(fleet.lessee("deliveries"), deliveries.id());
    assert_eq!(fleet.lessee("upkeep"), deliveries.id());
    // Nobody is left who visits; what is told by hand is told by whoever tells.
    visits.stop();
    let said = fleet.program.expect("--data visits deliver", 2);
    assert!(said.err.contains("lerts are sent by pid"), "{}", said.err);
    deliveries.stop();
    fleet.program.expect("--data visits deliver", 0);
    fleet.all_is_well("visits");
}

#[test]
fn parts_of_the_work_are_shared_only_where_there_is_a_database() {
    let program = crate::program::Program::with_page("You may dissent.");
    if crate::postgres::asked_for().is_some() {
        return;
    }
    let said = program.expect("run --role visits", 2);
    assert!(said.err.contains("Leave out --role"), "{}", said.err);
}
