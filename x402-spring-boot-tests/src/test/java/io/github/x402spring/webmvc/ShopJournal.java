package io.github.x402spring.webmvc;

/**
 * Keeps what one test does apart from what an earlier one left running.
 */
final class ShopJournal {

    private final ShopFile file;

    private volatile ShopVisit visit = new ShopVisit();

    ShopJournal(ShopFile file) {
        this.file = file;
    }

    ShopFile file() {
        return this.file;
    }

    ShopVisit begin() {
        this.visit = new ShopVisit();
        return this.visit;
    }

    ShopVisit visit() {
        return this.visit;
    }

}
