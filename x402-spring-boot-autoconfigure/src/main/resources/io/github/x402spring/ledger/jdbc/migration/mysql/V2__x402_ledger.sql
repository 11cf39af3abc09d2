-- Upgrades the tables of the payment ledger from version 1 to version 2. Payments stay as they are: what version 1 did
-- not store is read with defaults. The first statement fails if
-- it is run again.

ALTER TABLE x402_payment
    MODIFY COLUMN state VARCHAR(16) NOT NULL,
    ADD COLUMN rail VARCHAR(8) DEFAULT 'x402' NOT NULL,
    ADD COLUMN requirements TEXT,
    ADD COLUMN signature_digest CHAR(64),
    ADD COLUMN response_digest CHAR(64),
    ADD COLUMN settled_at TIMESTAMP(6) NULL,
    ADD COLUMN runs INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN body_begun BOOLEAN DEFAULT FALSE NOT NULL,
    ADD INDEX x402_payment_unknown (payer, state);

CREATE TABLE IF NOT EXISTS x402_schema_version (
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO x402_schema_version (id, version)
    SELECT 1, 2 FROM DUAL WHERE NOT EXISTS (SELECT id FROM x402_schema_version);
