-- A mail that goes out is kept once for all of its recipients, in `raw`: the first copy whole. Of every other copy only
-- what is its own; the rest of it is the first copy's from `shared_from` on.
ALTER TABLE outbox ADD COLUMN raw INTEGER REFERENCES raw (id); -- NULL: that of its message, or none is left
ALTER TABLE outbox ADD COLUMN shared_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN text INTEGER REFERENCES sent_text (id);
CREATE INDEX outbox_raw ON outbox (raw) WHERE raw IS NOT NULL;

CREATE TABLE outbox_own (
    outbox INTEGER NOT NULL PRIMARY KEY REFERENCES outbox (id),
    octets BLOB    NOT NULL
) STRICT;

-- Octets of a message that went out; those of one that came in are its intake row's.
ALTER TABLE message ADD COLUMN raw INTEGER REFERENCES raw (id);

-- Whoever deletes octets has SQLite look for rows that refer to them: without these it goes through every mail.
CREATE INDEX intake_raw ON intake (raw);
CREATE INDEX message_raw ON message (raw) WHERE raw IS NOT NULL;

-- The plain text of mails that left, compressed, once for all recipients; that of a confirmation is its message's.
CREATE TABLE sent_text (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    octets BLOB NOT NULL
) STRICT;

-- What decides who may be shown a message.
ALTER TABLE message ADD COLUMN third_party INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN unverified INTEGER NOT NULL DEFAULT 0;
UPDATE message SET third_party = 1 WHERE marks LIKE '%"third_party"%';
UPDATE message SET unverified = 1 WHERE marks LIKE '%"unverified"%';

-- When a ticket came into which state; before the first entry it is new. What is taken back takes its entry with it.
CREATE TABLE ticket_state (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket INTEGER NOT NULL REFERENCES ticket (number),
    at     INTEGER NOT NULL,
    status TEXT    NOT NULL
) STRICT;
CREATE INDEX ticket_state_ticket ON ticket_state (ticket);
INSERT INTO ticket_state (ticket, at, status)
SELECT number, coalesce(solved_at, updated_at), status FROM ticket WHERE status <> 'new';

-- A ticket and those that were merged into it.
CREATE VIEW ticket_part AS
SELECT number AS whole, number AS part FROM ticket
UNION ALL
SELECT merged_into AS whole, number AS part FROM ticket WHERE merged_into IS NOT NULL;
