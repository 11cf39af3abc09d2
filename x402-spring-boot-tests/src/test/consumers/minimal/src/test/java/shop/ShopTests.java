package shop;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ShopTests {

	@LocalServerPort
	private int port;

	@Test
	void weatherWhenUnpaidThenTermsAndWhenPaidThenResponse() {
		ResponseEntity<String> unpaid = get(client(), "/weather");
		assertThat(unpaid.getStatusCode().value()).isEqualTo(402);
		assertThat(unpaid.getHeaders().containsHeader("PAYMENT-REQUIRED")).isTrue();
		ResponseEntity<String> response = get(client().mutate().requestInterceptor(paid("$0.01")).build(), "/weather");
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		assertThat(response.getHeaders().containsHeader("PAYMENT-RESPONSE")).isTrue();
		assertThat(response.getBody()).contains("Lisbon");
	}

	@Test
	void otherWhenAnonymousThenAsksForALogin() {
		assertThat(get(client(), "/other").getStatusCode().value()).isEqualTo(401);
	}

	private RestClient client() {
		return RestClient.create("http://localhost:" + this.port);
	}

	static ResponseEntity<String> get(RestClient client, String path) {
		return client.get().uri(path).retrieve().onStatus((status) -> true, (request, response) -> {
		}).toEntity(String.class);
	}

}
