/**
 * Shows people who run the server what is sold and paid, in a browser. Reads only.
 */
@NullMarked
package io.github.x402spring.console;

import org.jspecify.annotations.NullMarked;
