/**
 * Dialects in which payments are written over HTTP: how one comes in, and how terms and
 * receipts go out, on values instead of any server's requests and responses.
 */
@NullMarked
package io.github.x402spring.http;

import org.jspecify.annotations.NullMarked;
