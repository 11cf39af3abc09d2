package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentPolicy;
import io.github.x402spring.client.PaymentSigner;

@SpringBootApplication
public class Buyer {

	@Bean
	RestClient weather(RestClient.Builder builder, PaymentSigner signer, WeatherProperties weather) {
		PaymentPolicy policy = PaymentPolicy.builder()
			.allowOrigin(weather.origin())
			.allowNetwork("base-sepolia")
			.maximumPerPayment("0.01 USDC")
			.build();
		return builder.baseUrl(weather.origin())
			.requestInterceptor(PayingClientHttpRequestInterceptor.builder(signer, policy).build())
			.build();
	}

	public static void main(String[] args) {
		SpringApplication.run(Buyer.class, args);
	}

	record WeatherProperties(String origin) {

	}

}
