//! A database that goes away and comes back, an encrypted one, and one that somebody else holds.

use crate::postgres::{CERTIFICATE, PASSWORD, Server, certify, in_a_schema};
use crate::program::Program;

fn in_database(server: &Server) -> Program {
    let mut program = Program::with_page("You may dissent to the extraction of your data.");
    program.set("SMALLPRINT_STORE_PASSWORD", PASSWORD);
    let address = in_a_schema(&server.address());
    program.settle_in_settings(&format!("store = \"{address}\""));
    program
}

#[test]
fn a_database_that_crashes_in_the_middle_loses_nothing_and_is_taken_up_again() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let program = in_database(&server);
    let mut running = program.start();
    program.expect("visit page", 0);
    program.say("You may no longer dissent to the extraction of your data.");
    program.expect("visit page", 1);
    server.crash();
    program.say("You may dissent again to the extraction of your data.");
    let said = program.run("visit page");
    assert_eq!(said.code, 3, "{}", said.err);
    running.until("it is opened again when its database answers");
    server.go_on();
    running.until("pages watched");
    program.expect("visit page", 1);
    let history = program.expect("history page", 0).text();
    assert!(history.contains("2..3"), "{history}");
    running.stop();
    program.expect("verify", 0);
}

#[test]
fn whoever_has_nothing_but_the_watchlist_reads_the_archive_too_and_makes_none() {
    let Some(server) = Server::start() else {
        return;
    };
    let program = in_database(&server);
    let said = program.expect("--data elsewhere history page", 2);
    assert!(said.err.contains("There is no archive"), "{}", said.err);
    program.expect("visit page", 0);
    let listed = program.expect("--data elsewhere --json list", 0).json();
    assert_eq!(listed[0]["version"], 1, "{listed:?}");
}

#[test]
fn whoever_wants_an_archive_in_a_database_for_themselves_is_told_who_is_there() {
    let Some(server) = Server::start() else {
        return;
    };
    let program = in_database(&server);
    let running = program.start();
    // As from another machine: the same watchlist, a directory of its own.
    let said = program.expect("--data elsewhere visit page", 2);
    assert!(said.err.contains("is visited by pid"), "{}", said.err);
    let said = program.expect("--data elsewhere forget page@1 --yes --reason Request", 3);
    assert!(
        said.err.contains(": smallprint run, from 127.0.0.1"),
        "{}",
        said.err
    );
    running.stop();
    program.expect("--data elsewhere verify", 0);
}

#[test]
fn a_connection_that_leaves_the_machine_is_encrypted_and_knows_whom_it_trusts() {
    let Some(server) = Server::encrypted() else {
        return;
    };
    let mut program = in_database(&server);
    program.replace("options=", "sslmode=require&options=");
    let said = program.expect("visit page", 3);
    assert!(said.err.contains("certificate"), "{}", said.err);
    std::fs::copy(server.certificate(), program.data().join("database.ca.pem")).expect("copied");
    program.expect("visit page", 0);
    program.expect("verify", 0);
    // Whoever is somebody else is not talked to.
    certify(&program.data(), None);
    let other = program.data().join(CERTIFICATE);
    std::fs::copy(other, program.data().join("database.ca.pem")).expect("copied");
    let said = program.expect("verify", 3);
    assert!(said.err.contains("certificate"), "{}", said.err);
}

#[test]
fn a_schema_that_is_not_there_is_said_with_what_to_do() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut program = in_database(&server);
    program.replace("archive_", "nowhere_");
    let said = program.expect("visit page", 3);
    assert!(said.err.contains("create schema"), "{}", said.err);
}
