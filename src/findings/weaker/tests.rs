//! What makes a promise weaker, held against sentences.

use crate::findings::weaker::{Way, shifts};
use crate::rulebook::Book;

#[track_caller]
fn case(was: &str, is: &str, way: Option<Way>) {
    let found = shifts(&Book::shipped(), was, is);
    let ways: Vec<Way> = found.iter().map(|shift| shift.way).collect();
    let way_found = match ways.contains(&Way::Weaker) {
        true => Some(Way::Weaker),
        false => ways.first().copied(),
    };
    assert_eq!(way_found, way, "{was} / {is}: {found:?}");
}

#[test]
fn the_way_a_promise_goes_is_told_by_what_it_is_about() {
    let (weaker, stronger) = (Some(Way::Weaker), Some(Way::Stronger));
    case(
        "we will not sell your data",
        "we will sell your data",
        weaker,
    );
    case(
        "we may sell your data",
        "we will not sell your data",
        stronger,
    );
    case(
        "we will delete your data",
        "we may delete your data",
        weaker,
    );
    case(
        "we should delete your data",
        "we must delete your data",
        stronger,
    );
    case(
        "opt-outs will be respected",
        "opt-outs will not be respected",
        weaker,
    );
    case(
        "opt-outs will not be respected",
        "opt-outs will be respected",
        stronger,
    );
    case("we may share your data", "we will share your data", None);
    case(
        "you must share your data",
        "you should share your data",
        None,
    );
    case("you will be told of it", "you may be told of it", weaker);
}

#[test]
fn a_list_that_became_longer_is_no_loss() {
    let was = "we do not collect names or postcodes";
    case(was, "we do not collect names, addresses or postcodes", None);
    case(was, "we do not collect names", Some(Way::Weaker));
    case(
        "data will not be shared outside the nhs without consent",
        "data will not be shared outside the nhs",
        None,
    );
}

#[test]
fn exceptions_by_consent_are_no_exceptions() {
    let was = "your data will never be sold";
    case(was, "your data will never be sold unless you agree", None);
    case(
        was,
        "your data will never be sold unless we decide so",
        Some(Way::Weaker),
    );
}
