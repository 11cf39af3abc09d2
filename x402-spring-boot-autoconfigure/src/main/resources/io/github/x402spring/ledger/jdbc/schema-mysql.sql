-- Version 2 of the tables, for an empty database. Tables of version 1 are upgraded by migration/mysql/V2__x402_ledger.sql.

-- Payments, one row for each that was sent to be settled or is in flight.
CREATE TABLE IF NOT EXISTS x402_payment (
    network VARCHAR(64) NOT NULL,
    asset VARCHAR(128) NOT NULL,
    payer VARCHAR(128) NOT NULL,
    nonce VARCHAR(128) NOT NULL,
    state VARCHAR(16) NOT NULL,
    token VARCHAR(36) NOT NULL,
    resumed BOOLEAN NOT NULL,
    fingerprint CHAR(64) NOT NULL,
    endpoint VARCHAR(64) NOT NULL,
    resource VARCHAR(2048) NOT NULL,
    scheme VARCHAR(64) NOT NULL,
    amount DECIMAL(65, 0) NOT NULL,
    pay_to VARCHAR(128) NOT NULL,
    caller VARCHAR(255),
    transaction_hash VARCHAR(256),
    valid_before BIGINT NOT NULL,
    rail VARCHAR(8) DEFAULT 'x402' NOT NULL,
    requirements TEXT,
    signature_digest CHAR(64),
    response_digest CHAR(64),
    settled_at TIMESTAMP(6) NULL,
    runs INTEGER DEFAULT 0 NOT NULL,
    body_begun BOOLEAN DEFAULT FALSE NOT NULL,
    identifier CHAR(64),
    terms CHAR(64),
    delivery_until TIMESTAMP(6) NULL,
    delivered_at TIMESTAMP(6) NULL,
    created_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    updated_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (network, asset, payer, nonce),
    UNIQUE INDEX x402_payment_identifier (identifier),
    INDEX x402_payment_state (state, valid_before),
    INDEX x402_payment_unknown (payer, state),
    -- For people who look payments up: x402.console, and /actuator/x402payments.
    INDEX x402_payment_created (created_at),
    INDEX x402_payment_endpoint (endpoint, created_at),
    INDEX x402_payment_payer (payer, created_at),
    INDEX x402_payment_caller (caller, created_at)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What happened to each, in order. Rows are added and never changed.
CREATE TABLE IF NOT EXISTS x402_payment_event (
    id BIGINT AUTO_INCREMENT,
    network VARCHAR(64) NOT NULL,
    asset VARCHAR(128) NOT NULL,
    payer VARCHAR(128) NOT NULL,
    nonce VARCHAR(128) NOT NULL,
    type VARCHAR(16) NOT NULL,
    transaction_hash VARCHAR(256),
    occurred_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (id),
    INDEX x402_payment_event_key (network, asset, payer, nonce)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Responses that were paid for, encrypted, for a short while. Empty unless x402.ledger.keep-response is enabled.
CREATE TABLE IF NOT EXISTS x402_answer (
    network VARCHAR(64) NOT NULL,
    asset VARCHAR(128) NOT NULL,
    payer VARCHAR(128) NOT NULL,
    nonce VARCHAR(128) NOT NULL,
    sealed LONGBLOB NOT NULL,
    kept_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (network, asset, payer, nonce),
    INDEX x402_answer_age (kept_at)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What subjects have spent under limits, by slots of time, in millionths of a dollar. Slot -1 is there to be locked.
CREATE TABLE IF NOT EXISTS x402_exposure (
    limit_name VARCHAR(64) NOT NULL,
    subject CHAR(64) NOT NULL,
    slot BIGINT NOT NULL,
    amount DECIMAL(65, 0) NOT NULL,
    payments BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (limit_name, subject, slot)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What of it is given back unless its payment is sent to be settled in time.
CREATE TABLE IF NOT EXISTS x402_exposure_lease (
    limit_name VARCHAR(64) NOT NULL,
    subject CHAR(64) NOT NULL,
    token VARCHAR(36) NOT NULL,
    slot BIGINT NOT NULL,
    amount DECIMAL(65, 0) NOT NULL,
    lapses_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (limit_name, subject, token)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Tasks for which nothing is settled any more.
CREATE TABLE IF NOT EXISTS x402_ended_task (
    task CHAR(64) NOT NULL,
    ended_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (task)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Version of the tables, in one row. The statement fails on tables of version 1, which have to be upgraded first.
CREATE TABLE IF NOT EXISTS x402_schema_version (
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO x402_schema_version (id, version)
    SELECT 1, 2 FROM DUAL WHERE NOT EXISTS (SELECT id FROM x402_schema_version)
    AND NOT EXISTS (SELECT runs FROM x402_payment WHERE 1 = 0);
