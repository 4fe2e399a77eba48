-- The agent who wrote a message, by her address; empty: nobody of the desk.
ALTER TABLE message ADD COLUMN author TEXT NOT NULL DEFAULT '';

-- Mails of agents that wait for consent, under the key that its single-use code names.
CREATE TABLE held_mail (
    intake      INTEGER NOT NULL PRIMARY KEY REFERENCES intake (id),
    key         INTEGER NOT NULL UNIQUE,
    agent_key   TEXT    NOT NULL,
    agent       TEXT    NOT NULL,
    ticket      INTEGER REFERENCES ticket (number),
    at          INTEGER NOT NULL,
    reasons     TEXT    NOT NULL DEFAULT '[]',
    released_at INTEGER
) STRICT;
CREATE INDEX held_mail_agent ON held_mail (agent_key, at);

-- What each mail of an agent changed on a ticket, so that it can be taken back.
CREATE TABLE agent_action (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket    INTEGER NOT NULL REFERENCES ticket (number),
    agent_key TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    changes   TEXT    NOT NULL DEFAULT '[]',
    message   INTEGER REFERENCES message (id),
    undone_at INTEGER
) STRICT;
CREATE INDEX agent_action_ticket ON agent_action (ticket, agent_key);

-- Receipts of the last hours that no agent asked for: programs that answer them must not do so for ever.
CREATE TABLE agent_receipt (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    agent_key TEXT    NOT NULL
) STRICT;
CREATE INDEX agent_receipt_agent ON agent_receipt (agent_key, at);

CREATE INDEX ticket_assignee ON ticket (assignee, status) WHERE assignee <> '';
