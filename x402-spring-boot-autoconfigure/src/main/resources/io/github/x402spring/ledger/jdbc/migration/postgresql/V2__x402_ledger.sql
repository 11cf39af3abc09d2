-- Upgrades the tables of the payment ledger from version 1 to version 2. Payments stay as they are: what version 1 did
-- not store is read with defaults. May be run again.

ALTER TABLE x402_payment ALTER COLUMN state SET DATA TYPE VARCHAR(16);
ALTER TABLE x402_payment ADD COLUMN IF NOT EXISTS rail VARCHAR(8) DEFAULT 'x402' NOT NULL;
ALTER TABLE x402_payment ADD COLUMN IF NOT EXISTS requirements TEXT;
ALTER TABLE x402_payment ADD COLUMN IF NOT EXISTS signature_digest CHAR(64);
ALTER TABLE x402_payment ADD COLUMN IF NOT EXISTS response_digest CHAR(64);
ALTER TABLE x402_payment ADD COLUMN IF NOT EXISTS settled_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE x402_payment ADD COLUMN IF NOT EXISTS runs INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE x402_payment ADD COLUMN IF NOT EXISTS body_begun BOOLEAN DEFAULT FALSE NOT NULL;
CREATE INDEX IF NOT EXISTS x402_payment_unknown ON x402_payment (payer, state);

CREATE TABLE IF NOT EXISTS x402_schema_version (
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
);

INSERT INTO x402_schema_version (id, version)
    SELECT 1, 2 WHERE NOT EXISTS (SELECT id FROM x402_schema_version);
