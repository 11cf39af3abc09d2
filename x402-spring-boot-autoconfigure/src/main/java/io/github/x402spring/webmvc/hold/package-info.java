/**
 * Responses of paid endpoints: held until their payment is settled, or written in their
 * place; and the bodies that payments are bound to.
 */
@NullMarked
package io.github.x402spring.webmvc.hold;

import org.jspecify.annotations.NullMarked;
