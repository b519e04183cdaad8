create table entries (
    no bigint primary key,
    at timestamptz not null,
    clock_went_back boolean not null,
    kind text not null,
    watch text,
    hash text not null,
    previous text not null,
    fact jsonb not null
);
create index entries_at on entries (at);
create index entries_kind on entries (kind, no);
create index entries_watch on entries (watch, no);
comment on table entries is 'Every entry of the journal, opened up.';
comment on column entries.no is 'Number of the entry, from 1, without gaps.';
comment on column entries.at is 'When it was written, by our clock.';
comment on column entries.clock_went_back is 'Whether our clock stood earlier than at the entry before.';
comment on column entries.kind is 'What happened: landed, looks, composed, delivery, forgotten, ...';
comment on column entries.watch is 'The watch it is about, as it is called now; null where it is about no single one.';
comment on column entries.hash is 'SHA-256 of its canonical JSON, in hexadecimal digits.';
comment on column entries.previous is 'The hash of the entry before.';
comment on column entries.fact is 'What happened, without the looks of a batch (table visits) and without words that were forgotten.';

create table watches (
    id text primary key,
    title text,
    url text,
    since timestamptz not null,
    retired boolean not null default false,
    formerly text[] not null default '{}'
);
create index watches_formerly on watches using gin (formerly);
comment on table watches is 'Every watch that was ever visited.';
comment on column watches.id is 'Its id, as it is called now.';
comment on column watches.title is 'What the page was called when it last changed.';
comment on column watches.url is 'The address at which it last changed.';
comment on column watches.since is 'The first time it was seen, or tried.';
comment on column watches.retired is 'Whether it is no longer in the watchlist.';
comment on column watches.formerly is 'The ids it had before.';

create table versions (
    watch text not null,
    no integer not null,
    entry bigint not null unique,
    not_before timestamptz,
    seen_by timestamptz not null,
    title text not null,
    url text not null,
    text_sha256 text not null,
    body_sha256 text not null,
    document_sha256 text not null,
    reading_sha256 text not null,
    same_text_as integer,
    imported boolean not null,
    reread_in bigint,
    forgotten_in bigint,
    primary key (watch, no)
);
create index versions_seen_by on versions (seen_by);
create index versions_text on versions (text_sha256);
create index versions_document on versions (document_sha256);
comment on table versions is 'Every text that a page had, numbered once, for good.';
comment on column versions.watch is 'Whose version.';
comment on column versions.no is 'Its number, from 1.';
comment on column versions.entry is 'The entry that brought it.';
comment on column versions.not_before is 'The last time the text before it was seen; null for a first sight.';
comment on column versions.seen_by is 'The first time it was seen.';
comment on column versions.title is 'What the page was called.';
comment on column versions.url is 'Where it was read.';
comment on column versions.text_sha256 is 'SHA-256 of the text that is compared, as it is read today.';
comment on column versions.body_sha256 is 'SHA-256 of the bytes as served.';
comment on column versions.document_sha256 is 'SHA-256 of the document as it was first read.';
comment on column versions.reading_sha256 is 'SHA-256 of the document as it is read today.';
comment on column versions.same_text_as is 'The earlier version with the same text, where it is a return.';
comment on column versions.imported is 'Whether it came in a file that somebody had saved, and by no visit.';
comment on column versions.reread_in is 'The last entry in which later rules read it again.';
comment on column versions.forgotten_in is 'The entry that says that its text was forgotten.';

create table changes (
    entry bigint primary key,
    watch text not null,
    kind text not null,
    span_from integer not null,
    span_to integer not null,
    not_before timestamptz,
    seen_by timestamptz not null,
    severity smallint not null,
    title text not null,
    sentence text not null,
    claim text,
    silence text,
    hushed text,
    aside text,
    second_look text,
    back_in bigint,
    imported boolean not null,
    collector text,
    findings_sha256 text,
    continued_sha256 text
);
create index changes_watch on changes (watch, entry);
create index changes_seen_by on changes (seen_by);
create index changes_severity on changes (severity, seen_by);
comment on table changes is 'Every step of a page from one version to the next.';
comment on column changes.entry is 'The entry that holds it.';
comment on column changes.watch is 'Whose change.';
comment on column changes.kind is 'appeared, edited, reverted, moved, replaced, redirected, withdrawn, vanished or returned.';
comment on column changes.span_from is 'The version before; 0 for no page there.';
comment on column changes.span_to is 'The version after; 0 for no page there.';
comment on column changes.not_before is 'The last time the old state was seen; null where it never was.';
comment on column changes.seen_by is 'The first time the new state was seen.';
comment on column changes.severity is '5 interrupt an evening, 4 post at once, 3 next batch, 2 digest, 1 record only, 0 nothing at all.';
comment on column changes.title is 'What the page was called.';
comment on column changes.sentence is 'One sentence that says it.';
comment on column changes.claim is 'What the page says of the edit, held against it, in a word: announced, unannounced, minor, back-dated, ...';
comment on column changes.silence is 'Why nothing was said of it, where nothing was.';
comment on column changes.hushed is 'The sort of that reason: muted, noise, below or otherwise.';
comment on column changes.aside is 'What of it was left out of what was said, and why.';
comment on column changes.second_look is 'What a second look found: still-so or was-back; awaited while it is.';
comment on column changes.back_in is 'The entry by which what was gone is back.';
comment on column changes.imported is 'Whether it came in a file that somebody had saved, and by no visit.';
comment on column changes.collector is 'What the machine calls itself that brought it, where it was another one.';
comment on column changes.findings_sha256 is 'SHA-256 of the body its findings lie in; null where there are none.';
comment on column changes.continued_sha256 is 'SHA-256 of what it was compared with, where the page continues others.';

create table findings (
    entry bigint not null,
    place integer not null,
    watch text not null,
    rule text not null,
    severity smallint not null,
    why text not null,
    names text[] not null,
    before text,
    after text,
    label text,
    muted boolean not null,
    primary key (entry, place)
);
create index findings_rule on findings (rule, entry);
create index findings_watch on findings (watch, entry);
create index findings_severity on findings (severity, entry);
create index findings_names on findings using gin (names);
comment on table findings is 'Every reason why a change matters, with the words on both sides.';
comment on column findings.entry is 'The change it is a reason of.';
comment on column findings.place is 'Its place among those of the change, from 0.';
comment on column findings.watch is 'Whose change.';
comment on column findings.rule is 'The rule that found it.';
comment on column findings.severity is 'How much it matters, 0 to 5.';
comment on column findings.why is 'One sentence that says why.';
comment on column findings.names is 'The names it is about.';
comment on column findings.before is 'The words before, as they stood.';
comment on column findings.after is 'The words after, as they stand.';
comment on column findings.label is 'What people read for its rule, where the watchlist says so.';
comment on column findings.muted is 'Whether somebody asked not to be told of it.';

create table visits (
    entry bigint not null,
    place integer not null,
    watch text not null,
    at timestamptz not null,
    outcome text not null,
    failure text,
    status integer,
    why text,
    body_sha256 text,
    collector text,
    primary key (entry, place)
);
create index visits_watch on visits (watch, at);
create index visits_at on visits (at);
comment on table visits is 'Every time we went and looked, whatever came of it.';
comment on column visits.entry is 'The entry that tells of it.';
comment on column visits.place is 'Its place among the looks of that entry, from 0.';
comment on column visits.watch is 'Which watch.';
comment on column visits.at is 'When.';
comment on column visits.outcome is 'appeared, unchanged, changed or failed.';
comment on column visits.failure is 'The sort of failure, where no document came.';
comment on column visits.status is 'The status of the answer, where there was one and no document came.';
comment on column visits.why is 'Why no document came, in a sentence.';
comment on column visits.body_sha256 is 'SHA-256 of the bytes as served; null where none came.';
comment on column visits.collector is 'What the machine calls itself that looked, where it was another one.';

create table alerts (
    entry bigint not null,
    place integer not null,
    watch text,
    route text,
    destination text not null,
    loud boolean not null,
    edits text,
    replies text,
    owed_at timestamptz not null,
    message bigint,
    outcome text not null default 'owed',
    settled_at timestamptz,
    primary key (entry, place)
);
create index alerts_watch on alerts (watch, entry);
create index alerts_outcome on alerts (outcome, owed_at);
create index alerts_message on alerts (message);
comment on table alerts is 'Everything that was ever owed to a channel, as it stands now.';
comment on column alerts.entry is 'The entry that owes it: of a change, or of a notice.';
comment on column alerts.place is 'Its place among those of the entry, from 0; an alert is written ENTRY-PLACE.';
comment on column alerts.watch is 'Whose change it tells; null where it tells of none.';
comment on column alerts.route is 'The route it takes.';
comment on column alerts.destination is 'Where it goes.';
comment on column alerts.loud is 'Whether it makes a sound.';
comment on column alerts.edits is 'The alert whose message it edits, where it is no new post.';
comment on column alerts.replies is 'The alert to whose message it is a reply.';
comment on column alerts.owed_at is 'Since when it is owed.';
comment on column alerts.message is 'The entry of the message that pays it.';
comment on column alerts.outcome is 'owed, sent, given-up or dropped.';
comment on column alerts.settled_at is 'When it was sent, given up or dropped.';

create table deliveries (
    entry bigint not null,
    alert_entry bigint not null,
    alert_place integer not null,
    watch text,
    destination text not null,
    at timestamptz not null,
    outcome text not null,
    receipt text,
    reason text,
    primary key (entry, alert_entry, alert_place)
);
create index deliveries_alert on deliveries (alert_entry, alert_place);
create index deliveries_at on deliveries (at);
comment on table deliveries is 'What came of each attempt to pay an alert.';
comment on column deliveries.entry is 'The entry that tells of it.';
comment on column deliveries.alert_entry is 'The entry that owed the alert.';
comment on column deliveries.alert_place is 'The place of the alert in that entry.';
comment on column deliveries.watch is 'Whose change it told.';
comment on column deliveries.destination is 'Where it went, or was to go.';
comment on column deliveries.at is 'When.';
comment on column deliveries.outcome is 'sent, given-up or dropped.';
comment on column deliveries.receipt is 'The id the channel gave to the message.';
comment on column deliveries.reason is 'Why it was not sent.';

create table passages (
    came bigint not null,
    place integer not null,
    watch text not null,
    kind text not null,
    text text not null,
    went bigint,
    words tsvector not null generated always as (to_tsvector('simple'::regconfig, text)) stored,
    primary key (came, place)
);
create index passages_watch on passages (watch, came);
create index passages_standing on passages (watch) where went is null;
create index passages_words on passages using gin (words);
comment on table passages is 'Every stay of a passage: a paragraph, heading, item or row of a page, and how long it stood without a break.';
comment on column passages.came is 'The change by which it came.';
comment on column passages.place is 'Its place among those that came by it, from 0.';
comment on column passages.watch is 'On which page.';
comment on column passages.kind is 'title, heading, paragraph, item, row, verbatim, attachment or withdrawn.';
comment on column passages.text is 'Its words.';
comment on column passages.went is 'The change by which it went; null while it stands.';
comment on column passages.words is 'Its words as they are searched, none left out and none shortened.';

create view change_list as
    select c.entry, c.watch, c.span_from || '..' || c.span_to as span, c.kind, c.severity, c.not_before, c.seen_by,
        c.title, v.url, c.sentence, c.claim, c.silence is null as said,
        (select count(*) from findings f where f.entry = c.entry) as findings,
        (select count(*) from alerts a where a.entry = c.entry and a.outcome = 'sent') as sent,
        c.second_look, b.seen_by as back_by
    from changes c
        left join versions v on v.watch = c.watch and v.no = c.span_to
        left join changes b on b.entry = c.back_in;
comment on view change_list is 'Changes with the address of the new version, how many findings they have, and how many messages told of them.';

create view finding_list as
    select f.entry, f.place, f.watch, c.span_from || '..' || c.span_to as span, f.rule, f.severity, c.not_before, c.seen_by,
        c.title, f.why, f.before, f.after, f.names, f.muted, c.sentence
    from findings f join changes c using (entry);
comment on view finding_list is 'Findings with the change they are of and its times.';

create view phrases as
    select p.watch, p.kind, p.text, p.words,
        c.span_to as first_version,
        case when p.went is null then (select max(v.no) from versions v where v.watch = p.watch) else g.span_from end as last_version,
        c.not_before as came_not_before, c.seen_by as first_seen,
        case when p.went is null
            then (select s.at from visits s where s.watch = p.watch and s.outcome <> 'failed' order by s.at desc limit 1)
            else g.not_before end as last_seen,
        g.seen_by as gone_by,
        p.went is null as stands, p.came, p.place, p.went
    from passages p
        join changes c on c.entry = p.came
        left join changes g on g.entry = p.went;
comment on view phrases is 'Passages with the versions and times between which they stood.';
