//! The word of a time-stamp authority, from a local one made with openssl.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::evidence::{changed, is_there, unpacked};
use crate::site::Answer;

/// What the authority is told of itself.
const SETTINGS: &str = "[tsa]\ndefault_tsa = own\n[own]\nserial = serial\ncrypto_device = builtin\n\
    signer_cert = tsa.pem\ncerts = ca.pem\nsigner_key = tsa.key\nsigner_digest = sha256\n\
    default_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\nordering = yes\n\
    tsa_name = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n\
    [ext]\nextendedKeyUsage = critical,timeStamping\nkeyUsage = critical,digitalSignature\n";

fn openssl(folder: &Path, arguments: &str) -> String {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let said = Command::new("openssl")
        .args(&arguments)
        .current_dir(folder)
        .output()
        .expect("openssl runs");
    let told = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    assert!(said.status.success(), "{arguments:?}: {told}");
    told
}

#[test]
fn an_authority_stamps_the_checkpoint_and_openssl_accepts_what_is_in_the_evidence() {
    if !is_there("openssl", &["version"]) {
        return;
    }
    let mut program = changed();
    let address = program.site.url("/stamp");
    program.replace(
        "[evidence]\n",
        &format!("[evidence]\ntimestamps = [\"{address}\"]\n"),
    );
    // At first it is not there: that holds nothing up.
    program.site.play("/stamp", Answer::status(503));
    let note = program.expect("checkpoint", 0).text();
    let asked = program.site.asked_for("/stamp").remove(0);
    assert_eq!(
        asked.header("content-type"),
        Some("application/timestamp-query")
    );
    let folder = program.path("authority");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("settings"), SETTINGS).expect("written");
    fs::write(folder.join("serial"), "01\n").expect("written");
    fs::write(folder.join("query.tsq"), &asked.body).expect("written");
    openssl(
        &folder,
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 30",
    );
    openssl(
        &folder,
        "req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=TSA",
    );
    openssl(
        &folder,
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out tsa.pem -days 30 -extfile settings -extensions ext",
    );
    openssl(
        &folder,
        "ts -reply -config settings -queryfile query.tsq -out reply.tsr",
    );
    let reply = fs::read(folder.join("reply.tsr")).expect("a reply");
    // An answer to somebody else's question is none.
    let mut other = reply.clone();
    let at = other.len() / 3;
    other[at] ^= 1;
    program
        .site
        .replay("/stamp", Answer::html("<p>Out of order.</p>"));
    program.expect("checkpoint", 0);
    let listed = program
        .expect("--json checkpoint --list", 0)
        .json()
        .remove(0);
    assert_eq!(listed["stamps"], serde_json::json!([]));
    program
        .site
        .replay("/stamp", Answer::status(200).body(&reply));
    assert_eq!(program.expect("checkpoint", 0).text(), note, "the same one");
    let listed = program
        .expect("--json checkpoint --list", 0)
        .json()
        .remove(0);
    assert_eq!(listed["stamps"][0]["authority"], address.as_str());
    // What the checkpoint covers is anchored.
    let explained = program
        .expect("--json explain page 1..2", 0)
        .json()
        .remove(0);
    let stands = &explained["corroboration"];
    assert_eq!(stands["stands"], "anchored", "{stands}");
    assert_eq!(stands["anchors"][0]["by"], "stamped");
    assert_eq!(stands["anchors"][0]["authority"], address.as_str());
    assert_eq!(stands["anchors"][0]["at"], listed["stamps"][0]["time"]);
    let told = program.expect("explain page 1..2", 0).text();
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("stamped the checkpoint over"), "{told}");
    // It is not asked again.
    let before = program.site.asked_for("/stamp").len();
    program.expect("checkpoint", 0);
    assert_eq!(program.site.asked_for("/stamp").len(), before);
    let (evidence, _) = unpacked(&program, "page 1..2");
    let folder = folder.display();
    let said = openssl(
        &evidence,
        &format!(
            "ts -verify -data checkpoint/checkpoint.note -in checkpoint/stamp-1.tsr -CAfile {folder}/ca.pem -untrusted {folder}/tsa.pem"
        ),
    );
    assert!(said.contains("Verification: OK"), "{said}");
    assert!(program.expect("--json verify", 0).json()[0]["broken"].is_null());
    // What came later is not covered.
    program.say("Nobody is asked.");
    program.set("SMALLPRINT_AT", "2026-07-07T13:00:00Z");
    program.expect("visit page", 1);
    let history = program.expect("--json history page", 0).json();
    let stands = history.iter().map(|row| &row["corroboration"]["stands"]);
    let mut stands: Vec<&serde_json::Value> = stands.collect();
    assert_eq!(stands.pop(), Some(&serde_json::json!("ours-only")));
    assert!(
        stands.len() > 1 && stands.iter().all(|stands| *stands == "anchored"),
        "{stands:?}"
    );
}
