package io.github.x402spring.webmvc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * Starts the {@link PaidShop} on a real Tomcat; all tests with this annotation share it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = PaidShop.class, webEnvironment = WebEnvironment.RANDOM_PORT, properties = PaidShop.PROPERTIES)
@interface PaidShopTest {

}
