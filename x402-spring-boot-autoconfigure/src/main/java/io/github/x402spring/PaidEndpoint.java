package io.github.x402spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Price of a controller method, of every handler method of a controller, or of a bean
 * that is a handler function, which is charged over HTTP 402. Found on methods, classes,
 * interfaces and through composed annotations; the annotation on the method wins. Other
 * routes of a router function are sold with {@code X402Functions.paid}.
 * <p>
 * Each member can be overridden by {@code x402.endpoints.<name>.*} in the application's
 * configuration. A payment never grants access by itself: {@link #authorize()} is
 * evaluated after the payment was verified and before it is settled.
 *
 * @since 0.1.0
 * @see VerifiedPayment
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface PaidEndpoint {

    /**
     * Names the endpoint in configuration, logs and metrics: letters, digits and dashes.
     * If empty, the name is made from the class and the method, such as
     * {@code weather-controller-report}.
     * @return the name
     */
    String value() default "";

    /**
     * States the price: {@code "$0.01"}, {@code "0.01"} or {@code "1.50 USDC"}; a
     * placeholder {@code "${prices.report}"}; or a template {@code "#{…}"} in SpEL, in
     * which {@code path('id')} is a path variable, {@code param('pages')} a query
     * parameter, {@code number(param('pages'), '1')} its number and {@code usd('0.01')}
     * an exact amount. A price must come out as a whole, positive number of atomic units.
     * @return the price; empty if configuration or a {@code PriceResolver} states it
     */
    String price() default "";

    /**
     * Names the network to pay on: an alias such as {@code base} or a CAIP-2 name.
     * @return the network; empty for {@code x402.network}
     */
    String network() default "";

    /**
     * Names the token: the symbol of a preset or of an entry under {@code x402.assets}.
     * @return the token; empty for {@code x402.asset}
     */
    String asset() default "";

    /**
     * Names the payment scheme: that of a {@code PaymentScheme} bean.
     * @return the scheme; empty for {@code exact}
     */
    String scheme() default "";

    /**
     * Names the recipient's address.
     * @return the address; empty for {@code x402.pay-to}
     */
    String payTo() default "";

    /**
     * Describes to the buyer what it gets. At most 500 characters.
     * @return the description
     */
    String description() default "";

    /**
     * Names the media type of the response.
     * @return the media type
     */
    String mimeType() default "";

    /**
     * States who may have the response once it is paid for: a Spring Security expression
     * in which {@code payment} is the {@link VerifiedPayment}. {@code permitAll} lets an
     * unknown wallet in; any other expression asks for an authenticated caller first.
     * @return the expression; empty for {@code x402.authorization.default}, which is
     * {@code authenticated}
     */
    String authorize() default "";

    /**
     * States when the payment is settled.
     * @return the flow
     */
    PaymentFlow flow() default PaymentFlow.AUTHORIZATION;

    /**
     * Names the tags by which limits cover the endpoint, beside its name: letters, digits
     * and dashes.
     * @return the tags
     */
    String[] tags() default {};

    /**
     * States that the handler may run twice for one request without harm: it then runs
     * again, without another charge, for a payment that was settled and whose response
     * got lost. Handlers of GET, PUT and DELETE may by default, unless they are settled
     * upfront or {@code x402.endpoints.<name>.idempotent} is {@code false}.
     * @return whether it may
     */
    boolean idempotent() default false;

    /**
     * Limits the life of an authorization, in seconds.
     * @return the number of seconds; 0 for {@code x402.payments.max-timeout}
     */
    int maxTimeoutSeconds() default 0;

}
