/**
 * Servlet filters that explain denials of Spring Security and sign wallets in.
 */
@NullMarked
package io.github.x402spring.security.web;

import org.jspecify.annotations.NullMarked;
