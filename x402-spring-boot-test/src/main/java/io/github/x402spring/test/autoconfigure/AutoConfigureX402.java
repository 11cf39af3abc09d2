package io.github.x402spring.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Annotation for test classes of applications that charge: payments are signed, verified
 * and settled as in production, by a {@link io.github.x402spring.test.MockFacilitator} in
 * place of the configured facilitator. Works with {@code @WebMvcTest} and with
 * {@code @SpringBootTest}, on a mock environment and on a port.
 * <ul>
 * <li>No property of {@code x402} has to be set: payments go to the wallet named
 * {@code seller}, on Base Sepolia. What the application or the test sets counts.</li>
 * <li>The ledger is in memory, unless {@code x402.ledger.type} names another.</li>
 * <li>Time is a {@link io.github.x402spring.test.TestClock}, unless there is a
 * {@code Clock} bean.</li>
 * <li>A facilitator that the application declares is replaced; one that the test
 * declares, in a {@code @TestConfiguration} or with {@code @MockitoBean}, is used.</li>
 * <li>After each test method, facilitator and ledger are as at the start. Since classes
 * share a context, JUnit runs no two of their methods at the same time.</li>
 * </ul>
 * Has no effect outside of Spring's test framework.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@ResourceLock("io.github.x402spring.test")
public @interface AutoConfigureX402 {

    /**
     * Whether paid endpoints ask for payments. With {@link Payments#OFF} they are served
     * without one, so that tests from before the application charged pass unchanged. The
     * policy still decides who may have the response: by the rules of Spring Security,
     * and by the endpoint's own.
     * @return whether payments are asked for
     */
    Payments payments() default Payments.ON;

    /**
     * Whether paid endpoints ask for payments.
     */
    enum Payments {

        /** They do. */
        ON,

        /** They are served without payment. */
        OFF

    }

}
