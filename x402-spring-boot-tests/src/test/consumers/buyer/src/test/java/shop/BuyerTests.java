package shop;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;
import org.springframework.web.client.RestClient;

import io.github.x402spring.client.PaymentSigner;
import io.github.x402spring.test.SellerServer;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
class BuyerTests {

	private static final SellerServer SELLER = SellerServer.start();

	@AfterAll
	static void stop() {
		SELLER.close();
	}

	@Test
	void clientWhenOffersAreAllowedThenPays(@Autowired RestClient client, @Autowired ApplicationContext context) {
		SELLER.sells("/weather").forPrice("$0.01").delivers("text/plain", "sunny");
		assertThat(client.get().uri("/weather").retrieve().body(String.class)).isEqualTo("sunny");
		assertThat(context.getEnvironment().matchesProfiles("prod")).isTrue();
		assertThat(ClassUtils.isPresent("jakarta.servlet.Servlet", null)).isFalse();
	}

	@TestConfiguration
	static class Wallet {

		@Bean
		PaymentSigner signer() {
			return TestWallet.named("buyer");
		}

		@Bean
		Buyer.WeatherProperties weatherProperties() {
			return new Buyer.WeatherProperties(SELLER.origin());
		}

	}

}
