package shop;

import javax.sql.DataSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;

@SpringBootApplication
public class Shop {

	@Qualifier("archive")
	@Bean(defaultCandidate = false)
	DataSource archive() {
		return DataSourceBuilder.create().url("jdbc:h2:mem:archive").username("sa").build();
	}

	public static void main(String[] args) {
		SpringApplication.run(Shop.class, args);
	}

	@RestController
	static class Tickets {

		private final TicketRepository tickets;

		Tickets(TicketRepository tickets) {
			this.tickets = tickets;
		}

		@GetMapping("/tickets")
		@PaidEndpoint(price = "$0.02", authorize = "permitAll")
		String ticket() {
			return "ticket " + this.tickets.save(new Ticket()).number();
		}

	}

}
