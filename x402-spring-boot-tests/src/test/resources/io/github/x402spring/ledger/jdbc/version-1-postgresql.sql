-- Payments, one row for each that was sent to be settled or is being worked on.
CREATE TABLE IF NOT EXISTS x402_payment (
    network VARCHAR(64) NOT NULL,
    asset VARCHAR(128) NOT NULL,
    payer VARCHAR(128) NOT NULL,
    nonce VARCHAR(128) NOT NULL,
    state VARCHAR(10) NOT NULL,
    token VARCHAR(36) NOT NULL,
    resumed BOOLEAN NOT NULL,
    fingerprint CHAR(64) NOT NULL,
    endpoint VARCHAR(64) NOT NULL,
    resource VARCHAR(2048) NOT NULL,
    scheme VARCHAR(64) NOT NULL,
    amount NUMERIC(78, 0) NOT NULL,
    pay_to VARCHAR(128) NOT NULL,
    caller VARCHAR(255),
    transaction_hash VARCHAR(256),
    valid_before BIGINT NOT NULL,
    identifier CHAR(64),
    terms CHAR(64),
    delivery_until TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (network, asset, payer, nonce)
);

-- What happened to each, in order. Rows are added and never changed.
CREATE TABLE IF NOT EXISTS x402_payment_event (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    network VARCHAR(64) NOT NULL,
    asset VARCHAR(128) NOT NULL,
    payer VARCHAR(128) NOT NULL,
    nonce VARCHAR(128) NOT NULL,
    type VARCHAR(16) NOT NULL,
    transaction_hash VARCHAR(256),
    occurred_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (id)
);

-- Answers that were paid for, encrypted, for a short while. Empty unless x402.ledger.keep-response is enabled.
CREATE TABLE IF NOT EXISTS x402_answer (
    network VARCHAR(64) NOT NULL,
    asset VARCHAR(128) NOT NULL,
    payer VARCHAR(128) NOT NULL,
    nonce VARCHAR(128) NOT NULL,
    sealed BYTEA NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (network, asset, payer, nonce)
);

CREATE INDEX IF NOT EXISTS x402_answer_age ON x402_answer (kept_at);
CREATE UNIQUE INDEX IF NOT EXISTS x402_payment_identifier ON x402_payment (identifier);
CREATE INDEX IF NOT EXISTS x402_payment_state ON x402_payment (state, valid_before);
-- For people who look payments up: x402.console, and /actuator/x402/payments.
CREATE INDEX IF NOT EXISTS x402_payment_created ON x402_payment (created_at);
CREATE INDEX IF NOT EXISTS x402_payment_endpoint ON x402_payment (endpoint, created_at);
CREATE INDEX IF NOT EXISTS x402_payment_payer ON x402_payment (payer, created_at);
CREATE INDEX IF NOT EXISTS x402_payment_caller ON x402_payment (caller, created_at);
CREATE INDEX IF NOT EXISTS x402_payment_event_key ON x402_payment_event (network, asset, payer, nonce);

-- What subjects have spent under limits, by slots of time, in millionths of a dollar. Slot -1 is there to be locked.
CREATE TABLE IF NOT EXISTS x402_exposure (
    limit_name VARCHAR(64) NOT NULL,
    subject CHAR(64) NOT NULL,
    slot BIGINT NOT NULL,
    amount NUMERIC(78, 0) NOT NULL,
    payments BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (limit_name, subject, slot)
);

-- What of it is given back unless its payment is sent to be settled in time.
CREATE TABLE IF NOT EXISTS x402_exposure_lease (
    limit_name VARCHAR(64) NOT NULL,
    subject CHAR(64) NOT NULL,
    token VARCHAR(36) NOT NULL,
    slot BIGINT NOT NULL,
    amount NUMERIC(78, 0) NOT NULL,
    lapses_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (limit_name, subject, token)
);

-- Tasks for which nothing is settled any more.
CREATE TABLE IF NOT EXISTS x402_ended_task (
    task CHAR(64) NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (task)
);
