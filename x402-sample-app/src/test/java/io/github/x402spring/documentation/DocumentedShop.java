package io.github.x402spring.documentation;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Application whose tests the documentation shows.
 */
@SpringBootApplication
class DocumentedShop {

}
