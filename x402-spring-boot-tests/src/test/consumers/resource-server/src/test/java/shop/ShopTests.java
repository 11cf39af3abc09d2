package shop;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.web.client.RestClient;

import io.github.x402spring.test.X402Payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ShopTests {

	@LocalServerPort
	private int port;

	@MockitoBean
	private JwtDecoder decoder;

	@Test
	void reportsWhenPaidAndAuthorizedThenResponse() {
		given(this.decoder.decode("reader")).willReturn(token("reports"));
		RestClient paying = client().mutate().requestInterceptor(X402Payments.paid("$0.03")).build();
		assertThat(status(client(), "/reports", "reader")).isEqualTo(402);
		assertThat(status(paying, "/reports", "reader")).isEqualTo(200);
	}

	@Test
	void reportsWhenPaidWithoutAuthorityThenRefused() {
		given(this.decoder.decode("other")).willReturn(token("other"));
		RestClient paying = client().mutate().requestInterceptor(X402Payments.paid("$0.03")).build();
		assertThat(status(paying, "/reports", "other")).isEqualTo(403);
	}

	@Test
	void openWhenAnonymousThenResponse() {
		assertThat(client().get().uri("/open").retrieve().body(String.class)).isEqualTo("open");
	}

	private static Jwt token(String scope) {
		return Jwt.withTokenValue("token").header("alg", "none").subject("alice").claim("scope", scope).build();
	}

	private RestClient client() {
		return RestClient.create("http://localhost:" + this.port);
	}

	private static int status(RestClient client, String path, String token) {
		ResponseEntity<Void> response = client.get()
			.uri(path)
			.headers((headers) -> headers.setBearerAuth(token))
			.retrieve()
			.onStatus((status) -> true, (request, reply) -> {
			})
			.toBodilessEntity();
		return response.getStatusCode().value();
	}

}
