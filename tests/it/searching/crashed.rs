//! What becomes of the index where the program stops between an entry and the index, or the index is lost.

use std::fs;
use std::path::Path;

use smallprint::search::query::Within;

use super::{OTHER, PROMISE, find, shown, story};
use crate::postgres::in_archive;
use crate::visits::scene::{PAGE, Scene};

/// What a whole history of the story's words is, whatever became of the index.
async fn is_whole(scene: &Scene, versions: usize) {
    let ever = find(scene, "sold", Within::History).await;
    assert_eq!(ever.len(), versions, "{:?}", shown(&ever));
    let now = find(scene, "sold", Within::Now).await;
    assert_eq!(now.len(), 1, "{:?}", shown(&now));
    assert_eq!(find(scene, "questions", Within::History).await.len(), 1);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else if entry.file_type().expect("a type").is_file() {
            fs::copy(path, target).expect("a copy");
        }
    }
}

#[tokio::test]
async fn entries_that_came_while_nobody_indexed_are_taken_in_at_the_next_start() {
    let scene = story().await;
    is_whole(&scene, 3).await;
    let scene = scene.cut_off().await;
    // These visits are made in a house that has not opened its index.
    scene.shows(PAGE, &[OTHER, "Nothing is ever sold."]);
    scene.look_after(60).await;
    let scene = scene.cut_off().await;
    is_whole(&scene, 4).await;
    scene.end().await;
}

#[tokio::test]
async fn a_lost_index_is_made_afresh() {
    let scene = story().await;
    is_whole(&scene, 3).await;
    let dir = scene.house.store.dir().to_owned();
    let scene = scene.cut_off().await;
    let lost = "drop table search_reach, search_stays, search_past, search_turns, search_words";
    if !in_archive(&dir, lost) {
        fs::remove_dir_all(dir.join("search")).expect("it is there");
    }
    is_whole(&scene, 3).await;
    scene.end().await;
}

/// Leaves half of the files whose names end so.
fn cut(index: &Path, name: &str) {
    let mut cut = 0;
    for file in fs::read_dir(index).expect("a folder") {
        let path = file.expect("a file").path();
        if path.to_string_lossy().ends_with(name) {
            let bytes = fs::read(&path).expect("bytes");
            fs::remove_file(&path).expect("removed");
            fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
            cut += 1;
        }
    }
    assert!(cut > 0, "{name}");
}

#[tokio::test]
async fn a_damaged_index_is_made_afresh() {
    for name in ["meta.json", ".store", ".idx"] {
        let scene = story().await;
        is_whole(&scene, 3).await;
        let dir = scene.house.store.dir().to_owned();
        let scene = scene.cut_off().await;
        if !in_archive(&dir, "update search_reach set mark = left(mark, 9)") {
            cut(&dir.join("search"), name);
        }
        is_whole(&scene, 3).await;
        scene.end().await;
    }
}

#[tokio::test]
async fn an_index_ahead_of_an_archive_that_was_restored_is_made_afresh() {
    let scene = story().await;
    is_whole(&scene, 3).await;
    let dir = scene.house.store.dir().to_owned();
    let older = tempfile::tempdir().expect("a folder");
    let scene = scene.cut_off().await;
    let ahead = "update search_reach set mark = regexp_replace(mark, '\"entry\":', '\"entry\":9')";
    if in_archive(&dir, ahead) {
        is_whole(&scene, 3).await;
        return scene.end().await;
    }
    copy(&dir.join("search"), &older.path().join("ahead"));
    // The archive of another story, of which this index knows nothing.
    let other = Scene::with_page("", &[PROMISE, OTHER]).await;
    other.look().await;
    let theirs = other.house.store.dir().join("search");
    copy(&older.path().join("ahead"), &theirs);
    is_whole(&other, 1).await;
    other.end().await;
    scene.end().await;
}

#[tokio::test]
async fn an_index_of_another_format_is_made_afresh() {
    let scene = story().await;
    is_whole(&scene, 3).await;
    let dir = scene.house.store.dir().to_owned();
    let scene = scene.cut_off().await;
    let other =
        "update search_reach set mark = regexp_replace(mark, '\"format\":', '\"format\":99')";
    if !in_archive(&dir, other) {
        let meta = dir.join("search/meta.json");
        let text = fs::read_to_string(&meta).expect("its description");
        let other = text.replace("\\\"format\\\":", "\\\"format\\\":99");
        assert_ne!(text, other);
        fs::write(&meta, other).expect("written");
    }
    is_whole(&scene, 3).await;
    scene.end().await;
}
