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
    amount DECIMAL(65, 0) NOT NULL,
    pay_to VARCHAR(128) NOT NULL,
    caller VARCHAR(255),
    transaction_hash VARCHAR(256),
    valid_before BIGINT NOT NULL,
    identifier CHAR(64),
    terms CHAR(64),
    delivery_until TIMESTAMP(6) NULL,
    delivered_at TIMESTAMP(6) NULL,
    created_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    updated_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (network, asset, payer, nonce),
    UNIQUE INDEX x402_payment_identifier (identifier),
    INDEX x402_payment_state (state, valid_before)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What happened to each, in order. Rows are added and never changed.
CREATE TABLE IF NOT EXISTS x402_payment_event (
    id BIGINT AUTO_INCREMENT,
    network VARCHAR(64) NOT NULL,
    asset VARCHAR(128) NOT NULL,
    payer VARCHAR(128) NOT NULL,
    nonce VARCHAR(128) NOT NULL,
    type VARCHAR(10) NOT NULL,
    transaction_hash VARCHAR(256),
    occurred_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (id),
    INDEX x402_payment_event_key (network, asset, payer, nonce)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Answers that were paid for, encrypted, for a short while. Empty unless x402.ledger.keep-response is enabled.
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
