//! The table of what was tried: where, what was done, what is seen, and the tests that hold it.

/// One fault.
pub struct Row {
    pub at: &'static str,
    pub done: &'static str,
    pub seen: &'static str,
    /// The tests, by module and name.
    pub tests: &'static [&'static str],
}

const fn row(
    at: &'static str,
    done: &'static str,
    seen: &'static str,
    tests: &'static [&'static str],
) -> Row {
    Row {
        at,
        done,
        seen,
        tests,
    }
}

/// Every fault that was tried, in the order of the README.
pub const TRIED: &[Row] = &[
    row(
        "store",
        "a write or a read is cut short",
        "it is gone on with, nobody notices",
        &[
            "faults::store::a_write_that_is_cut_short_is_gone_on_with",
            "faults::store::a_read_that_is_cut_short_is_gone_on_with",
        ],
    ),
    row(
        "store",
        "no room on the disk (ENOSPC), for ever, or once with half the write done",
        "said with what to do, exit code 3; after a restart nothing acknowledged is lost, every message stands once",
        &[
            "faults::store::a_disk_without_room_is_said_and_nothing_is_lost",
            "faults::store::a_disk_that_is_full_for_a_moment_is_said_and_nothing_is_lost",
            "store_full::a_full_disk_is_named_and_nothing_acknowledged_is_lost",
        ],
    ),
    row(
        "store",
        "a real full disk under backup, import and `forget`",
        "whole as far as it went; the same command goes on once there is room",
        &[
            "full_disk::a_backup_onto_a_full_disk_is_whole_as_far_as_it_went_and_goes_on",
            "full_disk::an_import_on_a_full_disk_keeps_what_it_took_and_takes_the_rest_once_there_is_room",
            "full_disk::forgetting_on_a_full_disk_loses_nothing_else_and_can_be_ended_once_there_is_room",
        ],
    ),
    row(
        "store",
        "writing fails (EIO), or fails with half of it written",
        "as where there is no room",
        &[
            "faults::store::a_disk_that_cannot_write_is_said_and_nothing_is_lost",
            "faults::store::half_a_write_and_then_an_error_is_said_and_nothing_is_lost",
        ],
    ),
    row(
        "store",
        "fsync of what holds the archive fails, for ever or once, also where only the database met it; `sync_file_range` fails",
        "nothing more is acknowledged until it is started again, though the next fsync would work; a snapshot that could not be synced is made again",
        &[
            "faults::store::an_fsync_that_fails_is_said_and_nothing_more_is_acknowledged",
            "faults::store::an_fsync_that_fails_once_is_not_tried_again_as_if_it_had_worked",
            "faults::store::an_fsync_that_fails_and_that_sled_keeps_to_itself_is_heard_all_the_same",
            "faults::store::a_flush_of_the_database_that_fails_is_said_and_nothing_is_lost",
        ],
    ),
    row(
        "store",
        "a bad sector (EIO on reading)",
        "the archive is not opened, and nothing is written over; on a sound disk all is there",
        &["faults::store::a_bad_sector_is_said_and_what_lies_there_is_not_written_over"],
    ),
    row(
        "store",
        "`kill -9` at random moments of visits, deliveries, backfill, rereading, backup, import",
        "the archive opens, the chain holds, every alert stands once, each errand goes on from where it was",
        &[
            "killed::every_alert_stands_exactly_once_however_often_the_program_is_killed",
            "killed::errands::backfill_rereading_and_backup_come_to_the_same_end_however_often_they_are_killed",
            "killed::storm::two_thousand_alerts_stand_once_and_in_order_whatever_befalls_them",
            "store_kill::what_was_acknowledged_survives_every_kill",
            "taking::killed::wherever_the_taking_of_files_is_killed_the_next_one_takes_what_is_left_each_record_once",
        ],
    ),
    row(
        "store",
        "bytes of the file are altered; a snapshot was not ended",
        "named and never served; taken away",
        &[
            "store::damage::a_tampered_body_is_named_with_its_entry_and_never_served",
            "troubles::a_damaged_archive_is_named_and_ends_with_3",
        ],
    ),
    row(
        "store",
        "entry after entry on a machine whose cores are busy",
        "no hang; a write that hung for 30 seconds would end the program, and a restart goes on",
        &["store_stall::entry_after_entry_is_acknowledged_on_a_busy_machine_without_a_hang"],
    ),
    row(
        "store",
        "the PostgreSQL of the archive is killed under one process, or under three, and started again",
        "each takes the archive up when it answers; nothing is lost, nothing is said twice",
        &[
            "postgres::outage::a_database_that_crashes_in_the_middle_loses_nothing_and_is_taken_up_again",
            "postgres::sharing::three_processes_go_on_when_their_database_was_started_again",
        ],
    ),
    row(
        "store",
        "it is killed for good, and its synchronous replica is promoted",
        "as before: all that was said is on record there",
        &["postgres::sharing::a_synchronous_replica_that_is_promoted_knows_all_that_was_said"],
    ),
    row(
        "machines",
        "one of three that share an archive is killed, stands still (SIGSTOP) and wakes, is cut off from the database",
        "its hosts and its alerts are taken up within a lease; what wakes writes nothing and begins anew; every alert stands once, no host is asked twice at once",
        &[
            "postgres::sharing::what_a_killed_process_did_is_taken_up_by_the_others",
            "postgres::sharing::a_process_that_stood_still_writes_nothing_more_and_begins_anew",
            "postgres::sharing::a_process_that_is_cut_off_from_the_database_is_replaced_and_comes_back",
        ],
    ),
    row(
        "clock",
        "it jumps back, years ahead, and is set right between visits",
        "all visits are kept in their order, entries say that it went back, nobody waits for the wrong year",
        &[
            "faults::clock::visits_by_a_clock_that_jumps_are_all_kept_in_their_order_and_marked",
            "store::order::an_entry_earlier_than_the_one_before_says_that_the_clock_went_back",
        ],
    ),
    row(
        "clock",
        "it jumps a day ahead, back, 400 days back and ahead under a running program",
        "each page is visited once for each jump, and then at its pace",
        &[
            "faults::clock::a_machine_whose_clock_jumps_a_day_ahead_and_back_visits_each_page_once_for_each",
        ],
    ),
    row(
        "clock",
        "summer time begins and ends",
        "a daily visit is made once a day at its hour, also at one that is missing or comes twice",
        &["faults::clock::when_the_clocks_change_a_daily_visit_is_made_once_a_day_at_its_hour"],
    ),
    row(
        "network",
        "no answer, a byte a second, an endless header or body",
        "a failure of that page within `timeouts`; no other page waits",
        &["faults::network::whatever_a_server_does_is_a_failure_of_its_page_and_of_no_other"],
    ),
    row(
        "network",
        "cut in the middle; a Content-Length too long, too short, twice, negative; broken chunks; junk; a second answer nobody asked for",
        "a failure with its kind, never half a page; the next answer is not mixed up with it",
        &[
            "faults::network::whatever_a_server_does_is_a_failure_of_its_page_and_of_no_other",
            "fetch::bodies::more_than_the_promised_length_is_not_read_into_the_next_answer",
        ],
    ),
    row(
        "network",
        "redirects in a circle, for ever, to other protocols and to private addresses",
        "refused after ten; nothing private is asked",
        &[
            "faults::network::whatever_a_server_does_is_a_failure_of_its_page_and_of_no_other",
            "fetch::redirects::ten_redirects_are_followed_and_no_more",
        ],
    ),
    row(
        "network",
        "200 MB packed into a few kilobytes as gzip, Brotli, Zstandard",
        "refused at `max_body`, and memory stays small",
        &[
            "faults::network::bombs_and_floods_take_no_memory_to_speak_of",
            "fetch::bodies::a_body_is_never_longer_than_allowed",
        ],
    ),
    row(
        "channel",
        "500, 502, cut before and after it was taken, no answer, answers that are no JSON",
        "tried again, and stands once, in order",
        &[
            "deliver::every_alert_stands_exactly_once_and_in_order_whatever_goes_wrong",
            "killed::deliver_pays_every_alert_once_and_in_order_whatever_discord_does",
        ],
    ),
    row(
        "channel",
        "it takes the message, and whoever sent it is killed before the answer, for hours",
        "looked for before it is sent again; it stands once",
        &[
            "killed::a_message_whose_sender_was_killed_hours_ago_is_looked_for_first",
            "deliver::a_message_without_a_receipt_is_looked_for_before_it_is_sent_again",
        ],
    ),
    row(
        "channel",
        "storms of 429, for one channel and for all; refusals without end",
        "waited for as long as asked; all traffic stops long before a ban",
        &[
            "channels::a_pause_for_all_channels_holds_for_all_channels",
            "deliver::refused::refusals_stop_all_traffic_long_before_a_ban_and_over_restarts",
        ],
    ),
    row(
        "channel",
        "a revoked webhook, a wrong token, a channel that is gone",
        "given up or parked with the reason, shown once; other channels go on",
        &[
            "channels::a_refused_webhook_leaves_the_bot_alone",
            "channels::a_wrong_token_is_shown_to_discord_once",
            "deliver::what_will_never_be_sent_is_given_up_with_its_reason",
        ],
    ),
    row(
        "channel",
        "a server that hangs",
        "holds up no other channel",
        &[
            "beside::apart::servers_that_never_answer_hold_up_no_channel_that_does",
            "deliver::a_stuck_channel_holds_up_no_other_and_is_left_in_peace",
        ],
    ),
    row(
        "reader",
        "pages, feeds, registers, office files, watchlists, lists of archives, time-stamps, letters and parcels, altered at random",
        "read as promised or refused in a sentence",
        &[
            "fuzzed::pages_are_read_as_promised",
            "fuzzed::registers_are_read_as_promised",
            "fuzzed::feeds_and_data_are_read_as_promised",
            "fuzzed::watchlists_are_read_as_promised",
            "fuzzed::lists_of_archives_are_read_as_promised",
            "fuzzed::what_vouches_for_something_is_read_as_promised",
            "fuzzed::what_other_machines_send_is_read_as_promised",
            "fuzzed::what_passes_between_processes_is_understood_as_promised",
        ],
    ),
    row(
        "reader",
        "requests to the window, WARC and WACZ files, robots.txt, PDF files, what the gateway of Discord tells, altered at random",
        "the program stumbles over none",
        &[
            "fuzzed::outside::whatever_is_asked_of_the_window_it_stumbles_over_nothing",
            "fuzzed::outside::whatever_an_archive_to_import_holds_it_is_taken_or_refused_in_a_sentence",
            "fuzzed::outside::whatever_stands_in_a_robots_txt_pages_are_read_or_left_alone",
            "fuzzed::apart::whatever_a_pdf_holds_it_is_read_or_given_up_in_a_sentence_and_the_program_goes_on",
            "bot::altered::whatever_comes_in_place_of_what_people_do_the_bot_goes_on_listening",
        ],
    ),
    row(
        "time",
        "a long time in a short one: daily changes, failures, restarts, edits of the watchlist",
        "no visit is missed or doubled; memory and disk stay in bounds",
        &["soak::day_after_day_no_visit_is_missed_or_doubled_and_memory_and_disk_stay_in_bounds"],
    ),
];
