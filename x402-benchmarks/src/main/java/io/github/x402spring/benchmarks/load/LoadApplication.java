package io.github.x402spring.benchmarks.load;

import java.time.Clock;
import java.time.Instant;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.benchmarks.InProcessFacilitator;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * Application that serves one response free, behind a bare interceptor, behind a controller that verifies by itself, and paid. Profiles choose the stack; see load.sh.
 */
@SpringBootApplication
public class LoadApplication {

    /**
     * Starts the application.
     * @param args the arguments
     */
    public static void main(String[] args) {
        SpringApplication.run(LoadApplication.class, args);
    }

    @Bean
    @Profile("!jdbc & !redis")
    ResettableLedger ledger(Clock clock, X402LedgerProperties properties) {
        return new ResettableLedger(clock, properties.maxEntries());
    }

    @Bean
    @Profile("!fast-clock")
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    @Profile("fast-clock")
    Clock fastClock() {
        return new FastClock(Instant.now());
    }

    @Bean
    @Profile("in-process")
    InProcessFacilitator facilitator() {
        return new InProcessFacilitator();
    }

    @Bean
    @Profile("bouncy-castle")
    SignatureRecovery recovery() {
        return SignatureRecovery.web3j();
    }

    @Configuration(proxyBeanMethods = false)
    static class BareInterceptorConfiguration implements WebMvcConfigurer {

        @Override
        public void addInterceptors(InterceptorRegistry registry) {
            registry.addInterceptor(new BareInterceptor()).addPathPatterns("/bare");
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Profile("jdbc")
    static class DatabaseConfiguration {

        @Bean
        LoadLedger loadLedger(JdbcTemplate jdbc) {
            return new DatabaseLoadLedger(jdbc);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Profile("redis")
    static class RedisConfiguration {

        @Bean
        LoadLedger loadLedger(StringRedisTemplate redis) {
            return new RedisLoadLedger(redis);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Profile("security")
    static class SecurityConfiguration {

        @Bean
        SecurityFilterChain everybody(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
            http.csrf(AbstractHttpConfigurer::disable);
            http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
            http.requestCache(AbstractHttpConfigurer::disable);
            return http.build();
        }

    }

}
