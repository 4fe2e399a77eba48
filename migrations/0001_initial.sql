-- Times are microseconds since 1970 in UTC. Names of states are those of the JSON contract.
-- A `*_head` is the first 64 bits of a hash: a random index over eight octets stays small at a million rows, and each
-- look-up compares the whole value afterwards.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE folder (
    inbox              TEXT    NOT NULL,
    folder             TEXT    NOT NULL,
    uid_validity       INTEGER NOT NULL,
    uid_next           INTEGER NOT NULL,
    first_uid_validity INTEGER NOT NULL,
    first_run          TEXT    NOT NULL DEFAULT 'all' CHECK (first_run IN ('all', 'unseen', 'now')),
    first_run_at       INTEGER NOT NULL,
    first_run_until    INTEGER NOT NULL DEFAULT 1,
    first_run_done     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (inbox, folder)
) STRICT, WITHOUT ROWID;

-- Compressed octets of received mails, apart from `intake`: an UPDATE rewrites a whole row.
CREATE TABLE raw (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    octets BLOB NOT NULL
) STRICT;

CREATE TABLE intake (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    inbox        TEXT    NOT NULL,
    source       TEXT    NOT NULL CHECK (source IN ('imap', 'pipe', 'import')),
    folder       TEXT    NOT NULL DEFAULT '',
    uid_validity INTEGER NOT NULL DEFAULT 0,
    uid          INTEGER NOT NULL DEFAULT 0,
    received_at  INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    full_size    INTEGER NOT NULL,
    raw          INTEGER NOT NULL REFERENCES raw (id),
    sha256       BLOB    NOT NULL,
    sha_head     INTEGER NOT NULL,
    state        TEXT    NOT NULL DEFAULT 'pending',
    attempts     INTEGER NOT NULL DEFAULT 0,
    error        TEXT    NOT NULL DEFAULT '',
    ticket       INTEGER REFERENCES ticket (number),
    message_id   TEXT,
    message_head INTEGER,
    content_hash BLOB,
    content_head INTEGER,
    authenticity TEXT    NOT NULL DEFAULT 'headers' CHECK (authenticity IN ('headers', 'nothing')),
    replies      TEXT    NOT NULL DEFAULT 'allowed' CHECK (replies IN ('allowed', 'suppressed')),
    after        TEXT    NOT NULL DEFAULT 'none' CHECK (after IN ('none', 'seen', 'move', 'delete')),
    after_done   INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX intake_uid ON intake (inbox, folder, uid_validity, uid) WHERE source = 'imap';
CREATE INDEX intake_sha ON intake (sha_head);
CREATE INDEX intake_content ON intake (content_head) WHERE content_head IS NOT NULL;
CREATE INDEX intake_message ON intake (message_head) WHERE message_head IS NOT NULL;
CREATE INDEX intake_pending ON intake (id) WHERE state = 'pending';
CREATE INDEX intake_quarantined ON intake (id) WHERE state = 'quarantined';
CREATE INDEX intake_after ON intake (inbox, folder, uid_validity, uid) WHERE after_done = 0;

CREATE TABLE decision (
    intake INTEGER NOT NULL PRIMARY KEY REFERENCES intake (id),
    at     INTEGER NOT NULL,
    json   TEXT    NOT NULL
) STRICT;

CREATE TABLE ticket (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    key            INTEGER NOT NULL UNIQUE,
    subject        TEXT    NOT NULL DEFAULT '',
    requester      TEXT    NOT NULL DEFAULT '',
    requester_key  TEXT    NOT NULL DEFAULT '',
    requester_name TEXT    NOT NULL DEFAULT '',
    queue          TEXT    NOT NULL DEFAULT '',
    inbox          TEXT    NOT NULL DEFAULT '',
    status         TEXT    NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'open', 'pending', 'on_hold', 'solved', 'closed')),
    priority       TEXT    NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    assignee       TEXT    NOT NULL DEFAULT '',
    language       TEXT    NOT NULL DEFAULT '',
    fields         TEXT    NOT NULL DEFAULT '{}',
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    solved_at      INTEGER,
    merged_into    INTEGER REFERENCES ticket (number)
) STRICT;
CREATE INDEX ticket_status ON ticket (status);
CREATE INDEX ticket_queue ON ticket (queue);
CREATE INDEX ticket_queue_status ON ticket (queue, status);
CREATE INDEX ticket_requester ON ticket (requester_key);
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE ticket_tag (
    ticket INTEGER NOT NULL REFERENCES ticket (number),
    tag    TEXT    NOT NULL,
    PRIMARY KEY (ticket, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket_link (
    ticket INTEGER NOT NULL REFERENCES ticket (number),
    other  INTEGER NOT NULL REFERENCES ticket (number),
    PRIMARY KEY (ticket, other)
) STRICT, WITHOUT ROWID;

-- The requester stands in `ticket` alone.
CREATE TABLE participant (
    ticket      INTEGER NOT NULL REFERENCES ticket (number),
    address_key TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    role        TEXT    NOT NULL CHECK (role IN ('requester', 'participant', 'sender', 'third_party')),
    PRIMARY KEY (ticket, address_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket      INTEGER NOT NULL REFERENCES ticket (number),
    at          INTEGER NOT NULL,
    direction   TEXT    NOT NULL CHECK (direction IN ('in', 'out', 'note')),
    kind        TEXT    NOT NULL DEFAULT '',
    sender      TEXT    NOT NULL DEFAULT 'null',
    recipients  TEXT    NOT NULL DEFAULT '[]',
    message_id  TEXT    NOT NULL DEFAULT '',
    subject     TEXT    NOT NULL DEFAULT '',
    text        TEXT    NOT NULL DEFAULT '',
    reply       TEXT, -- NULL: the whole text is new
    attachments TEXT    NOT NULL DEFAULT '[]',
    marks       TEXT    NOT NULL DEFAULT '[]',
    intake      INTEGER REFERENCES intake (id)
) STRICT;
CREATE INDEX message_ticket ON message (ticket);

CREATE TABLE known_id (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    head       INTEGER NOT NULL,
    message_id TEXT    NOT NULL,
    ticket     INTEGER NOT NULL REFERENCES ticket (number),
    role       TEXT    NOT NULL CHECK (role IN ('seen', 'named'))
) STRICT;
CREATE INDEX known_id_head ON known_id (head);

CREATE TABLE event (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket INTEGER NOT NULL REFERENCES ticket (number),
    at     INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    by     TEXT    NOT NULL DEFAULT '',
    detail TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX event_ticket ON event (ticket);

CREATE TABLE contact (
    address_key TEXT    NOT NULL PRIMARY KEY,
    address     TEXT    NOT NULL,
    name        TEXT    NOT NULL DEFAULT '',
    language    TEXT    NOT NULL DEFAULT '',
    first_at    INTEGER NOT NULL,
    guided_at   INTEGER,
    answered_at INTEGER,
    suppressed  TEXT    NOT NULL DEFAULT '' -- the status by which the address refuses mail
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket        INTEGER REFERENCES ticket (number),
    message       INTEGER REFERENCES message (id),
    kind          TEXT    NOT NULL,
    inbox         TEXT    NOT NULL,
    recipient     TEXT    NOT NULL,
    recipient_key TEXT    NOT NULL,
    envelope_from TEXT, -- NULL: the null reverse-path <>
    message_id    TEXT    NOT NULL DEFAULT '',
    serial        INTEGER NOT NULL DEFAULT 0,
    state         TEXT    NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dropped', 'held')),
    attempts      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    next_at       INTEGER NOT NULL,
    sent_at       INTEGER,
    last_error    TEXT    NOT NULL DEFAULT '',
    report        TEXT    NOT NULL DEFAULT '' -- what a delivery report said later
) STRICT;
CREATE UNIQUE INDEX outbox_message ON outbox (message, recipient_key) WHERE message IS NOT NULL;
CREATE INDEX outbox_unsent ON outbox (state, inbox, next_at) WHERE state <> 'sent' AND state <> 'dropped';

CREATE TABLE outbox_octets (
    outbox INTEGER NOT NULL PRIMARY KEY REFERENCES outbox (id),
    octets BLOB    NOT NULL
) STRICT;

-- Automatic mails of the last two days, which the limits count.
CREATE TABLE auto_mail (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    address_key TEXT    NOT NULL,
    ticket      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX auto_mail_address ON auto_mail (address_key, at);
CREATE INDEX auto_mail_ticket ON auto_mail (ticket, at);

-- Passing failures of the last seven days; too many suppress the address.
CREATE TABLE passing_failure (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    address_key TEXT    NOT NULL
) STRICT;
CREATE INDEX passing_failure_address ON passing_failure (address_key);
CREATE INDEX passing_failure_at ON passing_failure (at);

-- When the admin was told of each cause of trouble.
CREATE TABLE notice (
    cause TEXT    NOT NULL PRIMARY KEY,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The hourly limit is read before every mail: sixty sums, not a count over an hour of rows.
CREATE TABLE auto_mail_minute (
    minute INTEGER NOT NULL PRIMARY KEY,
    mails  INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Words of messages. Contentless and without positions: it answers which messages have all the words. The row id is
-- the ticket's number times 65,536, and the message's place in it: so the answer comes in the order of tickets.
CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', detail = none, columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
