package shop;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.client.RestClient;

import io.github.x402spring.test.X402Payments;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ShopTests {

	@LocalServerPort
	private int port;

	@Test
	void ticketWhenPaidThenTheFirstDatabaseHasThePayment(@Autowired DataSource shop,
			@Autowired @Qualifier("archive") DataSource archive) {
		RestClient client = RestClient.builder()
			.baseUrl("http://localhost:" + this.port)
			.requestInterceptor(X402Payments.paid("$0.02"))
			.build();
		assertThat(client.get().uri("/tickets").retrieve().body(String.class)).startsWith("ticket ");
		assertThat(count(shop, "select count(*) from x402_payment")).isEqualTo(1);
		assertThat(count(shop, "select count(*) from ticket")).isEqualTo(1);
		assertThat(count(archive, "select count(*) from information_schema.tables where table_name ilike 'x402%'"))
			.isZero();
	}

	private static Integer count(DataSource database, String query) {
		return new JdbcTemplate(database).queryForObject(query, Integer.class);
	}

}
