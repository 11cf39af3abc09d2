package io.github.x402spring.webmvc;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.github.x402spring.facilitator.FakeFacilitator;

/**
 * Set-up of the tests that send a customer into the {@link PaidShop}: each begins with a
 * fresh customer and a facilitator that has forgotten everything, and ends when every
 * exchange has ended.
 */
abstract class PaidShopFixture {

    @Autowired
    FakeFacilitator facilitator;

    @Autowired
    HeardExchanges heard;

    @Autowired
    ShopJournal journal;

    ShopCustomer customer;

    ShopVisit visit;

    @BeforeEach
    void open(@LocalServerPort int port) {
        this.customer = new ShopCustomer(port);
        this.facilitator.reset();
        this.visit = this.journal.begin();
    }

    @AfterEach
    void everyExchangeEnds() {
        this.heard.assertAllEnded();
    }

}
