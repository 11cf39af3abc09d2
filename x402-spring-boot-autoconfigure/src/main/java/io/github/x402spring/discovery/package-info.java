/**
 * What is sold as a document: OpenAPI, {@code llms.txt} and the extension {@code bazaar}.
 */
@NullMarked
package io.github.x402spring.discovery;

import org.jspecify.annotations.NullMarked;
