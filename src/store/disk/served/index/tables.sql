create table search_reach (
    one boolean primary key default true check (one),
    shape integer not null,
    mark text,
    made bigint not null,
    written bigint not null
);
comment on table search_reach is 'Up to which entry of the journal the index of the search goes; whoever writes to it locks this row.';

create table search_stays (
    page bigint not null,
    place bigint not null,
    ended bigint,
    came bigint not null,
    went bigint,
    words tsvector not null,
    fresh tsvector,
    lost tsvector,
    said text collate "C",
    stay json not null,
    primary key (page, place)
);
create index search_stays_words on search_stays using gin (words);
create index search_stays_fresh on search_stays using gin (fresh);
create index search_stays_lost on search_stays using gin (lost);
create index search_stays_standing on search_stays (page) where ended is null;
create index search_stays_said on search_stays (page) where said is not null;
comment on table search_stays is 'Every stay of a passage with its words as the search reads them.';

create table search_past (
    no bigint generated always as identity primary key,
    page bigint not null,
    words tsvector not null,
    said text collate "C",
    passage json not null
);
create index search_past_page on search_past (page);
create index search_past_words on search_past using gin (words);
create index search_past_said on search_past (page) where said is not null;
comment on table search_past is 'Every passage of backfilled texts with its words as the search reads them.';

create table search_turns (
    page bigint not null,
    place bigint not null,
    after bigint,
    by bigint not null,
    away boolean not null,
    primary key (page, place)
);
comment on table search_turns is 'When a page was seen in another state than before.';

create table search_words (
    field smallint not null,
    word text collate "C" not null,
    rows bigint not null,
    primary key (field, word)
);
comment on table search_words is 'Every word of the index, and in how many rows it stands.';
