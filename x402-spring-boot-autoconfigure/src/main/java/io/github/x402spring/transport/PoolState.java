package io.github.x402spring.transport;

/**
 * State of a connection pool.
 *
 * @param leased the number of connections that calls use
 * @param idle the number of open connections that no call uses
 * @param waiting the number of calls that wait for a connection
 * @param max the largest number of connections that calls can use at once
 * @since 0.1.0
 */
public record PoolState(int leased, int idle, int waiting, int max) {

    /** State without connections. */
    public static final PoolState NONE = new PoolState(0, 0, 0, 0);

    /**
     * Adds the state of another pool.
     * @param other the other state
     * @return the sum
     */
    public PoolState plus(PoolState other) {
        return new PoolState(this.leased + other.leased, this.idle + other.idle, this.waiting + other.waiting,
                this.max + other.max);
    }

}
