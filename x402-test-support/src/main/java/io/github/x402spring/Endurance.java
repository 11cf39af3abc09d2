package io.github.x402spring;

/**
 * Size of the tests that are tagged {@code endurance}: seconds in the ordinary build,
 * minutes under the Maven profile of that name.
 */
public final class Endurance {

    private static final boolean FULL = Boolean.getBoolean("tests.endurance");

    private Endurance() {
    }

    public static int size(int ordinary, int full) {
        return FULL ? full : ordinary;
    }

}
